"""Follows a command as bash would, and asks the tool of each program it starts."""

from __future__ import annotations

from collections.abc import Callable

from airflow_lineage_provider.capture.extractors.shell import condition, control, redirect
from airflow_lineage_provider.capture.extractors.shell.answer import Answer
from airflow_lineage_provider.capture.extractors.shell.budget import Budget, BudgetSpent
from airflow_lineage_provider.capture.extractors.shell.chain import Link, is_chain, pipelines_of
from airflow_lineage_provider.capture.extractors.shell.findings import Findings
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_CHARACTERS, MOST_DEPTH
from airflow_lineage_provider.capture.extractors.shell.pipe import Pipe
from airflow_lineage_provider.capture.extractors.shell.place import Machine
from airflow_lineage_provider.capture.extractors.shell.redirect import Attached
from airflow_lineage_provider.capture.extractors.shell.shell import Io, Shell
from airflow_lineage_provider.capture.extractors.shell.simple import SimpleCommand
from airflow_lineage_provider.capture.extractors.shell.step import Step, Steps
from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script, Unreadable, parse
from airflow_lineage_provider.capture.extractors.shell.words import Word


class Walker:
    """One command of a task, with all scripts it starts.

    Each construct is a generator that yields what is inside it, so that depth costs no stack.
    """

    def __init__(self, findings: Findings, machine: Machine, started: float | None) -> None:
        self.findings = findings
        self.machine = machine
        self.started = started
        self.budget = Budget()

    def follow(self, text: str, shell: Shell) -> None:
        """Follow a script to its end, or to where its size or time is spent."""
        stack: list[Steps] = [self.script(text, Step(shell))]
        try:
            while stack:
                inside = next(stack[-1], None)
                if inside is None:
                    stack.pop()
                elif len(stack) >= MOST_DEPTH:
                    self.findings.left_out(f"constructs more than {MOST_DEPTH} deep")
                else:
                    self.budget.spend(0)
                    stack.append(inside)
        except BudgetSpent as spent:
            self.findings.left_out(str(spent))

    def script(self, text: str, step: Step, what: str = "the command") -> Steps:
        """Statements of a text that a shell is given."""
        if len(text) > MOST_CHARACTERS:
            self.findings.left_out(f"{what}: {len(text)} characters, more than {MOST_CHARACTERS}")
            return
        try:
            script = parse(text)
        except Unreadable as error:
            self.findings.left_out(f"{what}: {error}")
            return
        until = redirect.readable_until(script)
        if until < len(script.source):
            line = script.source.count("\n", 0, until) + 1
            self.findings.left_out(f"{what}: from line {line} on it could not be parsed")
        yield self.statements(
            script, [node for node in script.root.children if node.start_byte < until], step
        )

    def visit(self, script: Script, node: Node, step: Step) -> Steps:
        """Whatever stands for a statement in the tree; what is none is passed over."""
        kind = node.type
        if kind in SimpleCommand.KINDS:
            return SimpleCommand(self, script, step).run(node)
        if kind in _COMBINED:
            return _COMBINED[kind](self, script, node, step)
        construct = control.CONSTRUCTS.get(kind)
        if construct is None:
            return iter(())
        if step.attached is not None:
            return self._construct_redirected(script, node, step, step.attached)
        return construct(self, script, node, step)

    def statements(self, script: Script, nodes: list[Node], step: Step) -> Steps:
        """One statement after the other, until the shell or the loop comes to an end."""
        for node in nodes:
            if step.shell.is_over:
                return
            if node.is_named:
                yield self.visit(script, node, step)

    def branches(
        self, step: Step, branches: list[Callable[[Step], Steps]], *, may_be_none: bool, certain: bool = False
    ) -> Steps:
        """Follow each of the branches from the same start; afterwards only what they agree in is known.

        :param may_be_none: whether none of them may be taken.
        :param certain: whether they are known to be taken.
        """
        shells = [step.shell.copy()] if may_be_none or not branches else []
        for branch in branches:
            inside = step.shell.copy()
            shells.append(inside)
            yield branch(step.within(inside) if certain else step.within(inside).in_doubt())
        step.shell.merge(shells)

    def truth(self, script: Script, node: Node, step: Step) -> bool | None:
        """Answer of a test, of ``true`` and of ``false``, where it is certain."""
        if node.type == "test_command":
            return condition.truth(SimpleCommand(self, script, step.attach(None)).words_of_test(node))
        if node.type == "negated_command" and node.named_child_count == 1:
            inside = self.truth(script, node.named_children[0], step)
            return None if inside is None else not inside
        if node.type == "command":
            return {"true": True, ":": True, "false": False}.get(script.text(node).strip())
        return None

    def behind(self, script: Script, step: Step, attached: Attached, output: Pipe | None) -> Steps:
        """What stands on the line of a here-document behind the command it belongs to."""
        step = step.attach(None)
        for pipeline in attached.pipelines:
            links = [link for part in pipelines_of(pipeline, None) for link in part]
            yield self._pipe(script, links, step.with_io(Io(output, step.io.stdout)))
        for operator, right in attached.following:
            yield self._right(script, Answer.SUCCESS.lets_run(operator), right, step)

    def _redirected(self, script: Script, node: Node, step: Step) -> Steps:
        if is_chain(node):
            return self._chain(script, node, step)
        attached = redirect.attached_to(node).and_then(step.attached)
        body = node.child_by_field_name("body")
        if body is None:
            return SimpleCommand(self, script, step.attach(attached)).run(None)
        return self.visit(script, body, step.attach(attached))

    def _construct_redirected(self, script: Script, node: Node, step: Step, attached: Attached) -> Steps:
        """Redirect a whole construct: each command in it has the same input and output."""
        command = SimpleCommand(self, script, step.attach(None))
        yield from command.substitutions_of(attached.redirects)
        io, call = command.redirected(attached.redirects, "redirect", node)
        output = Pipe() if attached.pipelines else None
        if output is not None:
            io = Io(io.stdin, output, True)
        yield self.visit(script, node, step.attach(None).with_io(io))
        self.findings.take(call)
        yield self.behind(script, step, attached, output)

    def _pipe(self, script: Script, links: list[Link], step: Step) -> Steps:
        """Commands of which each reads what the one before it prints; they have shells of their own."""
        before = step.io.stdin
        for index, link in enumerate(links):
            is_last = index == len(links) - 1
            output = step.io.stdout if is_last else Pipe()
            io = Io(before, output, step.io.keeps_output or not is_last)
            inside = step.within(step.shell.copy()).with_io(io).attach(link.attached)
            yield self.visit(script, link.node, inside)
            before = output

    def _negated(self, script: Script, node: Node, step: Step) -> Steps:
        yield self.statements(script, node.children, step)

    def _chain(self, script: Script, node: Node, step: Step) -> Steps:
        """``a && b | c || d``: from the left, however many there are."""
        answer: Answer | None = None
        for links in pipelines_of(node, step.attached):
            if step.shell.is_over:
                return
            operator = links[0].operator
            runs = True if answer is None else answer.lets_run(operator)
            pipeline = _followed(self, script, links)
            if runs is None:
                yield self.branches(step, [pipeline], may_be_none=True)
            elif runs:
                yield pipeline(step)
            if runs is not False:
                own = self._answer(script, links, step)
                answer = own if answer is None else answer.followed_by(operator, own)

    def _right(self, script: Script, runs: bool | None, right: Node, step: Step) -> Steps:
        if runs is None:
            yield self.branches(step, [lambda inside: self.visit(script, right, inside)], may_be_none=True)
        elif runs:
            yield self.visit(script, right, step)

    def _answer(self, script: Script, links: list[Link], step: Step) -> Answer:
        last = links[-1].node
        known = self.truth(script, last, step) if len(links) == 1 else None
        if known is not None:
            return Answer.YES if known else Answer.NO
        return Answer.OPEN if self._asks(script, last) else Answer.SUCCESS

    def _asks(self, script: Script, node: Node) -> bool:
        """Whether a failure of this is an answer, which leaves the rest of the script to run."""
        while node.type == "redirected_statement" and (body := node.child_by_field_name("body")) is not None:
            node = body
        if node.type in ("test_command", "negated_command"):
            return True
        name = node.child_by_field_name("name") if node.type == "command" else None
        return name is not None and script.text(name) in condition.ASKS

    def test_words(self, script: Script, node: Node, step: Step) -> Steps:
        """What is asked reads no data, but may start commands to know the answer."""
        word = Word(node.start_byte, node.end_byte, [node])
        return SimpleCommand(self, script, step.attach(None)).substitutions_in(word)


def _followed(walker: Walker, script: Script, links: list[Link]) -> Callable[[Step], Steps]:
    if len(links) == 1:
        return lambda step: walker.visit(script, links[0].node, step.attach(links[0].attached))
    return lambda step: walker._pipe(script, links, step)


_COMBINED: dict[str, Callable[[Walker, Script, Node, Step], Steps]] = {
    "redirected_statement": Walker._redirected,
    "list": Walker._chain,
    "pipeline": Walker._chain,
    "negated_command": Walker._negated,
}
"""Statements made of statements: what is redirected behind them belongs to the last of those."""

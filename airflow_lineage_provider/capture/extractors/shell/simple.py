"""One simple command: its words are expanded, its redirects noted, and the program in it is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from airflow_lineage_provider.capture.extractors.shell import program, redirect
from airflow_lineage_provider.capture.extractors.shell.atom import Quoting
from airflow_lineage_provider.capture.extractors.shell.builtin import assign
from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.expansion import Expansion
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain, Unknown
from airflow_lineage_provider.capture.extractors.shell.here import here_document
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_WORDS
from airflow_lineage_provider.capture.extractors.shell.pipe import Pipe
from airflow_lineage_provider.capture.extractors.shell.redirect import Attached
from airflow_lineage_provider.capture.extractors.shell.shell import Io, Shell
from airflow_lineage_provider.capture.extractors.shell.step import Step, Steps
from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script
from airflow_lineage_provider.capture.extractors.shell.words import Misread, Simple, Word, simple_commands

if TYPE_CHECKING:
    from airflow_lineage_provider.capture.extractors.shell.walker import Walker


class SimpleCommand:
    """Programs, assignments and declarations."""

    KINDS: ClassVar[frozenset[str]] = frozenset(
        {"command", "variable_assignment", "variable_assignments", "declaration_command", "unset_command"}
    )

    def __init__(self, walker: Walker, script: Script, step: Step) -> None:
        self.walker = walker
        self.script = script
        self.step = step
        self._outputs: dict[int, str] = {}

    def run(self, node: Node | None) -> Steps:
        """Follow what the tree calls a command; ``None`` for redirects without one."""
        attached = self.step.attached or Attached()
        line = self.script.line(node) if node is not None else 0
        try:
            if node is not None and node.child_count > MOST_WORDS:
                self.walker.findings.left_out(f"line {line}: a command with more than {MOST_WORDS} words")
                return
            nodes = (
                [] if node is None else [node] if node.type == "variable_assignment" else list(node.children)
            )
            commands = simple_commands(self.script, nodes) or [Simple()]
            commands[-1].words.extend(_word(argument) for argument in attached.arguments)
        except Misread:
            self.walker.findings.left_out(f"line {line}: a command that could not be parsed")
            return
        for index, command in enumerate(commands):
            self.walker.budget.spend(1)
            yield from self._run_one(command, node, attached if index == len(commands) - 1 else Attached())

    def _run_one(self, command: Simple, node: Node | None, attached: Attached) -> Steps:
        shell = self.step.shell
        redirects = command.redirects + attached.redirects
        for assignment in command.assignments:
            yield from self.substitutions_in(_word(assignment))
        for word in command.words:
            yield from self.substitutions_in(word)
        yield from self.substitutions_of(redirects)
        words = self.fields(command.words)
        started = shell
        if words and command.assignments and node is not None and node.type == "command":
            started = Shell(shell.variables.copy(), shell.folder, shell.functions)
        for assignment in command.assignments:
            self._assign(assignment, started, export=started is not shell)
        name = (words[0].text or "") if words else "redirect"
        io, call = self.redirected(
            redirects, name.rpartition("/")[2] or "a program", node or (redirects or [None])[0]
        )
        output = Pipe() if attached.pipelines else None
        if output is not None:
            io = Io(io.stdin, output, True)
        if words:
            call.arguments = words
            if started is not shell:
                call.variables = started.variables
            step = self.step.attach(None).with_io(io)
            yield from program.run(self.walker, call, step, started)
        self.walker.findings.take(call)
        yield self.walker.behind(self.script, self.step, attached, output)

    def fields(self, words: Iterable[Word]) -> list[Field]:
        """Arguments that words become."""
        found: list[Field] = []
        for word in words:
            found.extend(self._expansion(word).fields(word.start, word.end))
        return found

    def whole(self, node: Node, quoting: Quoting = Quoting.NONE) -> Field:
        word = _word(node)
        return self._expansion(word).whole(word.start, word.end, quoting)

    def substitutions_in(self, word: Word) -> Steps:
        """Follow the commands whose output is put into a word."""
        for node in word.substitutions:
            output = Pipe()
            io = Io(self.step.io.stdin, output, True)
            inside = self.step.attach(None).within(self.step.shell.copy()).with_io(io)
            yield self.walker.statements(self.script, node.children, inside)
            if node.type == "process_substitution":
                # A name the shell makes up for the pipe.
                self._outputs[node.start_byte] = "/dev/fd/63"
            elif output.parts and output.text is not None:
                self._outputs[node.start_byte] = output.text.rstrip("\n")

    def substitutions_of(self, redirects: list[Node]) -> Steps:
        for node in redirects:
            parts = [child for child in node.children if child.type not in ("pipeline", "file_redirect")]
            yield from self.substitutions_in(Word(node.start_byte, node.end_byte, parts))

    def words_of_test(self, node: Node) -> list[Field]:
        """Words between the brackets of a test; none where they are too many to matter."""
        leaves: list[Node] = []
        stack = list(reversed(node.children[1:-1]))
        while stack:
            current = stack.pop()
            if current.type in ("unary_expression", "binary_expression", "negation_expression"):
                stack.extend(reversed(current.children))
            else:
                leaves.append(current)
            if len(leaves) > 8:
                return []
        return [self.whole(leaf) for leaf in leaves]

    def redirected(self, redirects: list[Node], name: str, node: Node | None) -> tuple[Io, Call]:
        """Input and output of a command, and the call that takes note of the files."""
        io, shell = self.step.io, self.step.shell
        call = Call(
            program=name,
            arguments=[],
            variables=shell.variables,
            machine=self.walker.machine,
            folder=shell.folder,
            line=self.script.line(node) if node is not None else 1,
            may_not_run=self.step.may_not_run or shell.in_doubt,
            started=self.walker.started,
        )
        for redirect_node in redirects:
            if redirect_node.type == "heredoc_redirect":
                pipe = Pipe()
                pipe.add_field(here_document(self, redirect_node))
                io = Io(pipe, io.stdout, io.keeps_output)
            elif redirect_node.type == "herestring_redirect":
                pipe = Pipe()
                for value in redirect_node.named_children:
                    pipe.add_field(self.whole(value))
                pipe.add("\n")
                io = Io(pipe, io.stdout, io.keeps_output)
            else:
                io = self._file(redirect_node, io, call)
        call.stdin, call.stdout, call.keeps_output = io.stdin, io.stdout, io.keeps_output
        return io, call

    def _file(self, node: Node, io: Io, call: Call) -> Io:
        operator, descriptor = redirect.operator_of(node, self.script)
        destinations = node.children_by_field_name("destination")
        if not destinations:
            return io
        file = self.whole(destinations[0])
        if operator == "<" and descriptor in (None, 0):
            pipe = Pipe()
            paths = call.paths(file)
            for path in paths:
                call.read_path(path)
                pipe.add_file(path)
            if not paths:
                pipe.add_unknown("the file on standard input is not known")
            return Io(pipe, io.stdout, io.keeps_output)
        is_file = operator in redirect.OUT or operator in redirect.APPEND
        if operator == ">&" and descriptor in (None, 1):
            is_file = not (file.text or "1").rstrip("-").isdigit() and file.text != "-"
        if is_file and descriptor in (None, 1):
            call.write(file, appended=operator in redirect.APPEND)
            return Io(io.stdin, None, file.text != "/dev/null")
        return io

    def _assign(self, node: Node, shell: Shell, *, export: bool) -> None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None or target.type != "variable_name":
            if target is not None:
                shell.variables.doubt([self.script.text(target).partition("[")[0]])
            return
        name = self.script.text(target)
        adds = any(child.type == "+=" for child in node.children)
        if value is not None and value.type == "array":
            self._assign_array(name, value, shell, adds=adds)
            return
        start = next((child.end_byte for child in node.children if child.type in ("=", "+=")), node.end_byte)
        word = Word(start, node.end_byte, list(node.children))
        field = self._expansion(word).whole(start, node.end_byte)
        if adds:
            before = shell.variables.get(name)
            if isinstance(before, tuple | Unknown):
                shell.variables.doubt([name])
                return
            field = Field((before or "", *field.parts))
        assign(shell, name, field, export=export)

    def _assign_array(self, name: str, value: Node, shell: Shell, *, adds: bool) -> None:
        fields = self.fields(_word(child) for child in value.named_children if child.type != "comment")
        before = shell.variables.get(name) if adds else ()
        try:
            elements = tuple(field.sure() for field in fields)
            if any(field.pattern for field in fields) or not isinstance(before, tuple):
                raise NotCertain
        except NotCertain:
            shell.variables.doubt([name])
            return
        shell.variables.put(name, before + elements)

    def _expansion(self, word: Word) -> Expansion:
        return Expansion(self.step.shell.variables, self.script.source, word.inner, self._outputs)


def _word(node: Node) -> Word:
    return Word(node.start_byte, node.end_byte, [node])

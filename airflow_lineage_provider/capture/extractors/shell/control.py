"""Loops, branches and groups, as far as it is certain which way they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from airflow_lineage_provider.capture.extractors.shell.loop import assigned_names, loop_words
from airflow_lineage_provider.capture.extractors.shell.simple import SimpleCommand
from airflow_lineage_provider.capture.extractors.shell.step import Step, Steps
from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script
from airflow_lineage_provider.capture.extractors.shell.words import Word

if TYPE_CHECKING:
    from airflow_lineage_provider.capture.extractors.shell.walker import Walker


def _group(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    if node.children and node.children[0].type == "((":
        step.shell.variables.doubt(assigned_names(script, node, arithmetic=True))
        return
    yield walker.statements(script, node.children, step)


def _subshell(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    yield walker.statements(script, node.children, step.within(step.shell.copy()))


def _if(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    clauses = [part for part in node.children if part.type in ("elif_clause", "else_clause")]
    heads = [node, *clauses]
    branches: list[list[Node]] = []
    always = False
    for clause in heads:
        if clause.type == "else_clause":
            branches.append(list(clause.children))
            always = True
            break
        head, body = _head_and_body(clause)
        may_not_ask = step if clause is node else step.in_doubt()
        yield walker.statements(script, head, may_not_ask)
        known = walker.truth(script, head[0], step) if len(head) == 1 else None
        if known is not False:
            branches.append(body)
        if known is True:
            always = True
            break
    yield walker.branches(
        step,
        [_statements(walker, script, body) for body in branches],
        may_be_none=not always,
        certain=always and len(branches) == 1,
    )


def _case(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    items = [child for child in node.named_children if child.type == "case_item"]
    bodies = [_behind(list(item.children), ")") for item in items]
    yield walker.branches(step, [_statements(walker, script, body) for body in bodies], may_be_none=True)


def _while(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    step.shell.variables.doubt(assigned_names(script, node))
    body = node.child_by_field_name("body")
    if node.type == "while_statement":
        yield walker.statements(script, node.children_by_field_name("condition"), step)
    if body is not None and not step.shell.is_over:
        yield walker.branches(step, [_statements(walker, script, list(body.children))], may_be_none=True)
    step.shell.left_loop = step.shell.may_have_left = False


def _for(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    body, variable = node.child_by_field_name("body"), node.child_by_field_name("variable")
    if body is None or variable is None:
        return
    name, positional = script.text(variable), step.shell.variables.positional
    command = SimpleCommand(walker, script, step)
    words = [
        Word(value.start_byte, value.end_byte, [value]) for value in node.children_by_field_name("value")
    ]
    values: list[str] | None = None
    if any(child.type == "in" for child in node.children):
        for word in words:
            yield from command.substitutions_in(word)
        values = loop_words(command.fields(words), step.shell, walker.machine)
    elif positional is not None:
        values = loop_words(positional, step.shell, walker.machine)
    if values is None or node.children[0].type == "select":
        walker.findings.left_out(f"for, line {script.line(node)}: the words it goes through are not known")
        step.shell.variables.doubt([name, *assigned_names(script, body)])
        yield walker.branches(step, [_statements(walker, script, list(body.children))], may_be_none=True)
        values = []
    for value in values:
        if step.shell.is_over:
            break
        step.shell.variables.put(name, value)
        yield walker.statements(script, body.children, step)
    step.shell.left_loop = step.shell.may_have_left = False


def _function(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None:
        step.shell.functions[script.text(name)] = (script, body)
    return iter(())


def _test(walker: Walker, script: Script, node: Node, step: Step) -> Steps:
    return walker.test_words(script, node, step)


def _statements(walker: Walker, script: Script, body: list[Node]) -> Callable[[Step], Steps]:
    return lambda inside: walker.statements(script, body, inside)


def _head_and_body(clause: Node) -> tuple[list[Node], list[Node]]:
    """Statements between ``if`` and ``then``, and those behind it."""
    children = list(clause.children)
    then = next((index for index, child in enumerate(children) if child.type == "then"), len(children))
    head = [child for child in children[:then] if child.is_named and child.type != "comment"]
    body = [child for child in children[then:] if child.type not in ("elif_clause", "else_clause")]
    return head, body


def _behind(nodes: list[Node], word: str) -> list[Node]:
    return nodes[next((index + 1 for index, node in enumerate(nodes) if node.type == word), 0) :]


CONSTRUCTS: dict[str, Callable[[Walker, Script, Node, Step], Steps]] = {
    "compound_statement": _group,
    "do_group": _group,
    "subshell": _subshell,
    "if_statement": _if,
    "while_statement": _while,
    "for_statement": _for,
    "c_style_for_statement": _while,
    "case_statement": _case,
    "function_definition": _function,
    "test_command": _test,
}

"""What a loop goes through, and which variables its body changes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_FIELDS
from airflow_lineage_provider.capture.extractors.shell.place import Machine, files_like, resolved
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_READS = frozenset({"read", "mapfile", "readarray", "getopts", "let", "printf"})


def loop_words(given: Iterable[Field], shell: Shell, machine: Machine) -> list[str] | None:
    """Values of the loop's variable, one after another; ``None`` if any of them is not known.

    A pattern stands for the files that are there after the run.
    """
    values: list[str] = []
    for field in given:
        if (text := field.text) is None:
            return None
        if field.pattern is None:
            values.append(text)
            continue
        try:
            pattern = resolved(field.pattern, shell.folder)
        except NotCertain:
            return None
        found = files_like(pattern, MOST_FIELDS) if pattern and machine.is_local else None
        if not found:
            return None
        values.extend(found)
    return values


def assigned_names(script: Script, node: Node, *, arithmetic: bool = False) -> set[str]:
    """Names of variables that commands below a node may give another value."""
    names: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "variable_assignment" or (
            current.type == "for_statement" and current.child_count > 1
        ):
            target = current.child_by_field_name("name") or current.child_by_field_name("variable")
            if target is not None and (found := _NAME.match(script.text(target))):
                names.add(found[0])
        elif current.type == "variable_name" and (arithmetic or _is_counted(current)):
            names.add(script.text(current))
        elif current.type == "command" and _program(script, current) in _READS:
            names.update(_NAME.findall(script.text(current)))
        stack.extend(current.children)
    return names


def _program(script: Script, command: Node) -> str | None:
    name = command.child_by_field_name("name")
    return script.text(name) if name is not None else None


def _is_counted(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type in (
        "postfix_expression",
        "unary_expression",
        "binary_expression",
    )

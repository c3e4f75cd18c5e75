"""The words of a simple command, by where they start and end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script, inner_nodes

_LOST = re.compile(r"[-+%@:.,/\w]+", re.ASCII)


@dataclass(slots=True)
class Word:
    """One word as it is written."""

    start: int
    end: int
    nodes: list[Node]

    @property
    def inner(self) -> dict[int, int]:
        """Where expansions and substitutions in it start, and where they end."""
        return {node.start_byte: node.end_byte for own in self.nodes for node in inner_nodes(own)}

    @property
    def substitutions(self) -> list[Node]:
        """Commands whose output is put into it, without those inside another."""
        found: list[Node] = []
        for own in self.nodes:
            for node in inner_nodes(own):
                is_command = node.type in ("command_substitution", "process_substitution")
                if is_command and not (found and node.start_byte < found[-1].end_byte):
                    found.append(node)
        return found


@dataclass(slots=True)
class Simple:
    """Assignments and words of one simple command."""

    assignments: list[Node] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirects: list[Node] = field(default_factory=list)


class Misread(Exception):
    """The tree has something between words that is no space: it is not how the shell reads it."""


def simple_commands(script: Script, nodes: list[Node]) -> list[Simple]:
    """Take a ``command`` apart. Raises :class:`Misread`.

    The grammar joins what stands on lines of their own in places, and splits words in others: a line's end between
    two nodes starts another command, and nodes that touch are one word.
    """
    commands, end = [Simple()], None
    for node in nodes:
        gap = script.source[end : node.start_byte] if end is not None else ""
        rest = gap.replace("\\\n", "").strip(" \t")
        if rest and set(rest) <= {"\n", " ", "\t"}:
            commands.append(Simple())
        elif rest and _LOST.fullmatch(rest) and end is not None:
            # The grammar loses a word like "-" before braces.
            start = script.source.index(rest, end)
            commands[-1].words.append(Word(start, start + len(rest), []))
            end = start + len(rest)
            gap = script.source[end : node.start_byte]
        elif rest:
            raise Misread
        current = commands[-1]
        touches = end is not None and not gap.replace("\\\n", "")
        last_end = end
        end = node.end_byte
        if node.type == "variable_assignment":
            current.assignments.append(node)
        elif node.type in ("file_redirect", "herestring_redirect"):
            current.redirects.append(node)
        elif touches and current.words and current.words[-1].end == last_end:
            current.words[-1].end = node.end_byte
            current.words[-1].nodes.append(node)
        else:
            current.words.append(Word(node.start_byte, node.end_byte, [node]))
    return [command for command in commands if command.words or command.assignments or command.redirects]

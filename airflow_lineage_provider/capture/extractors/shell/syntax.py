"""The tree of a shell script, made by tree-sitter when the first command is looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from airflow_lineage_provider.capture.extractors.shell.limits import SECONDS

Node = Any
"""A ``tree_sitter.Node``."""

_INNER = frozenset({"command_substitution", "process_substitution", "expansion", "arithmetic_expansion"})


class Unreadable(ValueError):
    """Text that is no shell script, or takes too long to parse."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A parsed script."""

    source: str
    """One character for each byte (Latin-1), so that the offsets of nodes hold. :func:`decoded` makes text of it."""
    root: Node
    first_line: int = 1

    def line(self, node: Node) -> int:
        return int(node.start_point[0]) + self.first_line

    def raw(self, node: Node) -> str:
        return self.source[node.start_byte : node.end_byte]

    def text(self, node: Node) -> str:
        return decoded(self.raw(node))


def decoded(raw: str) -> str:
    """Text of a part of a script's source."""
    return raw if raw.isascii() else raw.encode("latin-1", "replace").decode("utf-8", "replace")


def parse(text: str) -> Script:
    """Parse a script. Raises :class:`Unreadable`."""
    source = text.replace("\r\n", "\n").encode("utf-8", "replace")
    parser = grammar()
    deadline = time.monotonic() + SECONDS
    try:
        # The parser has no other way to be stopped than this callback, which it has for callables only.
        tree = parser.parse(
            lambda offset, _: source[offset : offset + 65_536],
            progress_callback=lambda *_: time.monotonic() > deadline,
        )
    except ValueError:
        parser.reset()
        raise Unreadable("it takes too long to parse") from None
    return Script(source.decode("latin-1"), tree.root_node)


def inner_nodes(node: Node) -> Iterator[Node]:
    """Expansions and substitutions below a word, each before those inside it."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in _INNER:
            yield current
        stack.extend(reversed(current.children))


def has_kind(node: Node, kinds: frozenset[str]) -> bool:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in kinds:
            return True
        stack.extend(current.children)
    return False


@cache
def grammar() -> Any:
    """The parser, made once per process: 16 ms the first time."""
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))

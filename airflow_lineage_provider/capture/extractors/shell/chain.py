"""Commands joined by ``|``, ``&&`` and ``||``, in the order they are written."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_lineage_provider.capture.extractors.shell.redirect import Attached, attached_to
from airflow_lineage_provider.capture.extractors.shell.syntax import Node

_JOINED = frozenset({"list", "pipeline"})
_PIPES = frozenset({"|", "|&"})


@dataclass(frozen=True, slots=True)
class Link:
    """One command of a chain."""

    operator: str
    """What stands before it; empty for the first."""
    node: Node
    attached: Attached | None
    """Redirects that the tree has further out and that belong to it."""


def is_chain(node: Node) -> bool:
    """Whether a statement consists of several commands, with or without a redirect behind the last."""
    while node.type == "redirected_statement":
        body = node.child_by_field_name("body")
        if body is None:
            return False
        node = body
    return node.type in _JOINED


def pipelines_of(node: Node, attached: Attached | None) -> list[list[Link]]:
    """Pipelines of a chain; the first command of each has the operator before it.

    How the tree nests them is of no matter: the grammar takes ``a | b | c && d`` for ``a | (b | c && d)``, and real
    groups are nodes of another kind.
    """
    found: list[list[Link]] = []
    for link in _links(node, attached):
        if link.operator in _PIPES and found:
            found[-1].append(link)
        else:
            found.append([link])
    return found


def _links(node: Node, attached: Attached | None) -> list[Link]:
    links: list[Link] = []
    stack: list[tuple[Node, Attached | None]] = [(node, attached)]
    operator = ""
    while stack:
        current, outer = stack.pop()
        if not current.is_named:
            operator = current.type
        elif current.type in _JOINED:
            children = [child for child in current.children if child.type != "comment"]
            stack.extend(
                (child, outer if index == 0 else None) for index, child in enumerate(reversed(children))
            )
        elif current.type == "redirected_statement" and is_chain(current):
            body = current.child_by_field_name("body")
            stack.append((body, attached_to(current).and_then(outer)))
        else:
            links.append(Link(operator, current, outer))
            operator = ""
    return links

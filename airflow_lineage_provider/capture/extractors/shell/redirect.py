"""What ``>``, ``<`` and here-documents attach to a command, taken from the tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script

OUT = frozenset({">", ">|", "&>"})
APPEND = frozenset({">>", "&>>"})
_ARGUMENTS = frozenset(
    {
        "word",
        "string",
        "raw_string",
        "concatenation",
        "simple_expansion",
        "expansion",
        "number",
        "ansi_c_string",
    }
)


@dataclass(slots=True)
class Attached:
    """Redirects of one command, and what the line of a here-document goes on with."""

    redirects: list[Node] = field(default_factory=list)
    arguments: list[Node] = field(default_factory=list)
    pipelines: list[Node] = field(default_factory=list)
    """Pipelines that the output goes into."""
    following: list[tuple[str, Node]] = field(default_factory=list)
    """Operator and statement behind it."""

    def and_then(self, other: Attached | None) -> Attached:
        """Both, where a redirected statement stands inside another."""
        if other is None:
            return self
        return Attached(
            self.redirects + other.redirects,
            self.arguments + other.arguments,
            self.pipelines + other.pipelines,
            self.following + other.following,
        )


def attached_to(statement: Node) -> Attached:
    """Redirects of a ``redirected_statement``."""
    found = Attached()
    for child in statement.children_by_field_name("redirect"):
        found.redirects.append(child)
        if child.type == "heredoc_redirect":
            _take_line(child, found)
    return found


def _take_line(heredoc: Node, found: Attached) -> None:
    operator = heredoc.child_by_field_name("operator")
    right = heredoc.child_by_field_name("right")
    if operator is not None and right is not None:
        found.following.append((operator.type, right))
    for child in heredoc.children:
        if child.type in ("file_redirect", "herestring_redirect"):
            found.redirects.append(child)
        elif child.type == "pipeline":
            found.pipelines.append(child)
        elif child.type == "ERROR":
            found.arguments.extend(child.children)
        elif child.type in _ARGUMENTS:
            found.arguments.append(child)


def is_recoverable(error: Node) -> bool:
    """Whether an error is only that arguments stand behind the start of a here-document."""
    parent = error.parent
    return (
        parent is not None
        and parent.type == "heredoc_redirect"
        and error.child_count > 0
        and all(child.type in _ARGUMENTS and not child.has_error for child in error.children)
    )


def operator_of(redirect: Node, script: Script) -> tuple[str, int | None]:
    """Operator and descriptor of a ``file_redirect``: ``2>`` is ``(">", 2)``."""
    descriptor, operator = None, ""
    for child in redirect.children:
        if child.type == "file_descriptor":
            text = script.text(child)
            descriptor = int(text) if text.isdigit() and len(text) < 5 else 99
        elif not child.is_named:
            operator = operator or child.type
    return operator, descriptor


def readable_until(script: Script) -> int:
    """Offset of the first statement that is no shell syntax; what follows it may be taken for what it is not."""
    if not script.root.has_error:
        return len(script.source) + 1
    if script.root.type == "ERROR":
        return 0
    for statement in script.root.children:
        if (statement.has_error or statement.is_missing) and not _is_mended(statement):
            return int(statement.start_byte)
    return len(script.source) + 1


def _is_mended(statement: Node) -> bool:
    stack = [statement]
    while stack:
        node = stack.pop()
        if node.is_missing or (node.is_error and not is_recoverable(node)):
            return False
        if not node.is_error and node.has_error:
            stack.extend(node.children)
    return True

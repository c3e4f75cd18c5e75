"""Lines of a here-document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_lineage_provider.capture.extractors.shell.atom import Quoting
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.syntax import Node

if TYPE_CHECKING:
    from airflow_lineage_provider.capture.extractors.shell.simple import SimpleCommand

_TABS = re.compile(r"^\t+", re.MULTILINE)


def here_document(command: SimpleCommand, node: Node) -> Field:
    """Text that a ``heredoc_redirect`` puts on standard input."""
    start = next((child for child in node.children if child.type == "heredoc_start"), None)
    body = next((child for child in node.children if child.type == "heredoc_body"), None)
    if start is None or body is None:
        return Field.of("")
    is_literal = any(mark in command.script.raw(start) for mark in "'\"\\")
    found = Field.of(command.script.text(body)) if is_literal else command.whole(body, Quoting.HERE)
    if any(child.type == "<<-" for child in node.children):
        return Field(tuple(_TABS.sub("", part) if isinstance(part, str) else part for part in found.parts))
    return found

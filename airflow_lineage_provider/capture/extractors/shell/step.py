"""Under which circumstances a statement runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from airflow_lineage_provider.capture.extractors.shell.redirect import Attached
from airflow_lineage_provider.capture.extractors.shell.shell import Io, Shell

Steps = Iterator[Any]
"""A construct that is followed: yields the constructs inside it, which are followed before it goes on."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a statement inherits from the constructs around it."""

    shell: Shell
    io: Io = field(default_factory=Io)
    may_not_run: bool = False
    attached: Attached | None = None
    """Redirects written behind it that belong to its last command."""
    nested: int = 0
    """How many scripts and functions it is inside of."""
    in_file: bool = False
    """Whether it is in a script file that a command started."""

    def within(self, shell: Shell) -> Step:
        return replace(self, shell=shell)

    def with_io(self, io: Io) -> Step:
        return replace(self, io=io)

    def attach(self, attached: Attached | None) -> Step:
        return replace(self, attached=attached)

    def in_doubt(self) -> Step:
        return replace(self, may_not_run=True)

    def deeper(self, shell: Shell, *, in_file: bool) -> Step:
        """In another script or function, with its own shell."""
        return replace(
            self, shell=shell, nested=self.nested + 1, in_file=self.in_file or in_file, attached=None
        )

"""What is wrong with contract files: every problem with file, line, path and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """Spell a path as people do: ``schema[0].properties[3].required``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one file."""

    source: str
    message: str
    path: Path = ()
    line: int | None = None
    """Counted from 1."""

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: {path_text(self.path)}: {self.message}" if self.path else f"{place}: {self.message}"


class ContractError(Exception):
    """Files that are no valid contracts. ``problems`` has all of them, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

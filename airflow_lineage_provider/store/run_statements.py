"""Statements of runs: which ones by their fingerprints, and their text for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class RunStatement:
    """A statement that a run executed, literals replaced."""

    fingerprint: str
    kind: str | None
    sql: str | None
    """``None`` where it is masked."""
    conn_id: str | None = None
    is_executed: bool = True
    error: str | None = None
    is_masked: bool = False

    def masked(self) -> RunStatement:
        return replace(self, sql=None, error=None, is_masked=True)


def statements_of(facet: Any) -> tuple[RunStatement, ...]:
    """Statements in the facet of a run, each fingerprint once per connection, in the order they ran."""
    found: dict[tuple[str, str | None, bool], RunStatement] = {}
    for entry in facet if isinstance(facet, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("fingerprint"), str):
            continue
        statement = RunStatement(
            fingerprint=entry["fingerprint"],
            kind=entry.get("kind"),
            sql=entry.get("sql"),
            conn_id=entry.get("conn_id"),
            is_executed=entry.get("executed", True) is not False,
            error=entry.get("error"),
        )
        found.setdefault((statement.fingerprint, statement.conn_id, statement.is_executed), statement)
    return tuple(found.values())

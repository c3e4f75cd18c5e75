"""Statements of runs: which ones by their fingerprints, and their text for those who may read it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.facets import FACET
from airflow_lineage_provider.store.tables import RunFacet, core_table
from airflow_lineage_provider.store.upsert import CHUNK

RUN_FACET = core_table(RunFacet)
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


def read_run_facets(
    run_ids: Sequence[int], *, names: Collection[str] = (), session: Session
) -> dict[int, dict[str, Any]]:
    """Facets by the row id of the run: name to JSON value.

    :param names: only these; without any, all.
    """
    found: dict[int, dict[str, Any]] = {run_id: {} for run_id in run_ids}
    for start in range(0, len(run_ids), CHUNK):
        query = (
            select(RUN_FACET.c.run_id, RUN_FACET.c.name, FACET.c.body)
            .join(FACET, FACET.c.id == RUN_FACET.c.facet_id)
            .where(RUN_FACET.c.run_id.in_(run_ids[start : start + CHUNK]))
            .order_by(RUN_FACET.c.run_id, RUN_FACET.c.name)
        )
        if names:
            query = query.where(RUN_FACET.c.name.in_(names))
        for run_id, name, body in session.execute(query):
            found[run_id][name] = json.loads(zlib.decompress(body))
    return found


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

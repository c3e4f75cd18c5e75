"""Edges and column edges: merged as runs arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, literal_column, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import ColumnEdge, Edge, Link
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import (
    CHUNK,
    insert_missing,
    insert_or_update,
    larger,
    smaller,
    some,
)

EDGE = core_table(Edge)
COLUMN_EDGE = core_table(ColumnEdge)
LINK = core_table(Link)

NO_RUN = 0
"""In place of a run's id where an edge is known from the description of a job, which no run stands behind."""

_SOME_COLUMNS = COLUMN_EDGE.update().where(COLUMN_EDGE.c.digest.in_(some()))
_SEEN = _SOME_COLUMNS.where(COLUMN_EDGE.c.last_seen <= bindparam("moment")).values(
    last_seen=bindparam("moment")
)
_SEEN_BY_RUN = _SEEN.values(last_run_id=bindparam("run"))
_BEGUN = _SOME_COLUMNS.where(COLUMN_EDGE.c.first_seen > bindparam("begun")).values(
    first_seen=bindparam("begun")
)
_COLUMNS_BY_DIGEST = select(
    COLUMN_EDGE.c.digest,
    COLUMN_EDGE.c.transformations,
    COLUMN_EDGE.c.first_seen,
    COLUMN_EDGE.c.last_seen,
).where(COLUMN_EDGE.c.digest.in_(some()))


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """One column of an output that comes from one column (or an unknown one) of an input."""

    output_dataset: int
    output_column: str
    input_dataset: int
    input_column: str | None
    transformations: tuple[tuple[str, str, bool], ...]
    """(type, subtype, masking) as in OpenLineage's column lineage."""

    def digest(self, job_id: int) -> str:
        return content_hash(
            [job_id, self.output_dataset, self.output_column, self.input_dataset, self.input_column]
        )


def merge_edges(
    job_id: int,
    run_id: int,
    touched: Mapping[tuple[int, Direction], tuple[Evidence, bool]],
    *,
    at: datetime,
    first: datetime | None = None,
    session: Session,
) -> None:
    """Merge what a run touched into its job's edges.

    :param run_id: :data:`NO_RUN` for what a job is said to do without any run.
    :param touched: (dataset id, direction) to (evidence, whether the run touches it for the first time).
    :param first: since when it is known, where that is not ``at``.
    """
    rows = [
        {
            "job_id": job_id,
            "dataset_id": dataset_id,
            "direction": direction.value,
            "evidence": int(touched[dataset_id, direction][0]),
            "first_seen": first or at,
            "last_seen": at,
            "last_run_id": run_id,
            "runs": int(touched[dataset_id, direction][1] and run_id != NO_RUN),
        }
        for dataset_id, direction in sorted(touched, key=lambda key: (key[0], key[1].value))
    ]
    insert_or_update(EDGE, rows, ("job_id", "dataset_id", "direction"), _merged_edge, session=session)


def _merged_edge(new: Any) -> dict[str, ColumnElement[Any]]:
    # What a job's description says has no run, and takes away none.
    # Not a bound value: PostgreSQL would be sent row by row.
    no_run: ColumnElement[int] = literal_column(str(NO_RUN))
    is_newer_run = and_(
        new.last_run_id != no_run, or_(EDGE.c.last_seen <= new.last_seen, EDGE.c.last_run_id == no_run)
    )
    return {
        "evidence": EDGE.c.evidence.bitwise_or(new.evidence),
        "runs": EDGE.c.runs + new.runs,
        "first_seen": smaller(EDGE.c.first_seen, new.first_seen),
        "last_run_id": case((is_newer_run, new.last_run_id), else_=EDGE.c.last_run_id),
        "last_seen": larger(EDGE.c.last_seen, new.last_seen),
    }


def merge_links(
    job_id: int,
    links: Iterable[tuple[int, int]],
    *,
    at: datetime,
    first: datetime | None = None,
    session: Session,
) -> None:
    """Note which outputs of a job come from which inputs, where a producer says so.

    :param links: (id of the output's dataset, id of the input's).
    """
    rows = [
        {
            "job_id": job_id,
            "output_dataset_id": output,
            "input_dataset_id": source,
            "first_seen": first or at,
            "last_seen": at,
        }
        for output, source in sorted(set(links))
    ]
    keys = ("job_id", "output_dataset_id", "input_dataset_id")
    insert_or_update(
        LINK,
        rows,
        keys,
        _merged_link,
        session=session,
    )


def _merged_link(new: Any) -> dict[str, ColumnElement[Any]]:
    return {
        "first_seen": smaller(LINK.c.first_seen, new.first_seen),
        "last_seen": larger(LINK.c.last_seen, new.last_seen),
    }


def merge_column_edges(
    job_id: int,
    run_id: int,
    links: Iterable[ColumnLink],
    *,
    at: datetime,
    first: datetime | None = None,
    session: Session,
) -> None:
    """Merge column lineage of a run into its job's column edges; the newest word on how a column is made stays."""
    first = first or at
    rows: dict[str, dict[str, Any]] = {}
    for link in links:
        digest = link.digest(job_id)
        rows[digest] = {
            "digest": digest,
            "job_id": job_id,
            "output_dataset_id": link.output_dataset,
            "output_column": link.output_column,
            "input_dataset_id": link.input_dataset,
            "input_column": link.input_column,
            "transformations": transformations_text(link.transformations),
            "first_seen": first,
            "last_seen": at,
            "last_run_id": run_id,
        }
    digests = sorted(rows)
    known: dict[str, Any] = {}
    for chunk in parts(digests, CHUNK):
        part = {"some": chunk}
        known.update({row.digest: row for row in session.execute(_COLUMNS_BY_DIGEST, part)})
    insert_missing(COLUMN_EDGE, [rows[digest] for digest in digests if digest not in known], session=session)
    for digest in sorted(known):
        new, before = rows[digest]["transformations"], known[digest]
        # Equal moments are no order: then the texts decide, whichever came first.
        if new == before.transformations or (before.last_seen, before.transformations) > (at, new):
            continue
        session.execute(
            COLUMN_EDGE.update()
            .where(COLUMN_EDGE.c.digest == digest, COLUMN_EDGE.c.last_seen <= at)
            .values(transformations=new)
        )
    seen = [digest for digest in sorted(known) if known[digest].last_seen <= at]
    earlier = [digest for digest in sorted(known) if known[digest].first_seen > first]
    moves = ((seen, _SEEN if run_id == NO_RUN else _SEEN_BY_RUN), (earlier, _BEGUN))
    for moved, statement in moves:
        for chunk in parts(moved, CHUNK):
            values: dict[str, Any] = {"some": chunk}
            values |= {"begun": first} if statement is _BEGUN else {"moment": at}
            session.execute(statement, values | ({"run": run_id} if statement is _SEEN_BY_RUN else {}))


@lru_cache(maxsize=1_024)
def transformations_text(transformations: tuple[tuple[str, str, bool], ...]) -> str:
    """As they are stored."""
    wire = [
        {"type": kind, "subtype": subtype, "masking": masking} for kind, subtype, masking in transformations
    ]
    return canonical_json(wire).decode("utf-8")

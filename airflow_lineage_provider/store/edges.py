"""Edges and column edges: merged as runs arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.tables import ColumnEdge, Edge
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing

EDGE = core_table(Edge)
COLUMN_EDGE = core_table(ColumnEdge)


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
    session: Session,
) -> None:
    """Merge what a run touched into its job's edges.

    :param touched: (dataset id, direction) to (evidence, whether the run touches it for the first time).
    """
    if not touched:
        return
    keys = sorted(touched, key=lambda key: (key[0], key[1].value))
    insert_missing(
        EDGE,
        [
            {
                "job_id": job_id,
                "dataset_id": dataset_id,
                "direction": direction.value,
                "evidence": 0,
                "first_seen": at,
                "last_seen": at,
                "last_run_id": run_id,
                "runs": 0,
            }
            for dataset_id, direction in keys
        ],
        session=session,
    )
    newer = EDGE.c.last_seen <= at
    # One statement with many parameter sets: what differs from edge to edge is bound, the rest is the run's.
    session.execute(
        EDGE.update()
        .where(
            EDGE.c.job_id == job_id,
            EDGE.c.dataset_id == bindparam("the_dataset"),
            EDGE.c.direction == bindparam("the_direction"),
        )
        .values(
            evidence=EDGE.c.evidence.bitwise_or(bindparam("the_evidence")),
            runs=EDGE.c.runs + bindparam("the_runs"),
            first_seen=case((EDGE.c.first_seen > at, at), else_=EDGE.c.first_seen),
            last_seen=case((newer, at), else_=EDGE.c.last_seen),
            last_run_id=case((newer, run_id), else_=EDGE.c.last_run_id),
        ),
        [
            {
                "the_dataset": dataset_id,
                "the_direction": direction.value,
                "the_evidence": int(touched[dataset_id, direction][0]),
                "the_runs": int(touched[dataset_id, direction][1]),
            }
            for dataset_id, direction in keys
        ],
    )


def merge_column_edges(
    job_id: int, run_id: int, links: Iterable[ColumnLink], *, at: datetime, session: Session
) -> None:
    """Merge column lineage of a run into its job's column edges."""
    rows = {}
    for link in links:
        rows[link.digest(job_id)] = {
            "digest": link.digest(job_id),
            "job_id": job_id,
            "output_dataset_id": link.output_dataset,
            "output_column": link.output_column,
            "input_dataset_id": link.input_dataset,
            "input_column": link.input_column,
            "transformations": _transformations(link.transformations),
            "first_seen": at,
            "last_seen": at,
            "last_run_id": run_id,
        }
    digests = sorted(rows)
    known: dict[str, str] = {}
    for start in range(0, len(digests), CHUNK):
        part = digests[start : start + CHUNK]
        query = select(COLUMN_EDGE.c.digest, COLUMN_EDGE.c.transformations).where(
            COLUMN_EDGE.c.digest.in_(part)
        )
        known.update({row[0]: row[1] for row in session.execute(query)})
    insert_missing(COLUMN_EDGE, [rows[digest] for digest in digests if digest not in known], session=session)
    seen_again = [digest for digest in digests if digest in known]
    for start in range(0, len(seen_again), CHUNK):
        session.execute(
            COLUMN_EDGE.update()
            .where(COLUMN_EDGE.c.digest.in_(seen_again[start : start + CHUNK]), COLUMN_EDGE.c.last_seen <= at)
            .values(last_seen=at, last_run_id=run_id)
        )
    for digest in seen_again:
        if known[digest] != rows[digest]["transformations"]:
            session.execute(
                COLUMN_EDGE.update()
                .where(COLUMN_EDGE.c.digest == digest)
                .values(transformations=rows[digest]["transformations"])
            )


def _transformations(transformations: Sequence[tuple[str, str, bool]]) -> str:
    wire = [
        {"type": kind, "subtype": subtype, "masking": masking} for kind, subtype, masking in transformations
    ]
    return canonical_json(wire).decode("utf-8")

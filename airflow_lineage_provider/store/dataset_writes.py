"""Runs that wrote a dataset, newest first, however long its history is.

Newest is what happened last, and not what arrived last: events of other producers may come late. Row ids, which have
an index, tell what arrived last, so that among those many the newest are found, and the one that the edges call the
newest is always among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.partitions import read_partitions
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.run_refs import MOMENT, RunRef, ref_of, run_query

NEWEST = 2_000
NAMED = 100
"""Edges, those that were seen last, whose newest runs are looked at."""


@dataclass(frozen=True, slots=True)
class Write:
    """A run that had the dataset as output."""

    run: RunRef
    state: str
    rows: int | None
    bytes: int | None
    partitions: tuple[str, ...]
    partition_count: int | None
    occasion: tuple[str, object]
    """Equal for writes of one DAG run: mapped tasks and retries are one occasion."""

    @property
    def ended_well(self) -> bool:
        return self.state == IoState.UPDATED.value and self.run.state in SUCCESS_STATES


def newest_writes(dataset_id: int, *, limit: int, session: Session) -> list[Write]:
    """Those of the last ``limit`` writes that arrived, and of those that edges name, which happened last."""
    found = {row.id: _write(row) for row in session.execute(_by_arrival(dataset_id).limit(limit))}
    named = (
        select(EDGE.c.last_run_id)
        .where(EDGE.c.dataset_id == dataset_id, EDGE.c.direction == Direction.OUTPUT.value)
        .order_by(EDGE.c.last_seen.desc(), EDGE.c.job_id)
        .limit(NAMED)
    )
    missing = sorted(set(session.scalars(named)) - found.keys())
    if missing:
        rows = session.execute(_writes(dataset_id).where(RUN_IO.c.run_id.in_(missing)))
        found |= {row.id: _write(row) for row in rows}
    return _newest_first(found.values())[:limit]


def writes_since(
    dataset_id: int, floor: int, since: datetime, until: datetime, *, limit: int, session: Session
) -> tuple[list[Write], bool]:
    """Writes in a window, newest first, and whether there are more than ``limit``.

    More than ``limit`` among the last :data:`NEWEST` that arrived are enough: then no others are looked for.

    :param floor: row id below which no run is of the window.
    """
    # A window that reaches to now is answered by the newest writes alone; only one of long ago needs all of them.
    newest = (
        select(RUN_IO.c.run_id)
        .where(
            RUN_IO.c.dataset_id == dataset_id,
            RUN_IO.c.direction == Direction.OUTPUT.value,
            RUN_IO.c.run_id >= floor,
        )
        .order_by(RUN_IO.c.run_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    examined, lowest = session.execute(select(func.count(), func.min(newest.c.run_id))).one()
    in_window = _writes(dataset_id).where(since <= MOMENT, until > MOMENT)
    in_window = in_window.order_by(MOMENT.desc(), RUN_IO.c.run_id.desc()).limit(limit + 1)
    found = [_write(row) for row in session.execute(in_window.where(RUN_IO.c.run_id >= (lowest or 0)))]
    if len(found) <= limit and examined == NEWEST:
        found = [_write(row) for row in session.execute(in_window.where(RUN_IO.c.run_id >= floor))]
    return found[:limit], len(found) > limit


def _newest_first(writes: Iterable[Write]) -> list[Write]:
    return sorted(writes, key=lambda write: (write.run.at, write.run.id), reverse=True)


def _by_arrival(dataset_id: int) -> Any:
    return _writes(dataset_id).order_by(RUN_IO.c.run_id.desc())


def _writes(dataset_id: int) -> Any:
    return (
        run_query()
        .add_columns(
            RUN.c.dag_run_id,
            RUN.c.parent_run_id,
            RUN_IO.c.state.label("io_state"),
            RUN_IO.c.row_count,
            RUN_IO.c.byte_count,
            RUN_IO.c.partitions,
            RUN_IO.c.partition_count,
        )
        .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
        .where(RUN_IO.c.dataset_id == dataset_id, RUN_IO.c.direction == Direction.OUTPUT.value)
    )


def _write(row: Any) -> Write:
    if row.dag_run_id is not None:
        occasion: tuple[str, object] = ("dag run", row.dag_run_id)
    elif row.parent_run_id is not None:
        occasion = ("parent", str(row.parent_run_id))
    else:
        occasion = ("run", row.id)
    return Write(
        run=ref_of(row),
        state=row.io_state,
        rows=row.row_count,
        bytes=row.byte_count,
        partitions=read_partitions(row.partitions),
        partition_count=row.partition_count,
        occasion=occasion,
    )

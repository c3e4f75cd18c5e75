"""The columns that datasets have now, and which run saw them last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.graph.row_ids import chunks, in_ids
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.last_outputs import RUN_ID, SCHEMA_ID, Output
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.run_refs import MOMENT
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA, read_columns
from airflow_lineage_provider.store.succeeded import HAS_SUCCEEDED, IN_DOUBT

LOOKED_AT = {Direction.OUTPUT: 500, Direction.INPUT: 20}
"""Runs, newest first, among which one that saw the columns is looked for. Of those that read a dataset, which may be many
and of which most see its columns, so few that each database walks its index and sorts nothing."""

_read: ContentCache[tuple[Column, ...]] = ContentCache()


@dataclass(frozen=True, slots=True)
class SeenSchema:
    """Columns of a dataset."""

    columns: tuple[Column, ...]
    seen_at: datetime
    """When a successful run saw them last; where that is long ago, when they changed last."""
    job: str | None
    """Job of the run that saw them; ``None``: a description of the dataset told them, or the run was cleaned away."""


def seen_schemas(
    dataset_ids: Collection[int], outputs: Mapping[int, Sequence[Output]], *, session: Session
) -> dict[int, SeenSchema]:
    """Current schema by dataset; datasets whose columns nobody saw are left out.

    :param outputs: the newest successful outputs of datasets, newest first: who wrote saw what was written.
    """
    wanted = sorted(dataset_ids)
    current: dict[int, Any] = {}
    for part in chunks(wanted):
        for row in session.execute(_CURRENT, {"ids": part}):
            current[row.dataset_id] = row
    written = {
        dataset_id: next(
            (each[RUN_ID] for each in outputs.get(dataset_id, ()) if each[SCHEMA_ID] == row.schema_id), None
        )
        for dataset_id, row in current.items()
    }
    unseen = [dataset_id for dataset_id, run in written.items() if run is None and dataset_id in outputs]
    for part in chunks(unseen):
        written.update((row.dataset_id, row.seen_by) for row in session.execute(_WRITTEN, {"ids": part}))
    sighted = {
        dataset_id: [run for run in (written[dataset_id], row.seen_by, row.run_id) if run]
        for dataset_id, row in current.items()
    }
    runs = _runs({run for some in sighted.values() for run in some}, session=session)
    found: dict[int, SeenSchema] = {}
    for dataset_id, row in current.items():
        columns = _read.get(row.content_hash)
        if columns is None:
            columns = _read.put(row.content_hash, tuple(read_columns(row.columns)))
        by = [runs[run] for run in (written[dataset_id], row.seen_by) if run in runs]
        seen_by = max(by, key=lambda run: (run.at, run.id), default=None)
        changed_by = runs.get(row.run_id)
        found[dataset_id] = SeenSchema(
            columns,
            max(seen_by.at, row.valid_from) if seen_by is not None else row.valid_from,
            next((run.name for run in (seen_by, changed_by) if run is not None), None),
        )
    return found


def _runs(run_ids: Collection[int], *, session: Session) -> dict[int, Any]:
    wanted = sorted(run_ids)
    found: dict[int, Any] = {}
    for part in chunks(wanted):
        for row in session.execute(_RUNS, {"ids": part}):
            found[row.id] = row
    return found


_RUNS = (
    select(RUN.c.id, MOMENT.label("at"), JOB.c.name)
    .join(JOB, JOB.c.id == RUN.c.job_id)
    .where(in_ids(RUN.c.id))
)


def _seen_by(direction: Direction) -> Any:
    """Row id of the newest successful run that saw the columns: the walk ends at the first one, or soon."""
    newest = (
        select(RUN_IO.c.run_id, RUN_IO.c.schema_id)
        .where(RUN_IO.c.dataset_id == HISTORY.c.dataset_id, RUN_IO.c.direction == direction.value)
        .order_by(RUN_IO.c.run_id.desc())
        .limit(LOOKED_AT[direction])
        .correlate(HISTORY)
        .subquery("newest")
    )
    return (
        select(newest.c.run_id)
        .select_from(newest.join(RUN, RUN.c.id == newest.c.run_id).outerjoin(TI, IN_DOUBT))
        .where(newest.c.schema_id == HISTORY.c.schema_id, HAS_SUCCEEDED)
        .order_by(newest.c.run_id.desc())
        .limit(1)
        .correlate(HISTORY)
        .scalar_subquery()
    )


_CURRENT = (
    select(
        HISTORY.c.dataset_id,
        HISTORY.c.schema_id,
        HISTORY.c.valid_from,
        HISTORY.c.run_id,
        SCHEMA.c.content_hash,
        SCHEMA.c.columns,
        _seen_by(Direction.INPUT).label("seen_by"),
    )
    .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
    .where(in_ids(HISTORY.c.dataset_id), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)
_WRITTEN = (
    select(HISTORY.c.dataset_id, _seen_by(Direction.OUTPUT).label("seen_by"))
    .where(in_ids(HISTORY.c.dataset_id), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)

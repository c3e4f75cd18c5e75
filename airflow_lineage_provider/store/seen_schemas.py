"""The columns that datasets have now, and which run saw them last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.last_outputs import AT, JOB_ID, RUN_ID, SCHEMA_ID, LastOutputs
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_io import RUN_IO
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


class _Sighting(NamedTuple):
    """A run that saw columns; of two the greater one was later."""

    at: datetime
    run_id: int
    job: str


def seen_schemas(
    dataset_ids: Collection[int], outputs: LastOutputs, *, session: Session
) -> dict[int, SeenSchema]:
    """Current schema by dataset; datasets whose columns nobody saw are left out.

    :param outputs: the newest successful ones: who wrote saw what was written.
    """
    wanted = sorted(dataset_ids)
    current: dict[int, Any] = {}
    for part in chunks(wanted):
        for row in session.execute(_CURRENT, {"ids": part}).all():
            current[row.dataset_id] = row
    sighted: dict[int, _Sighting] = {}
    unseen: list[int] = []
    for dataset_id, row in current.items():
        written = outputs.of_datasets.get(dataset_id, ())
        newest = next((output for output in written if output[SCHEMA_ID] == row.schema_id), None)
        if newest is not None:
            job = outputs.jobs[newest[JOB_ID]].name
            sighted[dataset_id] = _Sighting(_utc(newest[AT]), newest[RUN_ID], job)
        elif written:
            unseen.append(dataset_id)
    for part in chunks(unseen):
        for found_run in session.execute(_WRITTEN, {"ids": part}):
            if found_run.schema_id == current[found_run.dataset_id].schema_id:
                sighted[found_run.dataset_id] = _Sighting(found_run.at, found_run.run_id, found_run.job)
    for dataset_id, row in current.items():
        if row.read_by is not None:
            read = _Sighting(row.read_at, row.read_by, row.reader)
            sighted[dataset_id] = max(sighted.get(dataset_id, read), read)
    jobs = _jobs_of(
        {row.run_id for row in current.values() if row.dataset_id not in sighted}, session=session
    )
    columns = _columns_of({row.schema_id: row.content_hash for row in current.values()}, session=session)
    found: dict[int, SeenSchema] = {}
    for dataset_id, row in current.items():
        if row.schema_id not in columns:
            continue  # cleaned away since we began to read
        seen = sighted.get(dataset_id)
        found[dataset_id] = SeenSchema(
            columns[row.schema_id],
            max(seen.at, row.valid_from) if seen is not None else row.valid_from,
            seen.job if seen is not None else jobs.get(row.run_id),
        )
    return found


def _utc(moment: datetime) -> datetime:
    """A moment as the database gives it, as our own columns have it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _columns_of(hashes: Mapping[int, str], *, session: Session) -> dict[int, tuple[Column, ...]]:
    """Columns by row id of the schema; of those that were read before not even the text is fetched.

    :param hashes: of the contents, by row id.
    """
    known = {schema_id: _read.get(content_hash) for schema_id, content_hash in hashes.items()}
    unread = sorted(schema_id for schema_id, columns in known.items() if columns is None)
    for part in chunks(unread):
        for schema_id, text in session.execute(_TEXTS, {"ids": part}):
            known[schema_id] = _read.put(hashes[schema_id], tuple(read_columns(text)))
    return {schema_id: columns for schema_id, columns in known.items() if columns is not None}


def _jobs_of(run_ids: Collection[int | None], *, session: Session) -> dict[int | None, str]:
    """Names of jobs by run; runs that were cleaned away are left out."""
    wanted = sorted(run_id for run_id in run_ids if run_id)
    found: dict[int | None, str] = {}
    for part in chunks(wanted):
        found.update((row.id, row.name) for row in session.execute(_JOBS, {"ids": part}))
    return found


_JOBS = select(RUN.c.id, JOB.c.name).join(JOB, JOB.c.id == RUN.c.job_id).where(in_ids(RUN.c.id))
_TEXTS = select(SCHEMA.c.id, SCHEMA.c.columns).where(in_ids(SCHEMA.c.id))
_SEER = RUN.alias("seer")
_SEEN_AT = func.coalesce(_SEER.c.ended_at, _SEER.c.started_at, _SEER.c.recorded_at)


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
        _SEER.c.id.label("read_by"),
        _SEEN_AT.label("read_at"),
        JOB.c.name.label("reader"),
    )
    .select_from(
        HISTORY.join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
        .outerjoin(_SEER, _SEER.c.id == _seen_by(Direction.INPUT))
        .outerjoin(JOB, JOB.c.id == _SEER.c.job_id)
    )
    .where(in_ids(HISTORY.c.dataset_id), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)
_WRITTEN = (
    select(
        HISTORY.c.dataset_id,
        HISTORY.c.schema_id,
        _SEER.c.id.label("run_id"),
        _SEEN_AT.label("at"),
        JOB.c.name.label("job"),
    )
    .select_from(
        HISTORY.join(_SEER, _SEER.c.id == _seen_by(Direction.OUTPUT)).join(JOB, JOB.c.id == _SEER.c.job_id)
    )
    .where(in_ids(HISTORY.c.dataset_id), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)

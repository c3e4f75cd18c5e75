"""Why did this dataset change: what wrote it, and what changed or failed upstream, in a window of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.dataset_writes import Write, writes_since
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.found_dataset import FoundDataset
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.masking import NOTHING, ShownChange, hidden_columns, show_changes
from airflow_lineage_provider.store.run_refs import MOMENT, RunRef, read_refs, ref_of, run_query, seen
from airflow_lineage_provider.store.run_window import first_run_id
from airflow_lineage_provider.store.schema_history import SchemaChange, schema_changes
from airflow_lineage_provider.store.sql_changes import SqlChange, sql_changes
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.upstream import Upstream, read_upstream
from airflow_lineage_provider.store.visibility import visible_datasets

DEPTH = 3
FAILED_STATES = ("failed", "aborted")


class Reason(StrEnum):
    """Kinds of things that happened, and why each may explain a change."""

    WRITTEN = "written"
    WRITE_FAILED = "write_failed"
    """A run of a writer failed: whether it changed the dataset nobody knows."""
    SQL_CHANGED = "sql_changed"
    """A writer ran other statements than the time before."""
    SCHEMA_CHANGED = "schema_changed"
    UPSTREAM_FAILED = "upstream_failed"
    UPSTREAM_SCHEMA_CHANGED = "upstream_schema_changed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened; which fields are set depends on the kind."""

    kind: Reason
    at: datetime
    distance: int
    """0: the dataset or its writers themselves; 1 is next to them."""
    run: RunRef | None = None
    rows: int | None = None
    bytes: int | None = None
    partitions: tuple[str, ...] = ()
    partition_count: int | None = None
    namespace: str | None = None
    name: str | None = None
    """The dataset whose columns changed."""
    columns: tuple[ShownChange, ...] = ()
    fingerprints_added: tuple[str, ...] = ()
    fingerprints_removed: tuple[str, ...] = ()
    previous_run_id: int | None = None
    """Row id of the run whose statements are compared with."""


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that happened in the window, newest first."""

    happenings: tuple[Happening, ...]
    is_truncated: bool


def read_why(
    dataset: FoundDataset,
    since: datetime,
    until: datetime,
    access: Access,
    *,
    limit: int,
    session: Session,
) -> Why:
    """What happened to a dataset that the reader may see, at or after ``since`` and before ``until``."""
    floor = first_run_id(since, session=session)
    upstream = read_upstream(dataset.id, DEPTH, session=session)
    writes, has_more = writes_since(dataset.id, floor, since, until, limit=limit, session=session)
    failures = _failures(upstream, floor, since, until, limit + 1, session=session)
    shown = {
        run.id: run for run in seen([*(write.run for write in writes), *failures], access, session=session)
    }
    writes = [write for write in writes if write.run.id in shown]
    changes = schema_changes({dataset.id, *upstream.datasets}, since, until, limit=limit + 1, session=session)
    found = [
        *_written(writes),
        *_failed(failures, {write.run.id for write in writes}, upstream, shown),
        *_schemas(dataset, changes, upstream, access, session=session),
        *_statements(sql_changes(writes, session=session)),
    ]
    found.sort(key=lambda each: (each.at, each.run.id if each.run else 0, each.kind.value), reverse=True)
    is_truncated = (
        has_more
        or upstream.is_truncated
        or len(failures) > limit
        or len(changes) > limit
        or len(found) > limit
    )
    return Why(tuple(found[:limit]), is_truncated)


def _failures(
    upstream: Upstream, floor: int, since: datetime, until: datetime, limit: int, *, session: Session
) -> list[RunRef]:
    jobs = sorted(upstream.writers | upstream.jobs.keys())
    found: list[RunRef] = []
    for part in parts(jobs, CHUNK):
        query = (
            run_query()
            .where(
                RUN.c.job_id.in_(part),
                RUN.c.id >= floor,
                RUN.c.state.in_(FAILED_STATES),
                since <= MOMENT,
                until > MOMENT,
            )
            .order_by(RUN.c.id.desc())
            .limit(limit)
        )
        found += map(ref_of, session.execute(query))
    found.sort(key=lambda run: (run.at, run.id), reverse=True)
    return found[:limit]


def _written(writes: Iterable[Write]) -> list[Happening]:
    return [
        Happening(
            Reason.WRITE_FAILED if write.run.state in FAILED_STATES else Reason.WRITTEN,
            write.run.at,
            0,
            run=write.run,
            rows=write.rows,
            bytes=write.bytes,
            partitions=write.partitions,
            partition_count=write.partition_count,
        )
        for write in writes
    ]


def _failed(
    failures: Sequence[RunRef], told: set[int], upstream: Upstream, shown: dict[int, RunRef]
) -> list[Happening]:
    return [
        Happening(
            Reason.UPSTREAM_FAILED if run.job_id in upstream.jobs else Reason.WRITE_FAILED,
            run.at,
            upstream.jobs.get(run.job_id, 0),
            run=run,
        )
        for run in failures
        if run.id in shown and run.id not in told
    ]


def _schemas(
    dataset: FoundDataset,
    changes: Sequence[SchemaChange],
    upstream: Upstream,
    access: Access,
    *,
    session: Session,
) -> list[Happening]:
    ids = visible_datasets({change.dataset_id for change in changes}, access, session=session)
    hidden = hidden_columns(ids, access, session=session)
    names = _names(ids, session=session)
    runs = read_refs({change.run_id for change in changes if change.run_id}, access, session=session)
    found = []
    for change in changes:
        if change.dataset_id not in names:
            continue
        namespace, name = names[change.dataset_id]
        columns = show_changes(change.before, change.after, hidden.get(change.dataset_id, NOTHING))
        is_own = change.dataset_id == dataset.id
        found.append(
            Happening(
                Reason.SCHEMA_CHANGED if is_own else Reason.UPSTREAM_SCHEMA_CHANGED,
                change.at,
                upstream.datasets.get(change.dataset_id, 0),
                run=runs.get(change.run_id) if change.run_id else None,
                namespace=namespace,
                name=name,
                columns=columns,
            )
        )
    return found


def _names(ids: Iterable[int], *, session: Session) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    wanted = sorted(ids)
    for part in parts(wanted, CHUNK):
        query = select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name).where(DATASET.c.id.in_(part))
        found.update({row[0]: (row[1], row[2]) for row in session.execute(query)})
    return found


def _statements(changes: Iterable[SqlChange]) -> list[Happening]:
    return [
        Happening(
            Reason.SQL_CHANGED,
            change.run.at,
            0,
            run=change.run,
            fingerprints_added=change.added,
            fingerprints_removed=change.removed,
            previous_run_id=change.previous_run_id,
        )
        for change in changes
    ]

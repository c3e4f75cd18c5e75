"""What happened lately that may change an answer that is kept for gates, as far as it is cheap to ask every second."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow.models.dag import DagModel
from airflow.models.serialized_dag import SerializedDagModel
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.audit import AUDIT
from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.contract_writes import BINDING
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.heard_runs import heard_runs
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.producer_runs import UNDER_WAY
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.tables import ColumnEdge, DatasetFacet, DatasetSchema, core_table
from airflow_lineage_provider.store.upsert import CHUNK, some

ENTRIES_BACK = 500
"""Entries of the audit below the newest one that is known: ids are given before transactions end."""
DECIDED = ("contract", "owner", "waiver", "baseline")
"""Kinds of audit entries that may change a verdict."""

COLUMN_EDGE = core_table(ColumnEdge)
DATASET_FACET = core_table(DatasetFacet)
DATASET_SCHEMA = core_table(DatasetSchema)
DAG: Any = DagModel.__table__
SERIALIZED: Any = SerializedDagModel.__table__


@dataclass(frozen=True, slots=True)
class HeardRun:
    """A run that something was heard of."""

    id: int
    heard_at: datetime
    dag_id: str | None
    is_external: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision in the audit."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    """Empty after it was purged."""


def runs_heard_since(moment: datetime, *, session: Session) -> list[HeardRun]:
    """See :func:`store.heard_runs.heard_runs`."""
    rows = session.execute(_RUNS, {"moment": moment})
    return [
        HeardRun(row.id, row.recorded_at, row.dag_id, row.capture == Capture.EXTERNAL.value) for row in rows
    ]


def touched_by(run_ids: Collection[int], *, session: Session) -> list[tuple[int, int, DatasetId, bool]]:
    """(row id of a run, row id and name of a dataset, whether it is an output)."""
    return [
        (
            row.run_id,
            row.dataset_id,
            DatasetId(row.namespace, row.name),
            row.direction == Direction.OUTPUT.value,
        )
        for part in chunks(sorted(run_ids))
        for row in session.execute(_IO, {"ids": part})
    ]


def marks_of(dataset_ids: Collection[int], *, session: Session) -> dict[int, tuple[Any, ...]]:
    """Something that is another one when columns or facets of a dataset are, by row id."""
    found: dict[int, list[Any]] = {row_id: [] for row_id in dataset_ids}
    for part in chunks(sorted(found)):
        for query in (_FACETS, _SCHEMAS):
            for row_id, *mark in session.execute(query, {"ids": part}):
                found[row_id].append(tuple(mark))
    return {row_id: tuple(sorted(marks, key=repr)) for row_id, marks in found.items()}


def newest_entry(*, session: Session) -> int:
    """Row id of the newest audit entry; 0 without any."""
    return session.scalar(select(func.max(AUDIT.c.id))) or 0


def decided_since(entry_id: int, *, session: Session) -> list[Entry]:
    """Decisions with a greater row id."""
    rows = session.execute(_ENTRIES, {"after": entry_id})
    return [
        Entry(row.id, row.kind, json.loads(zlib.decompress(row.payload)) if row.payload else {})
        for row in rows
    ]


def datasets_of_contracts_named(contract_ids: Collection[str], *, session: Session) -> set[DatasetId]:
    """What any version of some contracts is, or was, bound to."""
    wanted = sorted(set(contract_ids))
    return {
        DatasetId(row.namespace, row.name)
        for part in parts(wanted, CHUNK)
        for row in session.execute(_BOUND, {"some": part})
        if row.namespace and row.name
    }


def fed_by(digests: Collection[str], *, session: Session) -> set[str]:
    """Digests of datasets with columns that come from those: what they are classified as goes on."""
    wanted = sorted(digests)
    return {digest for part in parts(wanted, CHUNK) for digest in session.scalars(_FED, {"some": part})}


def tasks_under_way(*, session: Session) -> set[str]:
    """Names (``dag.task``) of tasks that wait or run."""
    return {f"{dag_id}.{task_id}" for dag_id, task_id in session.execute(_UNDER_WAY)}


def live_dags(*, session: Session) -> set[str]:
    """DAGs that exist today."""
    return set(session.scalars(_LIVE))


def serialized_since(moment: datetime, *, session: Session) -> set[str]:
    """DAGs of which a version was written."""
    return set(session.scalars(_SERIALIZED, {"moment": moment}))


_HEARD = heard_runs(bindparam("moment"), select(func.max(RUN.c.id)).scalar_subquery())
_RUNS = (
    select(RUN.c.id, RUN.c.recorded_at, RUN.c.capture, JOB.c.dag_id)
    .join(_HEARD, _HEARD.c.id == RUN.c.id)
    .join(JOB, JOB.c.id == RUN.c.job_id)
)
_IO = (
    select(RUN_IO.c.run_id, RUN_IO.c.dataset_id, RUN_IO.c.direction, DATASET.c.namespace, DATASET.c.name)
    .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
    .where(in_ids(RUN_IO.c.run_id))
)
_FACETS = select(DATASET_FACET.c.dataset_id, DATASET_FACET.c.name, DATASET_FACET.c.facet_id).where(
    in_ids(DATASET_FACET.c.dataset_id)
)
_SCHEMAS = (
    select(DATASET_SCHEMA.c.dataset_id, func.max(DATASET_SCHEMA.c.id))
    .where(in_ids(DATASET_SCHEMA.c.dataset_id))
    .group_by(DATASET_SCHEMA.c.dataset_id)
)
_ENTRIES = (
    select(AUDIT.c.id, AUDIT.c.kind, AUDIT.c.payload)
    .where(AUDIT.c.id > bindparam("after"), AUDIT.c.kind.in_(DECIDED))
    .order_by(AUDIT.c.id)
)
_BOUND = (
    select(BINDING.c.namespace, BINDING.c.name)
    .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
    .where(CONTRACT.c.contract_id.in_(some()))
    .distinct()
)
_OUTPUT = DATASET.alias("output")
_FED = (
    select(_OUTPUT.c.digest)
    .select_from(
        DATASET.join(COLUMN_EDGE, COLUMN_EDGE.c.input_dataset_id == DATASET.c.id).join(
            _OUTPUT, _OUTPUT.c.id == COLUMN_EDGE.c.output_dataset_id
        )
    )
    .where(DATASET.c.digest.in_(some()))
    .distinct()
)
_UNDER_WAY = select(TI.c.dag_id, TI.c.task_id).where(TI.c.state.in_(tuple(sorted(UNDER_WAY)))).distinct()
_LIVE = select(DAG.c.dag_id).where(DAG.c.is_stale.is_(False))
_SERIALIZED = select(SERIALIZED.c.dag_id).where(SERIALIZED.c.last_updated >= bindparam("moment")).distinct()

"""Attempts with what they read and wrote, as people and programs ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.partitions import read_partitions
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import SCHEMA, read_columns
from airflow_lineage_provider.store.upsert import CHUNK


@dataclass(frozen=True, slots=True)
class RunIoView:
    """One input or output of an attempt."""

    namespace: str
    name: str
    evidence: tuple[str, ...]
    state: str
    columns: tuple[dict[str, Any], ...]
    rows: int | None
    bytes: int | None
    partitions: tuple[str, ...] = ()
    partition_count: int | None = None
    """How many partitions were touched, with those that are not kept."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "namespace": self.namespace,
            "name": self.name,
            "evidence": list(self.evidence),
            "state": self.state,
            "columns": list(self.columns),
            "rows": self.rows,
            "bytes": self.bytes,
            "partitions": list(self.partitions),
            "partition_count": self.partition_count,
        }


@dataclass(frozen=True, slots=True)
class RunView:
    """One attempt."""

    dag_id: str | None
    run_id: str | None
    task_id: str | None
    map_index: int
    try_number: int
    state: str | None
    capture: str
    operator: str | None
    openlineage_run_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    inputs: tuple[RunIoView, ...]
    outputs: tuple[RunIoView, ...]
    errors: tuple[dict[str, str], ...]
    truncated: tuple[str, ...]
    context: dict[str, Any]
    statements: tuple[dict[str, Any], ...]

    def to_wire(self) -> dict[str, Any]:
        """JSON object; moments are ISO 8601."""
        return {
            "dag_id": self.dag_id,
            "run_id": self.run_id,
            "task_id": self.task_id,
            "map_index": self.map_index,
            "try_number": self.try_number,
            "state": self.state,
            "capture": self.capture,
            "operator": self.operator,
            "openlineage_run_id": self.openlineage_run_id,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "inputs": [entry.to_wire() for entry in self.inputs],
            "outputs": [entry.to_wire() for entry in self.outputs],
            "errors": list(self.errors),
            "truncated": list(self.truncated),
            "context": self.context,
            "statements": list(self.statements),
        }


def read_runs(
    dag_id: str, run_id: str | None = None, task_id: str | None = None, *, limit: int = 1000, session: Session
) -> list[RunView]:
    """Attempts of a DAG, newest DAG run last, in the order they started."""
    query = (
        select(RUN, JOB.c.dag_id, JOB.c.task_id, JOB.c.operator)
        .join(JOB, JOB.c.id == RUN.c.job_id)
        .where(JOB.c.dag_id == dag_id, RUN.c.capture != Capture.EXTERNAL.value)
        .order_by(RUN.c.dag_run_id.desc(), RUN.c.started_at.desc(), RUN.c.id.desc())
        .limit(limit)
    )
    if run_id is not None:
        query = query.where(RUN.c.run_id == run_id)
    if task_id is not None:
        query = query.where(JOB.c.task_id == task_id)
    rows = list(reversed(session.execute(query).all()))
    ids = [row.id for row in rows]
    io = _io_of(ids, session=session)
    facets = read_run_facets(ids, session=session)
    return [_view(row, io.get(row.id, []), facets[row.id]) for row in rows]


def _view(row: Any, io: Sequence[tuple[Direction, RunIoView]], facets: Mapping[str, Any]) -> RunView:
    capture = facets.get("capture", {})
    return RunView(
        dag_id=row.dag_id,
        run_id=row.run_id,
        task_id=row.task_id,
        map_index=row.map_index,
        try_number=row.try_number,
        state=row.state,
        capture=row.capture,
        operator=row.operator,
        openlineage_run_id=str(row.openlineage_run_id) if row.openlineage_run_id else None,
        started_at=row.started_at,
        ended_at=row.ended_at,
        inputs=tuple(view for direction, view in io if direction is Direction.INPUT),
        outputs=tuple(view for direction, view in io if direction is Direction.OUTPUT),
        errors=tuple(capture.get("errors", [])),
        truncated=tuple(capture.get("truncated", [])),
        context=facets.get("context", {}),
        statements=tuple(facets.get("statements", [])),
    )


def _io_of(run_ids: Sequence[int], *, session: Session) -> dict[int, list[tuple[Direction, RunIoView]]]:
    found: dict[int, list[tuple[Direction, RunIoView]]] = {}
    for part in parts(run_ids, CHUNK):
        query = (
            select(RUN_IO, DATASET.c.namespace, DATASET.c.name, SCHEMA.c.columns)
            .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
            .outerjoin(SCHEMA, SCHEMA.c.id == RUN_IO.c.schema_id)
            .where(RUN_IO.c.run_id.in_(part))
            .order_by(DATASET.c.namespace, DATASET.c.name)
        )
        for row in session.execute(query):
            columns = tuple(column.to_wire() for column in read_columns(row.columns)) if row.columns else ()
            view = RunIoView(
                namespace=row.namespace,
                name=row.name,
                evidence=Evidence(row.evidence).names,
                state=row.state,
                columns=columns,
                rows=row.row_count,
                bytes=row.byte_count,
                partitions=read_partitions(row.partitions),
                partition_count=row.partition_count,
            )
            found.setdefault(row.run_id, []).append((Direction(row.direction), view))
    return found

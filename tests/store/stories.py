"""Attempts and what workers said about them, as short as tests want to write them."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import (
    LineageRecord,
    ObservedTable,
    Outcome,
    SegmentKind,
    Statement,
)
from airflow_lineage_provider.store.attempts import find_attempt
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.ingest import ingest_segment, prepare_segment
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW, add_attempt, add_dag_run

NAMESPACE = "default"
WAREHOUSE = ConnectionIdentity("warehouse", "postgres", host="db", database="shop", schema="public")
WAREHOUSE_NAMESPACE = "postgres://db:5432"
ARRIVED = NOW + timedelta(minutes=1)


def dataset(name: str) -> DatasetId:
    return DatasetId("s3://lake", name)


def table(name: str) -> DatasetId:
    return DatasetId(WAREHOUSE_NAMESPACE, f"shop.public.{name}")


def entry(name: str, evidence: Evidence = Evidence.HOOK, **fields: Any) -> IoEntry:
    return IoEntry(evidence, dataset=dataset(name), **fields)


def core(ti_id: UUID, outcome: Outcome = Outcome.SUCCESS, **fields: Any) -> LineageRecord:
    return segment(
        SegmentKind.CORE, ti_id, outcome, ended_at=(NOW + timedelta(seconds=4)).isoformat(), **fields
    )


def park(ti_id: UUID, **fields: Any) -> LineageRecord:
    return segment(
        SegmentKind.PARK, ti_id, Outcome.DEFERRED, ended_at=(NOW + timedelta(seconds=2)).isoformat(), **fields
    )


def late(ti_id: UUID, outcome: Outcome = Outcome.SUCCESS, **fields: Any) -> LineageRecord:
    return segment(SegmentKind.LATE, ti_id, outcome, **fields)


def segment(kind: SegmentKind, ti_id: UUID, outcome: Outcome, **fields: Any) -> LineageRecord:
    return LineageRecord(kind=kind, outcome=outcome, ti_id=str(ti_id), **fields)


def sql(*texts: str, **fields: Any) -> dict[str, Any]:
    """Fields of a record that ran statements on the warehouse."""
    return {"connections": [WAREHOUSE], "statements": [Statement(text, 0, **fields) for text in texts]}


def observed(table_name: str, **columns: str) -> dict[str, Any]:
    """Fields of a record that read the columns of a table."""
    listed = tuple(Column(column, kind) for column, kind in columns.items())
    return {"connections": [WAREHOUSE], "observed": [ObservedTable(0, table_name, listed, schema="public")]}


class Story:
    """One DAG run whose attempts are ingested in a session nobody commits."""

    def __init__(
        self, session: Session, dag_id: str = "shop", run_id: str = "r1", at: datetime = NOW
    ) -> None:
        self.session = session
        self.dag_id = dag_id
        self.run_id = run_id
        self.dag_run_id = add_dag_run(session, dag_id, run_id, at=at)

    def attempt(self, task_id: str = "load", **fields: Any) -> UUID:
        return add_attempt(self.session, task_id, dag_id=self.dag_id, run_id=self.run_id, **fields)

    def ingest(
        self,
        record: LineageRecord,
        task_id: str = "load",
        *,
        try_number: int = 1,
        map_index: int = -1,
        now: datetime = ARRIVED,
    ) -> int:
        attempt = find_attempt(
            ti_id=record.ti_id,
            try_number=try_number,
            dag_run_id=self.dag_run_id,
            dag_id=self.dag_id,
            run_id=self.run_id,
            task_id=task_id,
            map_index=map_index,
            session=self.session,
        )
        prepared = prepare_segment(record, session=self.session)
        return ingest_segment(prepared, attempt, namespace=NAMESPACE, now=now, session=self.session)


def rows(session: Session, table_name: str) -> list[Any]:
    return list(session.execute(select(metadata.tables[table_name])))


def io_of(session: Session, run_id: int) -> dict[tuple[str, str], tuple[tuple[str, ...], str]]:
    """(direction, dataset name) to (evidence, state)."""
    query = (
        select(RUN_IO, DATASET.c.name)
        .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
        .where(RUN_IO.c.run_id == run_id)
    )
    return {
        (Direction(row.direction).value, row.name): (Evidence(row.evidence).names, row.state)
        for row in session.execute(query)
    }


def outputs_of(session: Session, run_id: int) -> dict[str, str]:
    """Output dataset name to state."""
    return {
        name: state
        for (direction, name), (_, state) in io_of(session, run_id).items()
        if direction == "output"
    }


def everything(session: Session) -> str:
    """The text of all our tables, compressed values unpacked."""
    found: list[str] = []
    for each in metadata.sorted_tables:
        for row in session.execute(select(each).order_by(*each.primary_key.columns)):
            for column, value in zip(each.columns, row, strict=True):
                if isinstance(column.type, LargeBinary) and value:
                    found.append(zlib.decompress(value).decode("utf-8"))
                else:
                    found.append(str(value))
    return "\n".join(found)

"""Attempts of tasks that run again and again, through the real ingest of what workers send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.record import (
    LineageRecord,
    ObservedTable,
    Outcome,
    SegmentKind,
    Statement,
)
from airflow_lineage_provider.store.attempts import Attempt
from airflow_lineage_provider.store.ingest import ingest_segment, prepare_segment
from tests.airflow_rows import add_dag_run

TASKS = 20
"""Tasks of the DAG."""
COMMIT_EVERY = 200
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_SEED = UUID("5f1c6f4e-1f6f-4a37-9d3e-3f3f7f0b7a11")
_WAREHOUSE = ConnectionIdentity("warehouse", "postgres", host="db", database="shop", schema="public")
_COLUMNS = tuple(Column(f"column_{place}", "numeric") for place in range(12))


def ingest_runs(engine: Engine, dag_runs: range) -> None:
    """Take in every task of some DAG runs."""
    with Session(engine) as session:
        pending = 0
        for number in dag_runs:
            dag_run_id = add_dag_run(session, "shop", f"scheduled__{number}", at=_at(number))
            for attempt, records in _attempts(number, dag_run_id):
                for record in records:
                    prepared = prepare_segment(record, session=session)
                    ingest_segment(
                        prepared,
                        attempt,
                        namespace="default",
                        now=_at(number) + timedelta(minutes=1),
                        session=session,
                    )
                pending += 1
            if pending >= COMMIT_EVERY:
                session.commit()
                pending = 0
        session.commit()


def _at(number: int) -> datetime:
    return BEGAN + timedelta(hours=number)


def _attempts(number: int, dag_run_id: int) -> Iterator[tuple[Attempt, list[LineageRecord]]]:
    began, ended = _at(number), _at(number) + timedelta(seconds=5)
    for task in range(TASKS):
        ti_id = uuid5(_SEED, f"{number}.{task}")
        attempt = Attempt(
            ti_id=ti_id,
            dag_run_id=dag_run_id,
            dag_id="shop",
            run_id=f"scheduled__{number}",
            task_id=f"load_{task}",
            map_index=-1,
            try_number=1,
            state="success",
            operator="SQLExecuteQueryOperator",
            started_at=began,
            ended_at=ended,
            ran=True,
            archived=False,
        )
        yield attempt, _records(str(ti_id), task, number, began, ended)


def _records(ti_id: str, task: int, number: int, began: datetime, ended: datetime) -> list[LineageRecord]:
    """Two segments, as of a SQL task whose table's columns are read from the database afterwards."""
    common: dict[str, Any] = {
        "outcome": Outcome.SUCCESS,
        "ti_id": ti_id,
        "operator": "airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator",
        "connections": [_WAREHOUSE],
    }
    # The literal is another one in each run, as the date of a daily load is.
    statement = (
        f"INSERT INTO table_{task + 1} SELECT a.* FROM table_{task} a JOIN calendar c ON a.day = c.day "
        f"WHERE a.day = '{began.isoformat()}'"
    )
    core = LineageRecord(
        kind=SegmentKind.CORE,
        started_at=began.isoformat(),
        ended_at=ended.isoformat(),
        awaits=("late",),
        context={"bundle_name": "dags-folder", "versions": {"airflow": "3.3.2", "python": "3.11.7"}},
        statements=[Statement(statement, 0, rows=1_000 + number)],
        capture_ms=4.0 + number % 7,
        **common,
    )
    late = LineageRecord(
        kind=SegmentKind.LATE,
        observed=[ObservedTable(0, f"table_{task + 1}", _COLUMNS, schema="public")],
        capture_ms=2.5,
        **common,
    )
    return [core, late]

"""DAGs that read what the world of the judge's benchmark writes, serialized as Airflow leaves them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.serialized_dag import SerializedDagModel
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.store import tables
from airflow_lineage_provider.store.tables import core_table
from tests.benchmarks.judge import world as datasets
from tests.benchmarks.judge.world import BUNDLE, START, World

TEMPLATE = "reader_template"
STEP = 7
"""From the first dataset that a DAG reads to the first that the next one does: some are read by many."""


@dataclass(frozen=True, slots=True)
class Readers:
    """DAGs with one task for each dataset that they read."""

    dags: int
    reads: int
    """Datasets that each DAG reads."""
    world: World

    def dag_id(self, number: int) -> str:
        return f"reader_{number:05d}"

    def dataset(self, number: int, place: int) -> int:
        """Row id of a dataset that a DAG reads."""
        return (number * STEP + place * 101) % self.world.known + 1


def fill(engine: Engine, readers: Readers) -> None:
    """Write the datasets and the DAGs that read them into empty tables."""
    datasets.fill(engine, readers.world)
    with Session(engine) as session, session.begin():
        for table, rows in _rows(readers):
            left = iter(rows)
            while some := list(islice(left, 5_000)):
                session.execute(insert(table), some)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def _rows(readers: Readers) -> Iterator[tuple[Any, Iterator[Mapping[str, Any]]]]:
    numbers = range(readers.dags)
    with DAG(TEMPLATE, schedule=None, start_date=START) as dag:
        for place in range(readers.reads):
            BaseOperator(task_id=f"read_{place}")
    document = json.dumps(LazyDeserializedDAG.from_dag(dag).data)
    now = START
    versions = {number: UUID(int=(3 << 100) + number) for number in numbers}
    yield (
        DagModel.__table__,
        (datasets._dag_row(readers.dag_id(number), f"lead{number % 50}") for number in numbers),
    )
    yield (
        DagVersion.__table__,
        (
            {"id": versions[number], "version_number": 1, "dag_id": readers.dag_id(number), "bundle_name": BUNDLE}
            for number in numbers
        ),
    )  # fmt: skip
    yield (
        SerializedDagModel.__table__,
        (
            {
                "id": UUID(int=(4 << 100) + number), "dag_id": readers.dag_id(number), "dag_hash": f"{number:032x}",
                "data": json.loads(document.replace(TEMPLATE, readers.dag_id(number))),
                "dag_version_id": versions[number], "created_at": now, "last_updated": now,
            }
            for number in numbers
        ),
    )  # fmt: skip
    jobs = [(number, place) for number in numbers for place in range(readers.reads)]
    first = 10 * readers.world.known
    yield core_table(tables.Job), (_job(readers, first + index, *job) for index, job in enumerate(jobs))
    run = 10_000_000
    yield core_table(tables.Run), (_run(first + index, run + index, *job) for index, job in enumerate(jobs))
    yield (
        core_table(tables.RunIo),
        (
            {
                "run_id": run + index, "dataset_id": readers.dataset(number, place), "direction": "input",
                "evidence": 2, "state": "read",
            }
            for index, (number, place) in enumerate(jobs)
        ),
    )  # fmt: skip


def _job(readers: Readers, row_id: int, number: int, place: int) -> dict[str, Any]:
    dag_id = readers.dag_id(number)
    name = f"{dag_id}.read_{place}"
    return {
        "id": row_id, "digest": identity_digest("default", name), "namespace": "default", "name": name,
        "dag_id": dag_id, "task_id": f"read_{place}", "first_seen": START,
    }  # fmt: skip


def _run(job_id: int, row_id: int, number: int, place: int) -> dict[str, Any]:
    return {
        "id": row_id, "job_id": job_id, "ti_id": UUID(int=(5 << 100) + row_id), "dag_run_id": 20_000_000 + number,
        "run_id": "scheduled__0", "map_index": -1, "try_number": 1, "state": "success", "capture": "recorded",
        "segments": 9, "awaited": 0, "started_at": START, "ended_at": START, "recorded_at": START, "errors": 0,
    }  # fmt: skip

"""Datasets with contracts, schemas, writers and a history of runs, as real ingest leaves them.

Each dataset is written by a job of its own that reads the two next ones. A DAG of its own reads some of them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from uuid import UUID

from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.store import tables
from airflow_lineage_provider.store.tables import core_table
from tests.benchmarks.judge.contract import COLUMNS, TYPES, column_name, contract_of

HOST = "warehouse.example"
NAMESPACE = f"postgres://{HOST}:5432"
START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUNDLE = "bench"
ASKER = "asker"
PER_DAG = 10
SCHEMAS = 100
LIVE_RUNS = 3
"""DAG runs whose task instances Airflow still has."""


@dataclass(frozen=True, slots=True)
class World:
    """How much there is."""

    known: int
    """Datasets, each with a contract."""
    runs: int
    """Of each job, one an hour."""
    asked: int
    """Datasets that the asking DAG reads."""

    @property
    def now(self) -> datetime:
        return START + self.runs * HOUR

    def dataset(self, number: int) -> DatasetId:
        return DatasetId(NAMESPACE, f"shop.schema_{number % 20:02d}.table_{number:06d}")


def fill(engine: Engine, world: World) -> None:
    """Write a world into empty tables."""
    with Session(engine) as session, session.begin():
        for table, rows in _rows(world):
            left = iter(rows)
            while some := list(islice(left, 10_000)):
                session.execute(insert(table), some)
        _asking_dag(world, session)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def _rows(world: World) -> Iterator[tuple[Any, Iterable[Mapping[str, Any]]]]:
    numbers = range(1, world.known + 1)
    dags = range((world.known + PER_DAG - 1) // PER_DAG)
    yield DagBundleModel.__table__, [{"name": BUNDLE}]
    yield (
        DagModel.__table__,
        [_dag_row(f"load_{number:05d}", f"lead{number % 50}") for number in dags],
    )
    yield DagRun.__table__, (_dag_run(world, dag, run) for dag in dags for run in range(world.runs))
    yield (
        TaskInstance.__table__,
        (
            _task_instance(world, number, run)
            for number in numbers
            for run in range(max(0, world.runs - LIVE_RUNS), world.runs)
        ),
    )
    yield core_table(tables.Dataset), (_dataset_row(world, number) for number in numbers)
    yield core_table(tables.Job), (_job_row(number) for number in numbers)
    yield (
        core_table(tables.Schema),
        [
            {"id": number, "content_hash": f"{number:064x}", "columns": json.dumps(_columns(number))}
            for number in range(1, SCHEMAS + 1)
        ],
    )
    yield (
        core_table(tables.DatasetSchema),
        (
            {"dataset_id": number, "schema_id": number % SCHEMAS + 1, "valid_from": START, "run_id": number}
            for number in numbers
        ),
    )
    yield (
        core_table(tables.Run),
        (_run_row(world, number, run) for run in range(world.runs) for number in numbers),
    )
    yield (
        core_table(tables.RunIo),
        (row for run in range(world.runs) for number in numbers for row in _io_rows(world, number, run)),
    )
    yield core_table(tables.Edge), (row for number in numbers for row in _edge_rows(world, number))
    yield core_table(tables.ColumnEdge), (row for number in numbers for row in _column_rows(world, number))
    yield from _contract_rows(world, numbers)
    yield from _quality_rows(world, numbers)
    yield core_table(tables.Owner), [_glob_row(number) for number in range(50)]


def _dag_row(dag_id: str, owners: str) -> dict[str, Any]:
    return {
        "dag_id": dag_id, "bundle_name": BUNDLE, "owners": owners, "is_stale": False, "max_active_tasks": 16,
        "max_active_runs": 16, "max_consecutive_failed_dag_runs": 0, "has_task_concurrency_limits": False,
    }  # fmt: skip


def _dag_of(number: int) -> str:
    return f"load_{(number - 1) // PER_DAG:05d}"


def _dag_run(world: World, dag: int, run: int) -> dict[str, Any]:
    at = START + run * HOUR
    return {
        "id": dag * world.runs + run + 1, "dag_id": f"load_{dag:05d}", "run_id": f"scheduled__{run}",
        "run_type": "scheduled", "state": "success", "logical_date": at, "run_after": at,
        "data_interval_start": at - HOUR, "data_interval_end": at,
    }  # fmt: skip


def _ti_id(number: int, run: int) -> UUID:
    return UUID(int=(number << 32) + run)


def _task_instance(world: World, number: int, run: int) -> dict[str, Any]:
    at = START + run * HOUR
    return {
        "id": _ti_id(number, run), "dag_id": _dag_of(number), "task_id": f"write_{number:06d}",
        "run_id": f"scheduled__{run}", "map_index": -1, "state": "success", "try_number": 1, "max_tries": 0,
        "pool": "default_pool", "pool_slots": 1, "start_date": at, "end_date": at + HOUR / 60, "pid": 7,
        "span_status": "not_started",
    }  # fmt: skip


def _dataset_row(world: World, number: int) -> dict[str, Any]:
    dataset = world.dataset(number)
    return {
        "id": number, "digest": dataset.digest, "namespace": dataset.namespace, "name": dataset.name,
        "first_seen": START,
    }  # fmt: skip


def _job_row(number: int) -> dict[str, Any]:
    name = f"{_dag_of(number)}.write_{number:06d}"
    return {
        "id": number, "digest": identity_digest("default", name), "namespace": "default", "name": name,
        "dag_id": _dag_of(number), "task_id": f"write_{number:06d}", "operator": "SQLExecuteQueryOperator",
        "first_seen": START,
    }  # fmt: skip


def _columns(number: int) -> list[dict[str, Any]]:
    # Each schema is a content of its own.
    columns = [{"name": column_name(place), "type": TYPES[place % len(TYPES)]} for place in range(COLUMNS)]
    return [*columns, {"name": f"extra_{number}", "type": "text"}]


def _run_id(world: World, number: int, run: int) -> int:
    return run * world.known + number


def _run_row(world: World, number: int, run: int) -> dict[str, Any]:
    at = START + run * HOUR
    return {
        "id": _run_id(world, number, run), "job_id": number, "ti_id": _ti_id(number, run),
        "dag_run_id": (number - 1) // PER_DAG * world.runs + run + 1, "run_id": f"scheduled__{run}",
        "map_index": -1, "try_number": 1, "state": "success", "capture": "recorded", "segments": 9, "awaited": 0,
        "started_at": at, "ended_at": at + HOUR / 60, "recorded_at": at + HOUR / 60, "errors": 0,
    }  # fmt: skip


def _sources(world: World, number: int) -> list[int]:
    return [number % world.known + 1, (number + 6) % world.known + 1]


def _io_rows(world: World, number: int, run: int) -> Iterator[dict[str, Any]]:
    sides = [(number, "output", "updated"), *((each, "input", "read") for each in _sources(world, number))]
    for dataset, direction, state in sides:
        yield {
            "run_id": _run_id(world, number, run), "dataset_id": dataset, "direction": direction, "evidence": 2,
            "state": state, "schema_id": dataset % SCHEMAS + 1, "row_count": 1_000 + run,
        }  # fmt: skip


def _edge_rows(world: World, number: int) -> Iterator[dict[str, Any]]:
    last = _run_id(world, number, world.runs - 1)
    seen = START + (world.runs - 1) * HOUR
    for dataset, direction in ((number, "output"), *((each, "input") for each in _sources(world, number))):
        yield {
            "job_id": number, "dataset_id": dataset, "direction": direction, "evidence": 2, "first_seen": START,
            "last_seen": seen, "last_run_id": last, "runs": world.runs,
        }  # fmt: skip


def _column_rows(world: World, number: int) -> Iterator[dict[str, Any]]:
    last = _run_id(world, number, world.runs - 1)
    seen = START + (world.runs - 1) * HOUR
    for place in range(COLUMNS):
        yield {
            "digest": f"{number * 100 + place:064x}", "job_id": number, "output_dataset_id": number,
            "output_column": column_name(place), "input_dataset_id": _sources(world, number)[0],
            "input_column": column_name(place), "first_seen": START, "last_seen": seen, "last_run_id": last,
            "transformations": '[{"masking":false,"subtype":"IDENTITY","type":"DIRECT"}]',
        }  # fmt: skip


def _contract_rows(world: World, numbers: range) -> Iterator[tuple[Any, Iterable[Mapping[str, Any]]]]:
    """A contract for each dataset; every tenth had another version before."""
    contracts, bindings = [], []
    for number in numbers:
        dataset = world.dataset(number)
        _, schema, table = dataset.name.split(".")
        versions = ["1.0.0", "1.1.0"] if number % 10 == 0 else ["1.0.0"]
        for place, version in enumerate(versions):
            body = contract_of(number, HOST, schema, table, version)
            contracts.append(
                {
                    "id": 2 * number - 1 + place, "contract_id": body["id"], "version": version,
                    "api_version": "v3.1.0", "status": "active", "content_hash": content_hash(body),
                    "body": zlib.compress(canonical_json(body)), "is_current": version == versions[-1],
                    "applied_at": START + place * HOUR, "origin": "odcs",
                }
            )  # fmt: skip
            bindings.append(
                {
                    "contract_id": 2 * number - 1 + place, "schema_name": table, "digest": dataset.digest,
                    "namespace": dataset.namespace, "name": dataset.name, "bound_by": "server",
                }
            )  # fmt: skip
    yield core_table(tables.Contract), contracts
    yield core_table(tables.ContractDataset), bindings


def _quality_rows(world: World, numbers: range) -> Iterator[tuple[Any, Iterable[Mapping[str, Any]]]]:
    facets, links = [], []
    for number in numbers:
        check = {
            "name": "no_duplicates", "column": None, "success": True, "severity": "error",
            "at": (START + (world.runs - 1) * HOUR).isoformat(), "job": f"{_dag_of(number)}.write_{number:06d}",
            "run": _run_id(world, number, world.runs - 1),
        }  # fmt: skip
        body = {"checks": [check]}
        facets.append(
            {"id": number, "content_hash": content_hash(body), "body": zlib.compress(canonical_json(body))}
        )
        links.append({"dataset_id": number, "name": "qualityChecks", "facet_id": number})
    yield core_table(tables.Facet), facets
    yield core_table(tables.DatasetFacet), links


def _glob_row(number: int) -> dict[str, Any]:
    return {
        "namespace": "postgres://*", "name": f"shop.schema_{number:02d}.*", "owner": f"steward{number}",
        "source": "OWNERS", "position": number, "set_at": START,
    }  # fmt: skip


def _asking_dag(world: World, session: Session) -> None:
    """A DAG whose tasks read datasets all over the world, one each, in all of their runs."""
    with DAG(ASKER, schedule=None, start_date=START) as dag:
        tasks = [BaseOperator(task_id=f"read_{place:03d}") for place in range(world.asked)]
        for before, after in pairwise(tasks):
            before.set_downstream(after)
    session.execute(insert(DagModel.__table__), [_dag_row(ASKER, "airflow")])
    SerializedDagModel.write_dag(
        LazyDeserializedDAG.from_dag(dag), bundle_name=BUNDLE, min_update_interval=0, session=session
    )
    jobs, runs, io, edges = [], [], [], []
    first_run = world.known * world.runs + 1
    for place in range(world.asked):
        job_id, dataset = world.known + 1 + place, place * (world.known // world.asked) + 1
        name = f"{ASKER}.read_{place:03d}"
        jobs.append(
            {
                "id": job_id, "digest": identity_digest("default", name), "namespace": "default", "name": name,
                "dag_id": ASKER, "task_id": f"read_{place:03d}", "first_seen": START,
            }
        )  # fmt: skip
        for run in range(world.runs):
            run_id, at = first_run + run * world.asked + place, START + run * HOUR
            runs.append(
                {
                    "id": run_id, "job_id": job_id, "ti_id": UUID(int=(1 << 100) + run_id),
                    "dag_run_id": 10**7 + run, "run_id": f"scheduled__{run}", "map_index": -1, "try_number": 1,
                    "state": "success", "capture": "recorded", "segments": 9, "awaited": 0, "started_at": at,
                    "ended_at": at, "recorded_at": at, "errors": 0,
                }
            )  # fmt: skip
            io.append(
                {
                    "run_id": run_id, "dataset_id": dataset, "direction": "input", "evidence": 2, "state": "read",
                    "schema_id": dataset % SCHEMAS + 1,
                }
            )  # fmt: skip
        edges.append(
            {
                "job_id": job_id, "dataset_id": dataset, "direction": "input", "evidence": 2, "first_seen": START,
                "last_seen": START, "last_run_id": run_id, "runs": world.runs,
            }
        )  # fmt: skip
    for model, rows in ((tables.Job, jobs), (tables.Run, runs), (tables.RunIo, io), (tables.Edge, edges)):
        session.execute(insert(core_table(model)), rows)

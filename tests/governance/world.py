"""Rows as Airflow and the drainer leave them behind, for tests of the judge."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from sqlalchemy import insert, select

from airflow_lineage_provider.governance.answer import Asker, answer
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.contracts import BoundSchema, save
from airflow_lineage_provider.store.tables import Alias, Dataset, Edge, Job, Run, RunIo

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
BUNDLE = "tests"


def io_state(direction: Direction, state: str) -> str:
    """What the drainer writes of an input or output of an attempt in this state."""
    if direction is Direction.INPUT:
        return "read"
    return "updated" if state == "success" else "attempted"


class World:
    """Builds rows in one session; every test has its own, which is rolled back."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.clock = 0
        session.add(DagBundleModel(name=BUNDLE))
        session.flush()

    def dag(self, dag_id: str, arrows: str, *, owners: str = "airflow") -> None:
        """Serialize a DAG. ``arrows``: tasks in order, such as ``a >> b >> c, x >> c``."""
        with DAG(dag_id, schedule=None, start_date=NOW) as dag:
            tasks: dict[str, BaseOperator] = {}
            for chain in arrows.split(","):
                names = [name.strip() for name in chain.split(">>")]
                for name in names:
                    if name not in tasks:
                        tasks[name] = BaseOperator(task_id=name)
                for before, after in pairwise(names):
                    tasks[before].set_downstream(tasks[after])
        if self.session.get(DagModel, dag_id) is None:
            self.session.add(DagModel(dag_id=dag_id, bundle_name=BUNDLE, owners=owners))
            self.session.flush()
        SerializedDagModel.write_dag(
            LazyDeserializedDAG.from_dag(dag), bundle_name=BUNDLE, min_update_interval=0, session=self.session
        )
        self.session.flush()

    def run(self, dag_id: str, run_id: str = "r1") -> int:
        self.clock += 1
        at = NOW + timedelta(minutes=self.clock)
        run = {
            "dag_id": dag_id,
            "run_id": run_id,
            "run_type": "manual",
            "run_after": at,
            "logical_date": at,
            "state": "running",
        }
        self.session.execute(insert(DagRun.__table__).values(**run))
        return self.session.scalar(select(DagRun.id).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))

    def attempt(
        self,
        dag_id: str,
        task_id: str,
        run_id: str = "r1",
        *,
        state: str = "success",
        ran: bool = True,
        map_index: int = -1,
    ) -> uuid.UUID:
        """A task instance; ``ran``: a worker took it up."""
        ti_id = uuid.uuid4()
        version = self.session.scalar(
            select(DagVersion.id)
            .where(DagVersion.dag_id == dag_id)
            .order_by(DagVersion.version_number.desc())
            .limit(1)
        )
        values = {
            "id": ti_id, "dag_id": dag_id, "task_id": task_id, "run_id": run_id, "map_index": map_index,
            "state": state, "try_number": 1, "max_tries": 0, "pool": "default_pool", "pool_slots": 1,
            "start_date": NOW, "end_date": NOW, "pid": 7 if ran else None, "dag_version_id": version,
            "span_status": "not_started",
        }  # fmt: skip
        self.session.execute(insert(TaskInstance.__table__).values(**values))
        return ti_id

    def dataset(self, dataset: DatasetId) -> int:
        found = self.session.scalar(select(Dataset.id).where(Dataset.digest == dataset.digest))
        if found is None:
            row = Dataset(
                digest=dataset.digest, namespace=dataset.namespace, name=dataset.name, first_seen=NOW
            )
            self.session.add(row)
            self.session.flush()
            found = row.id
        return found

    def alias(self, alias: DatasetId, dataset: DatasetId) -> None:
        self.session.add(
            Alias(digest=alias.digest, namespace=alias.namespace, name=alias.name,
                  dataset_id=self.dataset(dataset), origin="configured", first_seen=NOW)
        )  # fmt: skip
        self.session.flush()

    def job(self, dag_id: str | None, task_id: str) -> int:
        name = f"{dag_id}.{task_id}" if dag_id else task_id
        digest = DatasetId("default", name).digest
        found = self.session.scalar(select(Job.id).where(Job.digest == digest))
        if found is None:
            row = Job(digest=digest, namespace="default", name=name, dag_id=dag_id,
                      task_id=task_id if dag_id else None, first_seen=NOW)  # fmt: skip
            self.session.add(row)
            self.session.flush()
            found = row.id
        return found

    def record(
        self,
        dag_id: str | None,
        task_id: str,
        run_id: str = "r1",
        *,
        reads: tuple[DatasetId, ...] = (),
        writes: tuple[DatasetId, ...] = (),
        dag_run_id: int | None = None,
        state: str = "success",
        capture: str = "recorded",
        ti_id: uuid.UUID | None = None,
        map_index: int = -1,
    ) -> None:
        """What the drainer leaves of one attempt."""
        job_id = self.job(dag_id, task_id)
        run = Run(job_id=job_id, ti_id=ti_id or uuid.uuid4(), dag_run_id=dag_run_id, run_id=run_id, state=state,
                  capture=capture, map_index=map_index, recorded_at=NOW)  # fmt: skip
        self.session.add(run)
        self.session.flush()
        for direction, datasets in ((Direction.INPUT, reads), (Direction.OUTPUT, writes)):
            for dataset in datasets:
                dataset_id = self.dataset(dataset)
                self.session.add(
                    RunIo(
                        run_id=run.id,
                        dataset_id=dataset_id,
                        direction=direction.value,
                        evidence=2,
                        state=io_state(direction, state),
                    )
                )
                if self.session.get(Edge, (job_id, dataset_id, direction.value)) is None:
                    self.session.add(
                        Edge(job_id=job_id, dataset_id=dataset_id, direction=direction.value, evidence=2,
                             first_seen=NOW, last_seen=NOW, last_run_id=run.id, runs=1)
                    )  # fmt: skip
        self.session.flush()

    def asset(self, uri: str, name: str | None = None, *, extra: dict[str, Any] | None = None) -> AssetModel:
        asset = AssetModel(name=name or uri, uri=uri, group="asset", extra=extra or {})
        self.session.add(asset)
        self.session.flush()
        return asset

    def inlet(self, asset: AssetModel, dag_id: str, task_id: str) -> None:
        self.session.add(TaskInletAssetReference(asset_id=asset.id, dag_id=dag_id, task_id=task_id))
        self.session.flush()

    def outlet(self, asset: AssetModel, dag_id: str, task_id: str) -> None:
        self.session.add(TaskOutletAssetReference(asset_id=asset.id, dag_id=dag_id, task_id=task_id))
        self.session.flush()

    def schedule(self, asset: AssetModel, dag_id: str) -> None:
        self.session.add(DagScheduleAssetReference(asset_id=asset.id, dag_id=dag_id))
        self.session.flush()

    def contract(
        self,
        dataset: DatasetId,
        contract_id: str = "orders",
        *,
        version: str = "1.2.0",
        status: str = "active",
        owner: str | None = None,
        channel: str | None = None,
    ) -> None:
        data: dict[str, Any] = {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": contract_id, "version": version, "status": status,
        }  # fmt: skip
        if owner:
            data["team"] = {"members": [{"username": owner, "role": "owner"}]}
        if channel:
            data["support"] = [{"channel": channel}]
        bindings = [BoundSchema("o", dataset, "server")]
        save(data, bindings, source=None, applied_by=None, now=NOW, session=self.session)

    def ask(
        self,
        dag_id: str,
        task_id: str = "validate",
        run_id: str = "r1",
        *,
        dag_run_id: int = 0,
        give_up: bool = False,
        **question: Any,
    ) -> dict[str, Any] | None:
        asker = Asker(dag_run_id, dag_id, run_id, task_id, -1, 1)
        payload = {"v": 1, "ask": "validate", "datasets": None, "rules": None, "level": "block", **question}
        return answer(asker, payload, give_up=give_up, session=self.session)

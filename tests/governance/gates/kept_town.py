"""A committed world whose gates a keeper keeps, by a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from airflow.models.asset import AssetModel, TaskInletAssetReference, TaskOutletAssetReference
from airflow.models.dag import DagModel, DagTag
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates import keeper as keeping
from airflow_lineage_provider.governance.gates.keeper import Keeper, StepReport
from airflow_lineage_provider.store.gate_states import StoredGate, gate_of
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.tables import Verdict
from tests.governance.world import NOW, World


class KeptTown:
    """DAGs, what they read, and one keeper."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.now = NOW + timedelta(minutes=1)
        self.transactions = OwnTransactions(lambda: Session(engine))
        self.keeper = self.another()

    def another(self, **fields: Any) -> Keeper:
        return Keeper(self.transactions, clock=lambda: self.now, **fields)

    @contextmanager
    def world(self) -> Iterator[World]:
        """Add to it; what is recorded is heard of at the moment of the clock."""
        with Session(self.engine) as session, session.begin():
            world = World.__new__(World)
            world.session, world.clock = session, 0
            if session.get(DagBundleModel, "tests") is None:
                session.add(DagBundleModel(name="tests"))
                session.flush()
            yield world
            session.execute(update(DagModel).values(is_stale=False))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def step(self, **delta: float) -> StepReport:
        """Let time go by, and have the keeper look."""
        self.later(**(delta or {"seconds": 2}))
        return self.keeper.step()

    def gate(self, dag_id: str) -> StoredGate | None:
        with self.session() as session:
            return gate_of(dag_id, connection=session)

    def verdicts(self, dag_id: str) -> int:
        query = select(func.count()).where(Verdict.dag_id == dag_id, Verdict.gate == "gate-state")
        with self.session() as session:
            return session.scalar(query) or 0


def clear(engine: Any) -> None:
    with Session(engine) as session, session.begin():
        for model in (
            TaskInletAssetReference,
            TaskOutletAssetReference,
            AssetModel,
            TaskInstance,
            DagRun,
            DagTag,
            SerializedDagModel,
            DagVersion,
            DagModel,
            DagBundleModel,
        ):
            session.execute(delete(model))


LIFETIME = timedelta(hours=1)
SOON = keeping.LOOK_AGAIN / 2
"""Before anything is judged again for no reason."""

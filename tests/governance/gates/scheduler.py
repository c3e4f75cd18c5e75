"""Airflow's own scheduler on a test database: one loop at a time, with an executor that starts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.executors.base_executor import BaseExecutor
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.listeners import hookimpl
from airflow.listeners.listener import get_listener_manager
from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun, DagRunNote
from airflow.models.pool import Pool
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance, clear_task_instances
from airflow.models.tasklog import LogTemplate
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates.listener import DagRunListener

BUNDLE = "gates"


class StillExecutor(BaseExecutor):
    """Takes tasks and callbacks, and does nothing with them."""

    def __init__(self) -> None:
        super().__init__(parallelism=100)
        self.callbacks: list[Any] = []
        self.queued: list[str] = []

    def queue_workload(self, workload: Any, session: Session) -> None:
        self.queued.append(workload.ti.task_id)

    def send_callback(self, request: Any) -> None:
        self.callbacks.append(request)


class Heard:
    """Another listener of the deployment's own."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.on_running: Callable[[Any], None] | None = None

    @hookimpl
    def on_dag_run_running(self, dag_run: Any, msg: str) -> None:
        self.said.append(("running", dag_run.run_id))
        if self.on_running is not None:
            self.on_running(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: Any, msg: str) -> None:
        self.said.append(("failed", dag_run.run_id))

    @hookimpl
    def on_dag_run_success(self, dag_run: Any, msg: str) -> None:
        self.said.append(("success", dag_run.run_id))


class Scheduler:
    """A scheduler and its database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.executor = StillExecutor()
        self.heard = Heard()
        self.runner = SchedulerJobRunner(job=Job(), executors=[self.executor])
        # As Airflow makes its sessions; the provider must not lean on anything else.
        self.runner.job.id = None

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def loop(self) -> None:
        """What a scheduler does between two heartbeats."""
        with self.session() as session:
            self.runner._do_scheduling(session)
            session.commit()

    def store(self, dag: DAG) -> None:
        """Store a DAG as the DAG processor does; again: another version of it."""
        with self.session() as session, session.begin():
            if session.get(DagBundleModel, BUNDLE) is None:
                session.execute(insert(DagBundleModel), [{"name": BUNDLE}])
            if session.scalar(select(Pool.id).where(Pool.pool == "default_pool")) is None:
                session.add(Pool(pool="default_pool", slots=128, include_deferred=False))
            if session.scalar(select(LogTemplate.id)) is None:
                session.add(LogTemplate(filename="{{ ti.task_id }}.log", elasticsearch_id="none"))
            if session.get(DagModel, dag.dag_id) is None:
                session.execute(
                    insert(DagModel.__table__).values(
                        dag_id=dag.dag_id,
                        bundle_name=BUNDLE,
                        relative_fileloc="gates.py",
                        owners="gate-team",
                        is_stale=False,
                        is_paused=False,
                        max_active_tasks=16,
                        max_active_runs=dag.max_active_runs,
                        max_consecutive_failed_dag_runs=0,
                        has_task_concurrency_limits=False,
                    )
                )
            SerializedDagModel.write_dag(
                LazyDeserializedDAG.from_dag(dag), bundle_name=BUNDLE, min_update_interval=0, session=session
            )

    def queue(self, dag_id: str, run_id: str, conf: dict[str, Any] | None = None, age: int = 1) -> None:
        """A run that waits to be started."""
        with self.session() as session, session.begin():
            dag = SerializedDagModel.get_dag(dag_id, session=session)
            dag.create_dagrun(
                run_id=run_id,
                run_after=datetime.now(UTC) - timedelta(minutes=age),
                run_type=DagRunType.MANUAL,
                triggered_by=DagRunTriggeredByType.TEST,
                state=DagRunState.QUEUED,
                conf=conf,
                session=session,
            )

    def clear(self, dag_id: str, run_id: str, *task_ids: str) -> None:
        """Clear tasks of a run, all without names; a run that is over is queued again."""
        with self.session() as session, session.begin():
            query = select(TaskInstance).where(TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id)
            if task_ids:
                query = query.where(TaskInstance.task_id.in_(task_ids))
            clear_task_instances(list(session.scalars(query)), session=session)

    def finish(self, dag_id: str, run_id: str, state: str = "success", *task_ids: str) -> None:
        """Set what was started, or the tasks that are named, to a state."""
        of_run = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id)
        which = TaskInstance.task_id.in_(task_ids) if task_ids else TaskInstance.state.is_not(None)
        with self.session() as session, session.begin():
            session.execute(update(TaskInstance).where(*of_run, which).values(state=state))

    def states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        with self.session() as session:
            rows = session.execute(
                select(TaskInstance.task_id, TaskInstance.state).where(
                    TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id
                )
            )
            return {row.task_id: row.state for row in rows}

    def run(self, dag_id: str, run_id: str) -> DagRun:
        with self.session() as session:
            found = session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
            assert found is not None
            return found

    def run_state(self, dag_id: str, run_id: str) -> str:
        return str(self.run(dag_id, run_id).state)

    def note(self, dag_id: str, run_id: str) -> str | None:
        with self.session() as session:
            return session.scalar(
                select(DagRunNote.content).where(DagRunNote.dag_run_id == self.run(dag_id, run_id).id)
            )

    def write_note(self, dag_id: str, run_id: str, text: str) -> None:
        with self.session() as session, session.begin():
            run = session.get(DagRun, self.run(dag_id, run_id).id)
            run.note = (text, "somebody")

    def count(self, model: Any) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@contextmanager
def a_scheduler(engine: Engine) -> Iterator[Scheduler]:
    """A scheduler that knows our listener and one of the deployment's own."""
    scheduler = Scheduler(engine)
    manager = get_listener_manager()
    before = list(manager.pm.get_plugins())
    manager.clear()
    manager.add_listener(DagRunListener())
    manager.add_listener(scheduler.heard)
    try:
        yield scheduler
    finally:
        manager.clear()
        for listener in before:
            if not manager.has_listeners or listener not in manager.pm.get_plugins():
                manager.pm.register(listener)
        with Session(engine) as session, session.begin():
            for model in (DagRunNote, TaskInstance, DagRun, SerializedDagModel, DagVersion, DagModel):
                session.execute(delete(model))
            session.execute(delete(DagBundleModel).where(DagBundleModel.name == BUNDLE))

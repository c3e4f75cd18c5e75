"""DAGs, answers of the judge about all of them, verdicts of before, and DAG runs that wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.pool import Pool
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.models.tasklog import LogTemplate
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.filing import seen_of
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.findings import Judged
from airflow_lineage_provider.store.gate_states import GateFinding, StoredGate, save_gates
from airflow_lineage_provider.store.tables import OpenDagRun, core_table
from airflow_lineage_provider.store.verdicts import VERDICT, Gate, save_verdict
from tests.governance.gates.states import finding

BUNDLE = "bench"
FINDINGS = 5
TASKS = 10
VERDICTS_A_DAG = 20
NOW = datetime.now(UTC)


def dag_name(number: int) -> str:
    return f"bench_{number:05d}"


def keep_answers(
    engine: Engine, known: int, level: Level, *, hours: float = 24.0, message_length: int = 0
) -> None:
    """An answer about each DAG, with a stored verdict where it has findings.

    :param hours: from now that they are valid for.
    :param message_length: characters of the message at least.
    """
    with Session(engine) as session, session.begin():
        found = [
            seen_of(finding(level, f"defect {number} " * 40, subject=f"column_{number}"))
            for number in range(FINDINGS if level is not Level.OFF else 0)
        ]
        message = "\n".join(["All is well.", *(each.message for each in found)]).ljust(message_length, "x")
        kept = None
        if found:
            kept, _ = save_verdict(
                Gate("gate-state", dag_name(0)),
                result="fail",
                message=message,
                datasets=50,
                findings=found,
                judged=Judged(),
                body={"findings": [each.message for each in found] * 10},
                facts=[{"name": f"dataset {number}"} for number in range(50)],
                now=NOW,
                session=session,
            )
        save_gates(
            (
                StoredGate(
                    dag_id=dag_name(number),
                    result="fail" if found else "pass",
                    level=level,
                    message=message,
                    shown=message,
                    findings=tuple(GateFinding(each.key, each.rule, level) for each in found),
                    findings_total=len(found),
                    datasets=50,
                    fingerprint="0" * 64,
                    verdict_id=kept,
                    judged_at=NOW,
                    valid_until=datetime.now(UTC) + timedelta(hours=hours),
                )
                for number in range(known)
            ),
            session=session,
        )


def fill_past(engine: Engine, known: int) -> None:
    """Verdicts that the gate left before."""
    rows: Iterator[dict[str, Any]] = (
        {
            "gate": "dag-run", "dag_id": dag_name(number), "run_id": f"past_{run}", "result": "pass",
            "message": "Dag-run gate: this run passed.", "datasets": 50, "judged_at": NOW - timedelta(days=1),
        }
        for number in range(known)
        for run in range(VERDICTS_A_DAG)
    )  # fmt: skip
    with Session(engine) as session, session.begin():
        while some := list(islice(rows, 10_000)):
            session.execute(insert(VERDICT), some)
    vacuum(engine)


def know_dags(engine: Engine, count: int) -> None:
    """Rows of DAGs and of one version of each, without what is in them."""
    with Session(engine) as session, session.begin():
        session.execute(insert(DagBundleModel), [{"name": BUNDLE}])
        session.execute(insert(DagModel.__table__), [_dag_row(dag_name(number)) for number in range(count)])
        session.execute(
            insert(DagVersion.__table__),
            [
                {
                    "id": _version(number), "version_number": 1, "dag_id": dag_name(number),
                    "bundle_name": BUNDLE, "created_at": NOW, "last_updated": NOW,
                }
                for number in range(count)
            ],
        )  # fmt: skip


def store_dags(engine: Engine, count: int) -> None:
    """DAGs of ten tasks that no executor has to run."""
    with Session(engine) as session, session.begin():
        if session.get(DagBundleModel, BUNDLE) is None:
            session.execute(insert(DagBundleModel), [{"name": BUNDLE}])
        if session.scalar(select(Pool.id)) is None:
            session.add(Pool(pool="default_pool", slots=128, include_deferred=False))
        if session.scalar(select(LogTemplate.id)) is None:
            session.add(LogTemplate(filename="{{ ti.task_id }}.log", elasticsearch_id="none"))
    for number in range(count):
        with DAG(dag_name(number), schedule=None) as dag:
            first = EmptyOperator(task_id="first")
            for place in range(TASKS - 1):
                first >> EmptyOperator(task_id=f"next_{place}")
        with Session(engine) as session, session.begin():
            session.execute(insert(DagModel.__table__), [_dag_row(dag.dag_id)])
            SerializedDagModel.write_dag(
                LazyDeserializedDAG.from_dag(dag), bundle_name=BUNDLE, min_update_interval=0, session=session
            )


def queue_runs(engine: Engine, dags: int, runs: int, label: str, *, note: str | None = None) -> None:
    """Runs that wait to be started, in turns of all DAGs; with a user's note, where there is one."""
    with Session(engine) as session, session.begin():
        stored = [SerializedDagModel.get_dag(dag_name(number), session=session) for number in range(dags)]
        for run in range(runs):
            queued = stored[run % dags].create_dagrun(
                run_id=f"{label}_{run}",
                run_after=NOW - timedelta(seconds=runs - run),
                run_type=DagRunType.MANUAL,
                triggered_by=DagRunTriggeredByType.TEST,
                state=DagRunState.QUEUED,
                session=session,
            )
            if note is not None:
                queued.note = note
    vacuum(engine)


@contextmanager
def without_our_tables(engine: Engine) -> Iterator[None]:
    """As in a deployment where nobody ran ``airflow db migrate`` after the installation."""
    names = [name for name in inspect(engine).get_table_names() if name.startswith("lineage_")]

    def rename(prefix: str, to: str) -> None:
        with engine.begin() as connection:
            for name in names:
                connection.execute(text(f"ALTER TABLE {prefix}{name} RENAME TO {to}{name}"))

    rename("", "away_")
    try:
        yield
    finally:
        rename("away_", "")


def forget_runs(engine: Engine) -> None:
    """Take away all DAG runs."""
    with Session(engine) as session, session.begin():
        for table in (TaskInstance.__table__, DagRun.__table__, core_table(OpenDagRun)):
            session.execute(text(f"DELETE FROM {table.name}"))
    vacuum(engine)


def vacuum(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def add_runs(engine: Engine, samples: int) -> None:
    """Runs and task instances alone, one for each of the first DAGs, of its newest version, as rows."""
    with Session(engine) as session, session.begin():
        session.execute(
            insert(DagRun.__table__),
            [
                {
                    "id": number + 1, "dag_id": dag_name(number), "run_id": "now", "run_type": "manual",
                    "state": "queued", "run_after": NOW, "logical_date": NOW, "clear_number": 0,
                    "span_status": "not_started", "log_template_id": None,
                }
                for number in range(samples)
            ],
        )  # fmt: skip
        session.execute(
            insert(TaskInstance.__table__),
            [
                {
                    "id": UUID(int=number * TASKS + place + 1), "dag_id": dag_name(number), "run_id": "now",
                    "task_id": f"task_{place}", "map_index": -1, "state": None, "try_number": 0, "max_tries": 0,
                    "pool": "default_pool", "pool_slots": 1, "span_status": "not_started",
                    "dag_version_id": _version(number),
                }
                for number in range(samples)
                for place in range(TASKS)
            ],
        )  # fmt: skip
    vacuum(engine)


def _version(number: int) -> UUID:
    return UUID(int=number + 1)


def _dag_row(dag_id: str) -> dict[str, Any]:
    return {
        "dag_id": dag_id, "bundle_name": BUNDLE, "relative_fileloc": "bench.py", "owners": "bench",
        "is_stale": False, "is_paused": False, "max_active_tasks": 1000, "max_active_runs": 1000,
        "max_consecutive_failed_dag_runs": 0, "has_task_concurrency_limits": False,
    }  # fmt: skip

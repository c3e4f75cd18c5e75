"""What the tasks of a DAG were seen doing in their last successful runs, and whether all of it was seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import CHUNK, some


@dataclass(slots=True)
class TaskUse:
    """A task in the newest DAG run in which it succeeded, with all of its instances."""

    is_whole: bool = True
    """Everything was recorded, nothing was left out and something was seen: what is missing did not happen."""
    inputs: set[DatasetId] = field(default_factory=set)
    outputs: set[DatasetId] = field(default_factory=set)
    policies: list[dict[str, Any]] = field(default_factory=list)
    """Lineage policies that it had, as far as they are not the default."""


Uses = Mapping[str, TaskUse]
"""By task id; tasks that never succeeded are left out."""


def last_use(dag_id: str, *, session: Session) -> Uses:
    """What the tasks of one DAG were seen doing. What is only declared was not seen."""
    return uses_of_dags([dag_id], session=session).get(dag_id, {})


def uses_of_dags(dag_ids: Collection[str], *, session: Session) -> dict[str, dict[str, TaskUse]]:
    """Many DAGs at once; DAGs of which no task succeeded are left out."""
    used: dict[str, dict[str, TaskUse]] = {}
    of_run: dict[int, TaskUse] = {}
    for run in _runs(dag_ids, session=session):
        use = of_run[run.id] = used.setdefault(run.dag_id, {}).setdefault(run.task_id, TaskUse())
        use.is_whole = use.is_whole and run.capture == Capture.RECORDED.value and not run.errors
    for run_id, facets in read_run_facets(of_run, names=("capture", "context"), session=session).items():
        if facets.get("capture", {}).get("truncated"):
            of_run[run_id].is_whole = False
        policy = facets.get("context", {}).get("policy")
        if isinstance(policy, dict):
            of_run[run_id].policies.append(policy)
    _add_io(of_run, session=session)
    for tasks in used.values():
        for use in tasks.values():
            use.is_whole = use.is_whole and bool(use.inputs or use.outputs)
    return used


def _runs(dag_ids: Collection[str], *, session: Session) -> list[Any]:
    """The newest successful attempt of each task, and of a mapped task all of that DAG run."""
    wanted = sorted(set(dag_ids))
    newest = {
        row.job_id: row
        for part in parts(wanted, CHUNK)
        for row in session.execute(_NEWEST, {"some": part}).all()
    }
    found = {row.id: row for row in newest.values()}
    mapped = sorted(row.job_id for row in newest.values() if row.map_index >= 0)
    for jobs in parts(mapped, CHUNK):
        asked = {
            "ids": jobs,
            "dag_runs": sorted({newest[job].dag_run_id for job in jobs if newest[job].dag_run_id}),
        }
        for row in session.execute(_SIBLINGS, asked):
            if newest[row.job_id].dag_run_id == row.dag_run_id:
                found[row.id] = row
    return list(found.values())


def _add_io(of_run: dict[int, TaskUse], *, session: Session) -> None:
    wanted = sorted(of_run)
    for part in chunks(wanted):
        for row in session.execute(_IO, {"ids": part}).all():
            if row.evidence & ~Evidence.DECLARED.value:
                use = of_run[row.run_id]
                side = use.inputs if row.direction == Direction.INPUT.value else use.outputs
                side.add(DatasetId(row.namespace, row.name))


_COLUMNS = (
    RUN.c.id, RUN.c.job_id, RUN.c.dag_run_id, RUN.c.map_index, RUN.c.capture, RUN.c.errors, JOB.c.dag_id,
    JOB.c.task_id,
)  # fmt: skip


def _succeeded(run: Any) -> tuple[Any, Any]:
    return run.c.state.in_(tuple(SUCCESS_STATES)), run.c.capture != Capture.EXTERNAL.value


_OTHER = RUN.alias("other")
_LATEST = (
    select(func.max(_OTHER.c.id))
    .where(_OTHER.c.job_id == JOB.c.id, *_succeeded(_OTHER))
    .correlate(JOB)
    .scalar_subquery()
)
_NEWEST = select(*_COLUMNS).select_from(JOB.join(RUN, RUN.c.id == _LATEST)).where(JOB.c.dag_id.in_(some()))
_SIBLINGS = (
    select(*_COLUMNS)
    .select_from(RUN.join(JOB, JOB.c.id == RUN.c.job_id))
    .where(RUN.c.dag_run_id.in_(some("dag_runs")), in_ids(RUN.c.job_id), *_succeeded(RUN))
)
_IO = (
    select(RUN_IO.c.run_id, RUN_IO.c.direction, RUN_IO.c.evidence, DATASET.c.namespace, DATASET.c.name)
    .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
    .where(in_ids(RUN_IO.c.run_id))
)

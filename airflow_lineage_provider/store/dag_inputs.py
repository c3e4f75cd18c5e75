"""What a DAG reads and writes, as its author declares it and as its latest runs did."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetNameReference,
    DagScheduleAssetReference,
    DagScheduleAssetUriReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from sqlalchemy import bindparam, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.tables import Dataset, Edge, Job, Run, RunIo, Verdict
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, some

ASSET: Any = AssetModel.__table__
JOB = core_table(Job)
RUN = core_table(Run)
RUN_IO = core_table(RunIo)
DATASET = core_table(Dataset)
EDGE = core_table(Edge)

_RECORDED = (Capture.RECORDED.value, Capture.PARTIAL.value, Capture.ANNOUNCED.value)


@dataclass(frozen=True, slots=True)
class DeclaredAsset:
    """An asset in a DAG file, as inlet, outlet or schedule."""

    asset_id: int
    dataset: DatasetId
    task_id: str | None
    """``None``: the asset schedules the DAG."""


@dataclass(frozen=True, slots=True)
class ObservedIo:
    """A dataset that a task touched in a run."""

    dataset: DatasetId
    task_id: str
    run_id: str


def declared_inlets(dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    """Inlets of the DAG's tasks, and the assets that schedule it."""
    scheduled = {asset.asset_id: asset for asset in _declared(_SCHEDULE, dag_id, session=session)}
    return [*task_inlets(dag_id, session=session), *scheduled.values()]


def task_inlets(dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    """Inlets of the DAG's tasks."""
    return _declared(_INLETS, dag_id, session=session)


def declared_outlets(dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    """Outlets of the DAG's tasks."""
    return _declared(_OUTLETS, dag_id, session=session)


def _declared(query: Any, dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    return _read(session.execute(query, {"dag_id": dag_id}))


def _read(rows: Iterable[Any]) -> list[DeclaredAsset]:
    canonical = identity_rules().canonical
    return [DeclaredAsset(row.id, canonical(asset_of(row.uri, row.name)), row.task_id) for row in rows]


def _of_tasks(reference: Any) -> Any:
    return (
        select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, reference.c.task_id)
        .join(reference, reference.c.asset_id == ASSET.c.id)
        .where(reference.c.dag_id == bindparam("dag_id"))
        .order_by(ASSET.c.id)
    )


def _of_schedules() -> Any:
    by_id: Any = DagScheduleAssetReference.__table__
    by_name: Any = DagScheduleAssetNameReference.__table__
    by_uri: Any = DagScheduleAssetUriReference.__table__
    queries = [
        select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, null().label("task_id"))
        .join(reference, condition)
        .where(reference.c.dag_id == bindparam("dag_id"))
        for reference, condition in (
            (by_id, by_id.c.asset_id == ASSET.c.id),
            (by_name, by_name.c.name == ASSET.c.name),
            (by_uri, by_uri.c.uri == ASSET.c.uri),
        )
    ]
    assets = union_all(*queries).subquery("assets")
    return select(assets).order_by(assets.c.id)


_INLETS = _of_tasks(TaskInletAssetReference.__table__)
_OUTLETS = _of_tasks(TaskOutletAssetReference.__table__)
_SCHEDULE = _of_schedules()


def assets_known_as(
    *, uri: str | None = None, name: str | None = None, session: Session
) -> list[DeclaredAsset]:
    """Airflow's assets with a URI or a name."""
    condition = ASSET.c.uri == uri if uri is not None else ASSET.c.name == name
    query = select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, null().label("task_id")).where(condition)
    return _read(session.execute(query.order_by(ASSET.c.id)))


def latest_io(
    dag_id: str, task_ids: Collection[str], direction: Direction, *, session: Session
) -> list[ObservedIo]:
    """One side of :func:`latest_touches`."""
    return latest_touches(dag_id, task_ids, session=session)[direction]


def latest_touches(
    dag_id: str, task_ids: Collection[str], *, session: Session
) -> dict[Direction, list[ObservedIo]]:
    """What tasks touched in the newest DAG run in which they succeeded, and in failed attempts since then.

    A task that never succeeded counts with its newest recorded DAG run. Older history does not count: what a
    task stopped to read is forgotten with its next success.

    :param task_ids: tasks that the DAG has today; others do not count.
    """
    jobs = session.execute(_ANCHORS, {"dag_id": dag_id})
    anchors = [run_id for task_id, run_id in jobs if run_id is not None and task_id in task_ids]
    found: dict[Direction, dict[tuple[DatasetId, str], str]] = {direction: {} for direction in Direction}
    for start in range(0, len(anchors), CHUNK):
        for query in (_OF_MAPPED_SIBLINGS, _SINCE):
            for row in session.execute(query, {"some": anchors[start : start + CHUNK]}):
                key = DatasetId(row.namespace, row.name), row.task_id
                found[Direction(row.direction)][key] = row.run_id or "?"
    return {
        direction: [
            ObservedIo(dataset, task_id, run_id) for (dataset, task_id), run_id in sorted(touched.items())
        ]
        for direction, touched in found.items()
    }


def _newest(*conditions: Any) -> Any:
    """Newest recorded attempt of a job, as a scalar subquery."""
    return (
        select(RUN.c.id)
        .where(RUN.c.job_id == JOB.c.id, RUN.c.capture.in_(_RECORDED), *conditions)
        .order_by(RUN.c.id.desc())
        .limit(1)
        .correlate(JOB)
        .scalar_subquery()
    )


_ANCHORS = (
    select(JOB.c.task_id, func.coalesce(_newest(RUN.c.state.in_(tuple(SUCCESS_STATES))), _newest()))
    .where(JOB.c.dag_id == bindparam("dag_id"))
    .order_by(JOB.c.id)
)
_ANCHOR = RUN.alias("anchor")
_TOUCHED = (
    select(
        DATASET.c.namespace,
        DATASET.c.name,
        RUN_IO.c.direction,
        JOB.c.task_id,
        func.max(RUN.c.run_id).label("run_id"),
    )
    .select_from(_ANCHOR)
    .join(JOB, JOB.c.id == _ANCHOR.c.job_id)
    .join(RUN, RUN.c.job_id == _ANCHOR.c.job_id)
    .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
    .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
    .where(_ANCHOR.c.id.in_(some()))
    .group_by(DATASET.c.namespace, DATASET.c.name, RUN_IO.c.direction, JOB.c.task_id)
)
# Two queries and no OR, so that each walks an index instead of all runs of the job.
_OF_MAPPED_SIBLINGS = _TOUCHED.where(RUN.c.dag_run_id == _ANCHOR.c.dag_run_id)
# What another producer says of a task is no attempt of it.
_SINCE = _TOUCHED.where(RUN.c.id >= _ANCHOR.c.id, RUN.c.capture != Capture.EXTERNAL.value)


def written_in_run(dag_run_id: int, task_ids: Collection[str], *, session: Session) -> list[ObservedIo]:
    """What tasks of one DAG run wrote or tried to write."""
    rows = session.execute(
        select(DATASET.c.namespace, DATASET.c.name, JOB.c.task_id, RUN.c.run_id)
        .select_from(RUN)
        .join(JOB, JOB.c.id == RUN.c.job_id)
        .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
        .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
        .where(RUN.c.dag_run_id == dag_run_id, RUN_IO.c.direction == Direction.OUTPUT.value)
        .distinct()
    )
    found = [
        ObservedIo(DatasetId(row.namespace, row.name), row.task_id, row.run_id or "?")
        for row in rows
        if row.task_id in task_ids
    ]
    return sorted(found, key=lambda io: (io.dataset, io.task_id))


def written_elsewhere(digests: Collection[str], dag_id: str, *, session: Session) -> set[str]:
    """Digests of those datasets that a job outside of the DAG writes as well."""
    wanted = sorted(digests)
    found: set[str] = set()
    outside = or_(JOB.c.dag_id.is_(None), JOB.c.dag_id != dag_id)
    for start in range(0, len(wanted), CHUNK):
        found.update(
            session.scalars(
                select(DATASET.c.digest)
                .join(EDGE, EDGE.c.dataset_id == DATASET.c.id)
                .join(JOB, JOB.c.id == EDGE.c.job_id)
                .where(
                    DATASET.c.digest.in_(wanted[start : start + CHUNK]),
                    EDGE.c.direction == Direction.OUTPUT.value,
                    outside,
                )
                .distinct()
            )
        )
    return found


def asking_tasks(dag_id: str, *, session: Session) -> set[str]:
    """Tasks of the DAG that have asked for verdicts: what they note as read is what they judged."""
    return {
        task_id
        for task_id in session.scalars(
            select(Verdict.task_id).where(Verdict.dag_id == dag_id, Verdict.gate == "operator").distinct()
        )
        if task_id is not None
    }

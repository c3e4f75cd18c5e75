"""What a DAG reads and writes, as its author declares it and as its latest runs did."""

from __future__ import annotations

from collections.abc import Collection
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
from sqlalchemy import Select, func, null, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.identity import asset_dataset
from airflow_lineage_provider.store.tables import Dataset, Edge, Job, Run, RunIo, Verdict
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

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
    inlet: Any = TaskInletAssetReference.__table__
    inlets = (
        select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, inlet.c.task_id)
        .join(inlet, inlet.c.asset_id == ASSET.c.id)
        .where(inlet.c.dag_id == dag_id)
    )
    return [*_declared(inlets, session=session), *_schedule(dag_id, session=session)]


def declared_outlets(dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    """Outlets of the DAG's tasks."""
    outlet: Any = TaskOutletAssetReference.__table__
    outlets = (
        select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, outlet.c.task_id)
        .join(outlet, outlet.c.asset_id == ASSET.c.id)
        .where(outlet.c.dag_id == dag_id)
    )
    return _declared(outlets, session=session)


def _schedule(dag_id: str, *, session: Session) -> list[DeclaredAsset]:
    by_id: Any = DagScheduleAssetReference.__table__
    by_name: Any = DagScheduleAssetNameReference.__table__
    by_uri: Any = DagScheduleAssetUriReference.__table__
    columns = (ASSET.c.id, ASSET.c.uri, ASSET.c.name, null().label("task_id"))
    found: dict[int, DeclaredAsset] = {}
    for reference, condition in (
        (by_id, by_id.c.asset_id == ASSET.c.id),
        (by_name, by_name.c.name == ASSET.c.name),
        (by_uri, by_uri.c.uri == ASSET.c.uri),
    ):
        query = select(*columns).join(reference, condition).where(reference.c.dag_id == dag_id)
        found.update({asset.asset_id: asset for asset in _declared(query, session=session)})
    return list(found.values())


def _declared(query: Select[Any], *, session: Session) -> list[DeclaredAsset]:
    rows = session.execute(query.order_by(ASSET.c.id)).all()
    return [DeclaredAsset(row.id, asset_dataset(row.uri, row.name), row.task_id) for row in rows]


def assets_known_as(
    *, uri: str | None = None, name: str | None = None, session: Session
) -> list[DeclaredAsset]:
    """Airflow's assets with a URI or a name."""
    condition = ASSET.c.uri == uri if uri is not None else ASSET.c.name == name
    query = select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, null().label("task_id")).where(condition)
    return _declared(query, session=session)


def latest_io(
    dag_id: str, task_ids: Collection[str], direction: Direction, *, session: Session
) -> list[ObservedIo]:
    """What tasks touched in the newest DAG run in which they succeeded, and in failed attempts since then.

    A task that never succeeded counts with its newest recorded DAG run. Older history does not count: what a
    task stopped to read is forgotten with its next success.

    :param task_ids: tasks that the DAG has today; others do not count.
    """
    jobs = session.execute(
        select(JOB.c.task_id, func.coalesce(_newest(RUN.c.state.in_(SUCCESS_STATES)), _newest()))
        .where(JOB.c.dag_id == dag_id)
        .order_by(JOB.c.id)
    )
    anchors = [run_id for task_id, run_id in jobs if run_id is not None and task_id in task_ids]
    anchor = RUN.alias("anchor")
    touched = (
        select(DATASET.c.namespace, DATASET.c.name, JOB.c.task_id, func.max(RUN.c.run_id).label("run_id"))
        .select_from(anchor)
        .join(JOB, JOB.c.id == anchor.c.job_id)
        .join(RUN, RUN.c.job_id == anchor.c.job_id)
        .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
        .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
        .where(RUN_IO.c.direction == direction.value)
        .group_by(DATASET.c.namespace, DATASET.c.name, JOB.c.task_id)
    )
    # Two queries and no OR, so that each walks an index instead of all runs of the job.
    mapped_siblings = touched.where(RUN.c.dag_run_id == anchor.c.dag_run_id)
    # What another producer says of a task is no attempt of it.
    since = touched.where(RUN.c.id >= anchor.c.id, RUN.c.capture != Capture.EXTERNAL.value)
    found: dict[tuple[DatasetId, str], str] = {}
    for start in range(0, len(anchors), CHUNK):
        for query in (mapped_siblings, since):
            for row in session.execute(query.where(anchor.c.id.in_(anchors[start : start + CHUNK]))):
                found[DatasetId(row.namespace, row.name), row.task_id] = row.run_id or "?"
    return [ObservedIo(dataset, task_id, run_id) for (dataset, task_id), run_id in sorted(found.items())]


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

"""What a DAG reads and writes, as its author declares it and as its latest runs did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetNameReference,
    DagScheduleAssetReference,
    DagScheduleAssetUriReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from sqlalchemy import String, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES, Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.row_ids import chunks, in_ids
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


@dataclass(slots=True)
class Declared:
    """What the file of a DAG says that it reads and writes, in the order of the assets' ids."""

    inlets: list[DeclaredAsset] = field(default_factory=list)
    """Of its tasks."""
    outlets: list[DeclaredAsset] = field(default_factory=list)
    schedule: list[DeclaredAsset] = field(default_factory=list)
    """Assets that schedule it, once each."""


def declared_of_dags(dag_ids: Collection[str], *, session: Session) -> dict[str, Declared]:
    """By DAG; DAGs that declare nothing are left out."""
    found: dict[str, Declared] = {}
    wanted = sorted(set(dag_ids))
    for chunk in parts(wanted, CHUNK):
        for row in session.execute(_DECLARED, {"some": chunk}):
            getattr(found.setdefault(row.dag_id, Declared()), row.side).append(_asset(row))
    for declared in found.values():
        declared.schedule = list({asset.asset_id: asset for asset in declared.schedule}.values())
    return found


def _asset(row: Any) -> DeclaredAsset:
    return DeclaredAsset(row.id, identity_rules().canonical(asset_of(row.uri, row.name)), row.task_id)


def _declared() -> Any:
    inlet: Any = TaskInletAssetReference.__table__
    outlet: Any = TaskOutletAssetReference.__table__
    by_id: Any = DagScheduleAssetReference.__table__
    by_name: Any = DagScheduleAssetNameReference.__table__
    by_uri: Any = DagScheduleAssetUriReference.__table__
    queries = [
        select(
            ASSET.c.id,
            ASSET.c.uri,
            ASSET.c.name,
            reference.c.dag_id,
            # Typed, for the sides of a union have to agree.
            type_coerce(task_id, String).label("task_id"),
            literal(side).label("side"),
        )
        .join(reference, condition)
        .where(reference.c.dag_id.in_(some()))
        for side, reference, condition, task_id in (
            ("inlets", inlet, inlet.c.asset_id == ASSET.c.id, inlet.c.task_id),
            ("outlets", outlet, outlet.c.asset_id == ASSET.c.id, outlet.c.task_id),
            ("schedule", by_id, by_id.c.asset_id == ASSET.c.id, null()),
            ("schedule", by_name, by_name.c.name == ASSET.c.name, null()),
            ("schedule", by_uri, by_uri.c.uri == ASSET.c.uri, null()),
        )
    ]
    assets = union_all(*queries).subquery("assets")
    return select(assets).order_by(assets.c.id)


_DECLARED = _declared()
"""One statement for all sides: each costs more than what it reads."""


def assets_known_as(
    *, uri: str | None = None, name: str | None = None, session: Session
) -> list[DeclaredAsset]:
    """Airflow's assets with a URI or a name."""
    condition = ASSET.c.uri == uri if uri is not None else ASSET.c.name == name
    query = select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, null().label("task_id")).where(condition)
    return [_asset(row) for row in session.execute(query.order_by(ASSET.c.id))]


def latest_touches(
    tasks: Mapping[str, Collection[str]], *, session: Session
) -> dict[str, dict[Direction, list[ObservedIo]]]:
    """What tasks touched in the newest DAG run in which they succeeded, and in failed attempts since then, by DAG.

    A task that never succeeded counts with its newest recorded DAG run. Older history does not count: what a
    task stopped to read is forgotten with its next success.

    :param tasks: by DAG the tasks that it has today; others do not count.
    """
    anchors = _anchors(tasks, session=session)
    jobs = {anchor.job_id: anchor for anchor in anchors}
    found: dict[str, dict[Direction, dict[tuple[DatasetId, str], str]]] = {
        dag_id: {direction: {} for direction in Direction} for dag_id in tasks
    }
    mapped, since = _runs_beside([anchor.run_id for anchor in anchors], session=session)
    # What was touched since then comes last, for its run is the newer one.
    for runs in (mapped - since, since):
        wanted = sorted(runs)
        newest: dict[tuple[int, str, DatasetId], str] = {}
        for part in chunks(wanted):
            for row in session.execute(_TOUCHED, {"ids": part}).all():
                touched = row.job_id, row.direction, DatasetId(row.namespace, row.name)
                newest[touched] = max(newest.get(touched, ""), row.run_id or "")
        for (job_id, direction, dataset), run_id in newest.items():
            job = jobs[job_id]
            found[job.dag_id][Direction(direction)][dataset, job.task_id] = run_id or "?"
    return {
        dag_id: {
            direction: [
                ObservedIo(dataset, task_id, run_id) for (dataset, task_id), run_id in sorted(touched.items())
            ]
            for direction, touched in sides.items()
        }
        for dag_id, sides in found.items()
    }


def recorded_runs(dag_id: str, task_ids: Collection[str], *, session: Session) -> list[int]:
    """Row id of the newest successful attempt of each task; of one that never succeeded, of its newest recorded one."""
    return [anchor.run_id for anchor in _anchors({dag_id: task_ids}, session=session)]


class _Anchor(NamedTuple):
    """The run of a task from which on counts what it touched."""

    job_id: int
    dag_id: str
    task_id: str
    run_id: int


def _anchors(tasks: Mapping[str, Collection[str]], *, session: Session) -> list[_Anchor]:
    wanted = sorted(tasks)
    rows = (
        _Anchor(*row)
        for part in parts(wanted, CHUNK)
        for row in session.execute(_ANCHORS, {"some": part}).all()
    )
    return [row for row in rows if row.run_id is not None and row.task_id in tasks[row.dag_id]]


def _runs_beside(run_ids: Sequence[int], *, session: Session) -> tuple[set[int], set[int]]:
    """(runs of the same tasks in the same DAG runs, the runs themselves and later ones of their tasks)."""
    found: tuple[set[int], set[int]] = set(), set()
    for part in chunks(run_ids):
        for row_id, place in session.execute(_BESIDE, {"ids": part}).all():
            found[place].add(row_id)
    return found


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
    select(
        JOB.c.id,
        JOB.c.dag_id,
        JOB.c.task_id,
        func.coalesce(_newest(RUN.c.state.in_(tuple(SUCCESS_STATES))), _newest()).label("anchor"),
    )
    .where(JOB.c.dag_id.in_(some()))
    .order_by(JOB.c.id)
)
_ANCHOR = RUN.alias("anchor")
_OF_TASK = (
    select(RUN.c.id)
    .select_from(_ANCHOR)
    .join(RUN, RUN.c.job_id == _ANCHOR.c.job_id)
    .where(in_ids(_ANCHOR.c.id))
)
# Two queries and no OR, so that each walks an index instead of all runs of the job.
_BESIDE = union_all(
    _OF_TASK.where(RUN.c.dag_run_id == _ANCHOR.c.dag_run_id).add_columns(literal(0)),
    # What another producer says of a task is no attempt of it.
    _OF_TASK.where(RUN.c.id >= _ANCHOR.c.id, RUN.c.capture != Capture.EXTERNAL.value).add_columns(literal(1)),
)
_TOUCHED = (
    select(
        RUN.c.job_id,
        RUN_IO.c.direction,
        DATASET.c.namespace,
        DATASET.c.name,
        func.max(RUN.c.run_id).label("run_id"),
    )
    .select_from(RUN)
    .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
    .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
    .where(in_ids(RUN_IO.c.run_id))
    .group_by(RUN.c.job_id, RUN_IO.c.direction, DATASET.c.namespace, DATASET.c.name)
)
"""A statement of its own: planned together with finding the runs it takes longer than both."""


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


def writing_dags(digests: Collection[str], *, session: Session) -> dict[str, set[str | None]]:
    """DAGs whose jobs write a dataset, by its digest; ``None`` stands for jobs outside of Airflow."""
    wanted = sorted(digests)
    found: dict[str, set[str | None]] = {}
    for part in parts(wanted, CHUNK):
        for digest, dag_id in session.execute(_WRITING, {"some": part}):
            found.setdefault(digest, set()).add(dag_id)
    return found


_WRITING = (
    select(DATASET.c.digest, JOB.c.dag_id)
    .join(EDGE, EDGE.c.dataset_id == DATASET.c.id)
    .join(JOB, JOB.c.id == EDGE.c.job_id)
    .where(DATASET.c.digest.in_(some()), EDGE.c.direction == Direction.OUTPUT.value)
    .distinct()
)


def asking_tasks(dag_ids: Collection[str], *, session: Session) -> dict[str, set[str]]:
    """By DAG, tasks that have asked for verdicts: what they note as read is what they judged."""
    wanted = sorted(set(dag_ids))
    found: dict[str, set[str]] = {}
    for part in parts(wanted, CHUNK):
        for row in session.execute(_ASKING, {"some": part}):
            found.setdefault(str(row.dag_id), set()).add(str(row.task_id))
    return found


_ASKING = (
    select(Verdict.dag_id, Verdict.task_id)
    .where(Verdict.dag_id.in_(some()), Verdict.gate == "operator", Verdict.task_id.is_not(None))
    .distinct()
)

"""Who answers for a dataset, as Airflow itself knows it: assets and the DAGs that write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from airflow.models.dag import DagModel, DagOwnerAttributes
from sqlalchemy import String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.succeeded import IN_DOUBT, SUCCEEDED
from airflow_lineage_provider.store.tables import Edge, Job, Run, RunIo
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, some

ASSET: Any = AssetModel.__table__
JOB = core_table(Job)
EDGE = core_table(Edge)
RUN = core_table(Run)
RUN_IO = core_table(RunIo)
DAG: Any = DagModel.__table__
LINK: Any = DagOwnerAttributes.__table__

OWNER_KEYS = ("owner", "owners", "team")
NOBODY = frozenset({"", "airflow"})
"""What Airflow writes where nobody said anything."""


@dataclass(frozen=True, slots=True)
class AssetOwner:
    """An owner in the extra of an asset."""

    asset: str
    dataset: DatasetId
    owner: str


@dataclass(frozen=True, slots=True)
class Producer:
    """A job that writes a dataset; ``dag_id`` is ``None`` for jobs outside of Airflow."""

    name: str
    dag_id: str | None
    job_id: int | None = None
    """Row id; ``None``: a task that declares the dataset, and that nobody ever saw run."""


def asset_owners(*, session: Session) -> list[AssetOwner]:
    """Every asset of a DAG file whose extra names an owner under ``owner``, ``owners`` or ``team``.

    Assets that no DAG file mentions came from a worker at run time, through an alias; a worker's word alone
    makes nobody an owner.
    """
    extra = cast(ASSET.c.extra, String)
    references: list[Any] = [
        model.__table__
        for model in (TaskInletAssetReference, TaskOutletAssetReference, DagScheduleAssetReference)
    ]
    rows = session.execute(
        select(ASSET.c.uri, ASSET.c.name, ASSET.c.extra)
        .where(
            or_(*(extra.like(f'%"{key}"%') for key in OWNER_KEYS)),
            or_(*(select(ref.c.asset_id).where(ref.c.asset_id == ASSET.c.id).exists() for ref in references)),
        )
        .order_by(ASSET.c.id)
    )
    canonical = identity_rules().canonical
    return [
        AssetOwner(row.name, canonical(asset_of(row.uri, row.name)), owner)
        for row in rows
        for owner in owners_in_extra(row.extra)
    ]


def owners_in_extra(extra: Any) -> list[str]:
    """Owners in an asset's extra: a name, a list of names, or objects with a ``name``."""
    if not isinstance(extra, dict):
        return []
    return list(dict.fromkeys(name for key in OWNER_KEYS for name in _names(extra.get(key))))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip().casefold() not in NOBODY:
            yield value.strip()
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


Writers = dict[int, list[Producer]]
"""Jobs by the row id of the dataset."""


def claimed_writers(dataset_ids: Collection[int], *, session: Session) -> Writers:
    """Jobs of which somebody said that they write: an edge alone is a worker's word."""
    wanted = sorted(dataset_ids)
    rows: list[Any] = []
    for part in chunks(wanted):
        rows += session.execute(_WRITERS, {"ids": part}).all()
    found: Writers = {}
    for row in sorted(rows, key=lambda row: (row.dataset_id, row.namespace, row.name)):
        found.setdefault(row.dataset_id, []).append(Producer(row.name, row.dag_id, row.job_id))
    return found


def proven_writers(
    claimed: Writers, *, proven: Collection[tuple[int, int | None]] = (), session: Session
) -> Writers:
    """Those that did write.

    A failed attempt may claim any output: an attempt that Airflow calls successful must have updated the dataset.
    Our own row may lag behind Airflow's, so both are asked.

    :param proven: row ids of datasets and jobs of which the caller knows such an attempt.
    """
    wrote = set(proven)
    doubtful = sorted(
        dataset_id
        for dataset_id, writers in claimed.items()
        if any((dataset_id, writer.job_id) not in wrote for writer in writers)
    )
    for part in parts(doubtful, CHUNK):
        for row in session.execute(_WROTE, {"some": part}):
            wrote.add((row.dataset_id, row.job_id))
    return {
        dataset_id: [writer for writer in writers if (dataset_id, writer.job_id) in wrote]
        for dataset_id, writers in claimed.items()
    }


_WRITERS = (
    select(EDGE.c.dataset_id, EDGE.c.job_id, JOB.c.namespace, JOB.c.name, JOB.c.dag_id)
    .join(JOB, JOB.c.id == EDGE.c.job_id)
    .where(in_ids(EDGE.c.dataset_id), EDGE.c.direction == Direction.OUTPUT.value)
)
_SUCCESSFUL = (
    select(RUN.c.id)
    .select_from(RUN.join(RUN_IO, RUN_IO.c.run_id == RUN.c.id).outerjoin(TI, IN_DOUBT))
    .where(
        RUN.c.job_id == EDGE.c.job_id,
        RUN_IO.c.dataset_id == EDGE.c.dataset_id,
        RUN_IO.c.direction == Direction.OUTPUT.value,
        RUN_IO.c.state == IoState.UPDATED.value,
        SUCCEEDED,
    )
    .correlate(EDGE, JOB)
    .exists()
)
_WROTE = (
    select(EDGE.c.dataset_id, EDGE.c.job_id)
    .join(JOB, JOB.c.id == EDGE.c.job_id)
    .where(EDGE.c.dataset_id.in_(some()), EDGE.c.direction == Direction.OUTPUT.value, _SUCCESSFUL)
)


def outlet_producers(asset_ids: Collection[int], *, session: Session) -> dict[int, list[Producer]]:
    """Tasks that declare an asset as outlet, by the id of the asset."""
    outlet: Any = TaskOutletAssetReference.__table__
    found: dict[int, list[Producer]] = {}
    wanted = sorted(asset_ids)
    for part in parts(wanted, CHUNK):
        rows = session.execute(
            select(outlet.c.asset_id, outlet.c.dag_id, outlet.c.task_id, func.min(JOB.c.id).label("job_id"))
            .outerjoin(JOB, and_(JOB.c.dag_id == outlet.c.dag_id, JOB.c.task_id == outlet.c.task_id))
            .where(outlet.c.asset_id.in_(part))
            .group_by(outlet.c.asset_id, outlet.c.dag_id, outlet.c.task_id)
            .order_by(outlet.c.asset_id, outlet.c.dag_id, outlet.c.task_id)
        )
        for asset_id, dag_id, task_id, job_id in rows:
            found.setdefault(asset_id, []).append(Producer(f"{dag_id}.{task_id}", dag_id, job_id))
    return found


def dag_owners(dag_ids: Iterable[str], *, session: Session) -> dict[str, list[str]]:
    """Owners of DAGs that still exist, without ``airflow``."""
    wanted = sorted(set(dag_ids))
    found: dict[str, list[str]] = {}
    for part in parts(wanted, CHUNK):
        query = select(DAG.c.dag_id, DAG.c.owners).where(DAG.c.dag_id.in_(part))
        for dag_id, owners in session.execute(query):
            names = [name.strip() for name in (owners or "").split(",")]
            found[dag_id] = list(dict.fromkeys(name for name in names if name.casefold() not in NOBODY))
    return found


def dag_owner_links(dag_ids: Iterable[str], *, session: Session) -> dict[str, dict[str, str]]:
    """``owner_links`` of DAGs: where their owners are reached, by owner."""
    wanted = sorted(set(dag_ids))
    found: dict[str, dict[str, str]] = {}
    for part in parts(wanted, CHUNK):
        query = select(LINK.c.dag_id, LINK.c.owner, LINK.c.link).where(LINK.c.dag_id.in_(part))
        for dag_id, owner, link in session.execute(query):
            found.setdefault(dag_id, {})[owner] = link
    return found

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
from airflow.models.dag import DagModel
from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.attempts import TI
from airflow_lineage_provider.store.identity import asset_dataset
from airflow_lineage_provider.store.tables import Dataset, Edge, Job, Run, RunIo
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

ASSET: Any = AssetModel.__table__
JOB = core_table(Job)
EDGE = core_table(Edge)
DATASET = core_table(Dataset)
RUN = core_table(Run)
RUN_IO = core_table(RunIo)
DAG: Any = DagModel.__table__

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
    return [
        AssetOwner(row.name, asset_dataset(row.uri, row.name), owner)
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


def producers(digests: Collection[str], *, session: Session) -> dict[str, list[Producer]]:
    """Jobs that wrote a dataset, by its digest.

    An edge alone is a worker's word, and a failed attempt may claim any output: an attempt that Airflow calls
    successful must have updated the dataset. Our own row may lag behind Airflow's, so both are asked.
    """
    found: dict[str, list[Producer]] = {}
    wanted = sorted(digests)
    wrote = (
        select(RUN.c.id)
        .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
        .outerjoin(TI, TI.c.id == RUN.c.ti_id)
        .where(
            RUN.c.job_id == JOB.c.id,
            RUN_IO.c.dataset_id == DATASET.c.id,
            RUN_IO.c.direction == Direction.OUTPUT.value,
            RUN_IO.c.state == IoState.UPDATED.value,
            or_(RUN.c.state == "success", TI.c.state == "success"),
            # For a task of ours only its own attempts speak: its DAG's owner answers for what it writes.
            or_(JOB.c.dag_id.is_(None), RUN.c.capture != Capture.EXTERNAL.value),
        )
        .exists()
    )
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(
            select(DATASET.c.digest, JOB.c.name, JOB.c.dag_id)
            .join(EDGE, EDGE.c.dataset_id == DATASET.c.id)
            .join(JOB, JOB.c.id == EDGE.c.job_id)
            .where(
                DATASET.c.digest.in_(wanted[start : start + CHUNK]),
                EDGE.c.direction == Direction.OUTPUT.value,
                wrote,
            )
            .order_by(DATASET.c.digest, JOB.c.namespace, JOB.c.name)
        )
        for digest, name, dag_id in rows:
            found.setdefault(digest, []).append(Producer(name, dag_id))
    return found


def outlet_producers(asset_ids: Collection[int], *, session: Session) -> dict[int, list[Producer]]:
    """Tasks that declare an asset as outlet, by the id of the asset."""
    outlet: Any = TaskOutletAssetReference.__table__
    found: dict[int, list[Producer]] = {}
    wanted = sorted(asset_ids)
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(
            select(outlet.c.asset_id, outlet.c.dag_id, outlet.c.task_id)
            .where(outlet.c.asset_id.in_(wanted[start : start + CHUNK]))
            .order_by(outlet.c.asset_id, outlet.c.dag_id, outlet.c.task_id)
        )
        for asset_id, dag_id, task_id in rows:
            found.setdefault(asset_id, []).append(Producer(f"{dag_id}.{task_id}", dag_id))
    return found


def dag_owners(dag_ids: Iterable[str], *, session: Session) -> dict[str, list[str]]:
    """Owners of DAGs that still exist, without ``airflow``."""
    wanted = sorted(set(dag_ids))
    found: dict[str, list[str]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(DAG.c.dag_id, DAG.c.owners).where(DAG.c.dag_id.in_(wanted[start : start + CHUNK]))
        for dag_id, owners in session.execute(query):
            names = [name.strip() for name in (owners or "").split(",")]
            found[dag_id] = list(dict.fromkeys(name for name in names if name.casefold() not in NOBODY))
    return found

"""Every dataset that DAGs of today read or write, as runs and authors say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airflow.models.asset import (
    AssetModel,
    DagScheduleAssetReference,
    TaskInletAssetReference,
    TaskOutletAssetReference,
)
from airflow.models.dag import DagModel
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.tables import Contract, ContractDataset, Verdict, core_table

DAG: Any = DagModel.__table__
ASSET: Any = AssetModel.__table__
VERDICT = core_table(Verdict)
CONTRACT = core_table(Contract)
BINDING = core_table(ContractDataset)


@dataclass(frozen=True, slots=True)
class Touched:
    """A dataset and one reason why it is known."""

    dataset: DatasetId
    reason: str
    """``read by shop_load.orders``, ``declared outlet of shop_load.orders``, ``contract orders 1.2.0 is bound to it``"""
    asset_id: int | None = None


def datasets_of_dags(*, session: Session) -> Iterator[Touched]:
    """What tasks of DAGs that exist were seen to read and write; of each direction one of the tasks.

    What a validation task notes as read is what it judged: counted as a read, it would keep itself alive.
    """
    # An asking task is one that left verdicts.
    asks = exists().where(
        VERDICT.c.dag_id == JOB.c.dag_id, VERDICT.c.task_id == JOB.c.task_id, VERDICT.c.gate == "operator"
    )
    query = (
        select(DATASET.c.namespace, DATASET.c.name, EDGE.c.direction, func.min(JOB.c.name).label("job"))
        .join(EDGE, EDGE.c.dataset_id == DATASET.c.id)
        .join(JOB, JOB.c.id == EDGE.c.job_id)
        .join(DAG, DAG.c.dag_id == JOB.c.dag_id)
        .where(DAG.c.is_stale.is_(False), ~asks)
        .group_by(DATASET.c.id, DATASET.c.namespace, DATASET.c.name, EDGE.c.direction)
    )
    verbs = {Direction.INPUT.value: "read", Direction.OUTPUT.value: "written"}
    for row in session.execute(query):
        yield Touched(DatasetId(row.namespace, row.name), f"{verbs[row.direction]} by {row.job}")


def datasets_of_assets(*, session: Session) -> Iterator[Touched]:
    """What DAG files declare: inlets, outlets and schedules."""
    canonical = identity_rules().canonical
    for model, words in (
        (TaskInletAssetReference, "declared inlet of"),
        (TaskOutletAssetReference, "declared outlet of"),
        (DagScheduleAssetReference, "schedules"),
    ):
        reference: Any = model.__table__
        who = reference.c.dag_id
        if "task_id" in reference.c:
            who = reference.c.dag_id + "." + reference.c.task_id
        query = (
            select(ASSET.c.id, ASSET.c.uri, ASSET.c.name, func.min(who).label("who"))
            .join(reference, reference.c.asset_id == ASSET.c.id)
            .group_by(ASSET.c.id, ASSET.c.uri, ASSET.c.name)
        )
        for row in session.execute(query):
            yield Touched(canonical(asset_of(row.uri, row.name)), f"{words} {row.who}", row.id)


def datasets_of_contracts(*, session: Session) -> Iterator[Touched]:
    """What contracts in force are bound to."""
    query = (
        select(BINDING.c.namespace, BINDING.c.name, CONTRACT.c.contract_id, CONTRACT.c.version)
        .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
        .where(CONTRACT.c.is_current.is_(True), BINDING.c.digest.is_not(None))
    )
    for row in session.execute(query):
        if row.namespace and row.name:
            reason = f"contract {row.contract_id} {row.version} is bound to it"
            yield Touched(DatasetId(row.namespace, row.name), reason)

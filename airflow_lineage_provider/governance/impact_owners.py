"""Whose the nodes of an impact list are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dataset_owners import owners_of_all
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.graph import Node
from airflow_lineage_provider.store.impact import ImpactPage
from airflow_lineage_provider.store.owners import dag_owners


def with_owners(page: ImpactPage, access: Access, *, today: date, session: Session) -> ImpactPage:
    """The page with owners: of a dataset as governance finds them, of a job those of its DAG."""
    nodes = [item.node for item in page.items if not item.node.is_masked]
    datasets = {node.id: dataset for node in nodes if (dataset := _dataset_of(node)) is not None}
    of_datasets = owners_of_all(datasets.values(), access, today=today, session=session)
    of_dags = dag_owners({node.dag_id for node in nodes if node.dag_id}, session=session)
    owners = {
        node.id: [owner.name for owner in of_datasets[datasets[node.id]]]
        if node.id in datasets
        else of_dags.get(node.dag_id or "", [])
        for node in nodes
    }
    items = (replace(item, owners=tuple(dict.fromkeys(owners.get(item.node.id, ())))) for item in page.items)
    return replace(page, items=tuple(items))


def _dataset_of(node: Node) -> DatasetId | None:
    """The dataset that a node is or, as a column, belongs to."""
    if node.namespace is None or node.name is None:
        return None
    if node.type == "dataset":
        return DatasetId(node.namespace, node.name)
    if node.type == "column" and node.dataset is not None:
        return DatasetId(node.namespace, node.dataset.removeprefix(f"dataset:{node.namespace}:"))
    return None

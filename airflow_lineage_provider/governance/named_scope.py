"""The datasets that a question names."""

from __future__ import annotations

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.question import Question
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.dag_inputs import assets_known_as
from airflow_lineage_provider.store.identity import asset_dataset, canonical_dataset


def named_scope(asked: Question, *, session: Session) -> list[InScope]:
    """Datasets by name, and those that Airflow's assets of a URI or a name stand for."""
    datasets: list[tuple[DatasetId, int | None]] = []
    for item in asked.datasets or ():
        if "namespace" in item:
            datasets.append((canonical_dataset(DatasetId(item["namespace"], item["name"])), None))
            continue
        uri, name = item.get("uri"), item.get("asset_name")
        assets = assets_known_as(uri=uri, name=name, session=session)
        datasets += [(asset.dataset, asset.asset_id) for asset in assets] or [
            (asset_dataset(uri, name), None)
        ]
    return explicit_scope(datasets, session=session)

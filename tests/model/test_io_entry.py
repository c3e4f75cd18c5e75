from __future__ import annotations

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry


def test_the_dataset_a_source_named_wins_over_uri_and_name() -> None:
    named = DatasetId("n", "d")
    assert IoEntry(Evidence.OPERATOR, dataset=named, uri="s3://b/k", asset_name="x").identity == named


def test_a_uri_says_more_than_the_name_of_its_asset() -> None:
    assert IoEntry(Evidence.HOOK, uri="s3://b/k", asset_name="x").identity == DatasetId("s3://b", "k")


def test_an_alias_alone_is_a_dataset_of_its_own_kind() -> None:
    assert IoEntry(Evidence.DECLARED, alias="daily").identity == DatasetId("airflow-asset-alias", "daily")


def test_what_is_not_known_is_not_sent() -> None:
    assert IoEntry(Evidence.DECLARED, asset_name="x").to_wire() == {
        "evidence": ["declared"],
        "asset_name": "x",
    }
    assert IoEntry(Evidence.DECLARED, asset_name="x", rows=0).to_wire()["rows"] == 0

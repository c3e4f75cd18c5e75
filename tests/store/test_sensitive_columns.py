"""Which columns are sensitive, as contracts and tags say."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.store import contracts
from airflow_lineage_provider.store.contracts import BoundSchema
from airflow_lineage_provider.store.datasets import add_aliases, dataset_ids
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.sensitive_columns import SensitiveColumns, sensitive_columns
from airflow_lineage_provider.store.tables import DatasetFacet, core_table
from tests.airflow_rows import NOW
from tests.store.stories import dataset


def known(db: Any, name: str = "customers") -> int:
    return dataset_ids([dataset(name)], now=NOW, session=db)[dataset(name)]


def apply(db: Any, properties: list[dict[str, Any]], name: str = "customers", version: str = "1") -> None:
    data = {
        "id": f"contract-of-{name}",
        "version": version,
        "apiVersion": "v3.1.0",
        "schema": [{"name": name, "properties": properties}, {"name": "other", "properties": []}],
    }
    binding = BoundSchema(name, dataset(name), "server")
    contracts.save(data, [binding], source=None, applied_by=None, now=NOW, session=db)


def tag(db: Any, dataset_id: int, *tags: dict[str, Any]) -> None:
    facet = {"tags": list(tags)}
    link_facets(core_table(DatasetFacet), "dataset_id", dataset_id, {"tags": facet}, session=db)


def test_a_contract_classifies_columns_by_both_of_their_names(db: Any) -> None:
    dataset_id = known(db)
    apply(
        db,
        [
            {"name": "id", "classification": "public"},
            {"name": "taxNumber", "physicalName": "TAX_NO", "classification": " Restricted "},
        ],
    )
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert "tax_no" in found
    assert "TAXNUMBER" in found
    assert "id" not in found


def test_a_column_stays_sensitive_until_the_contract_in_force_classifies_it_otherwise(db: Any) -> None:
    dataset_id = known(db)
    apply(db, [{"name": "email", "classification": "pii"}])
    apply(db, [{"name": "id"}], version="2")
    assert "email" in sensitive_columns([dataset_id], session=db)[dataset_id]
    apply(db, [{"name": "Email", "classification": "public"}], version="3")
    assert sensitive_columns([dataset_id], session=db) == {}


def test_the_steward_stands_above_producers(db: Any) -> None:
    dataset_id = known(db)
    tag(
        db,
        dataset_id,
        {"key": "pii", "value": "true", "field": "email"},
        {"key": "pii", "value": "true", "field": "city"},
        {"key": "pii", "value": "true", "field": "address.street"},
    )
    apply(
        db,
        [
            {"name": "email", "classification": "public"},
            {"name": "city", "tags": ["checked"]},
            {"name": "address", "classification": "public", "properties": [{"name": "street"}]},
        ],
    )
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert "email" not in found
    assert "city" in found
    # Its type would show the street, of which the contract says nothing.
    assert "address" in found


def test_a_cleared_column_of_a_sensitive_dataset_is_shown(db: Any) -> None:
    dataset_id = known(db)
    tag(db, dataset_id, {"key": "pii", "value": "true"})
    apply(db, [{"name": "ID", "classification": "public"}, {"name": "x", "classification": "secret"}])
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert "id" not in found
    assert "x" in found
    assert "other" in found


def test_of_contracts_in_force_the_strictest_counts(db: Any) -> None:
    dataset_id = known(db)
    tag(db, dataset_id, {"key": "pii", "value": "true", "field": "email"})
    apply(db, [{"name": "email", "classification": "public"}])
    assert sensitive_columns([dataset_id], session=db) == {}
    data = {
        "id": "of-another-steward",
        "version": "1",
        "apiVersion": "v3.1.0",
        "schema": [{"name": "c", "properties": [{"name": "email", "classification": "secret"}]}],
    }
    binding = BoundSchema("c", dataset("customers"), "server")
    contracts.save(data, [binding], source=None, applied_by=None, now=NOW, session=db)
    assert "email" in sensitive_columns([dataset_id], session=db)[dataset_id]


def test_a_contract_bound_to_another_name_of_the_dataset_counts(db: Any) -> None:
    dataset_id = known(db, "kundschaft")
    add_aliases([(dataset("customers"), dataset_id, "symlink")], now=NOW, session=db)
    apply(db, [{"name": "email", "classification": "pii"}])
    assert "email" in sensitive_columns([dataset_id], session=db)[dataset_id]


def test_what_is_around_a_sensitive_field_is_sensitive_too(db: Any) -> None:
    dataset_id = known(db)
    address = {
        "name": "address",
        "properties": [{"name": "street", "classification": "pii"}, {"name": "country"}],
    }
    visits = {"name": "visits", "items": {"properties": [{"name": "ip", "classification": "secret"}]}}
    apply(db, [address, visits])
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert all(name in found for name in ("address", "address.street", "visits", "visits.ip"))
    assert "address.country" not in found


def test_a_tag_of_a_column_is_read_from_key_or_value(db: Any) -> None:
    dataset_id = known(db)
    tag(
        db,
        dataset_id,
        {"key": "PII", "value": "true", "field": "email"},
        {"key": "classification", "value": "confidential", "field": "salary"},
        {"key": "pii", "value": "false", "field": "city"},
        {"key": "owner", "value": "sales"},
    )
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert "email" in found
    assert "salary" in found
    assert "city" not in found


def test_a_tag_of_the_dataset_makes_each_column_sensitive(db: Any) -> None:
    dataset_id = known(db)
    tag(db, dataset_id, {"key": "pii", "value": "true"})
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert found
    assert "anything" in found


def test_the_words_are_those_of_the_configuration(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset_id = known(db)
    apply(db, [{"name": "a", "classification": "level-3"}, {"name": "b", "classification": "pii"}])
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__SENSITIVE_CLASSIFICATIONS", "Level-3")
    found = sensitive_columns([dataset_id], session=db)[dataset_id]
    assert "a" in found
    assert "b" not in found
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__SENSITIVE_CLASSIFICATIONS", ",")
    assert sensitive_columns([dataset_id], session=db) == {}


def test_odd_contents_are_passed_over(db: Any) -> None:
    dataset_id = known(db)
    apply(db, [{"name": 1, "classification": ["pii"]}, {"name": "a", "tags": "pii"}, "x"])  # type: ignore[list-item]
    tag(db, dataset_id, {"key": None, "value": 7}, {})
    link_facets(core_table(DatasetFacet), "dataset_id", dataset_id, {"schema": {"fields": 5}}, session=db)
    assert sensitive_columns([dataset_id], session=db) == {}


def test_a_set_with_no_column_is_false() -> None:
    assert not SensitiveColumns()
    assert SensitiveColumns(is_whole=True)
    assert 5 not in SensitiveColumns(["a"])

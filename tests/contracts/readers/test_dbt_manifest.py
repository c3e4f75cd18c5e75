from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings

from airflow_lineage_provider.contracts.binding import bind
from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.readers.dbt_manifest import read_manifest
from airflow_lineage_provider.contracts.readers.dbt_owners import owners_of_manifest
from airflow_lineage_provider.contracts.readers.json_text import JsonText
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.team import owner_of
from airflow_lineage_provider.contracts.validation import problems
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.contracts.readers.any_json import disturbed
from tests.contracts.readers.manifest import data_test, manifest, model
from tests.contracts.readers.reading import columns, read

NODES = {"model.shop.orders": model()}


def test_a_model_with_an_enforced_contract_becomes_one(tmp_path: Path):
    (contract,) = read(tmp_path, manifest(nodes=NODES))

    assert contract.origin == "dbt"
    assert contract.contract_id == "model.shop.orders"
    assert contract.data["status"] == "active"
    assert contract.data["tags"] == ["core"]
    assert columns(contract)["id"] == {
        "name": "id",
        "logicalType": "integer",
        "physicalType": "bigint",
        "description": "Number of the order.",
        "required": True,
        "primaryKey": True,
        "primaryKeyPosition": 1,
    }
    assert columns(contract)["placed_at"]["logicalType"] == "timestamp"
    assert columns(contract)["email"]["classification"] == "restricted"


def test_a_model_that_dbt_does_not_enforce_is_no_contract(tmp_path: Path):
    loose = model(contract={"enforced": False}, config={"contract": {"enforced": False}})

    with pytest.raises(ContractError, match=r"no model with contract\.enforced"):
        read(tmp_path, manifest(nodes={"model.shop.orders": loose}))


def test_the_owner_is_the_one_in_meta_then_the_one_of_the_group(tmp_path: Path):
    from datetime import date

    groups = {
        "group.shop.sales": {
            "name": "sales",
            "owner": {"name": "Sales", "email": "sales@example.com", "slack": "#s"},
        }
    }
    grouped = model(
        name="customers", alias="customers", relation_name=None, group="sales", config={"meta": {}}
    )
    mine, theirs = read(tmp_path, manifest(nodes={**NODES, "model.shop.customers": grouped}, groups=groups))

    assert owner_of(mine.data, date(2026, 1, 1)).name == "ann@example.com"
    assert owner_of(mine.data, date(2026, 1, 1)).channel == "#orders"
    assert owner_of(theirs.data, date(2026, 1, 1)).name == "sales@example.com"
    assert owner_of(theirs.data, date(2026, 1, 1)).channel == "#s"
    assert theirs.data["team"]["name"] == "sales"


def test_tests_become_quality_rules(tmp_path: Path):
    nodes = {
        **NODES,
        "test.1": data_test("id", "unique"),
        "test.2": data_test("email", "not_null", config={"severity": "warn"}),
        "test.3": data_test("email", "accepted_values", kwargs={"values": ["a", "b"]}),
        "test.4": data_test(None, "rows_balance"),
        "test.5": data_test("id", "unique", tested="model.shop.other"),
    }
    (contract,) = read(tmp_path, manifest(nodes=nodes))
    told = columns(contract)

    assert [rule["metric"] for rule in told["id"]["quality"]] == ["duplicateValues"]
    assert [(rule["metric"], rule["severity"]) for rule in told["email"]["quality"]] == [
        ("nullValues", "warning"),
        ("invalidValues", "error"),
    ]
    assert told["email"]["quality"][1]["arguments"] == {"validValues": ["a", "b"]}
    assert contract.data["schema"][0]["quality"][0]["implementation"] == "rows_balance"


def test_a_source_with_columns_is_a_contract_of_its_own(tmp_path: Path):
    source = {
        "source_name": "erp",
        "name": "items",
        "identifier": "Items",
        "database": "raw",
        "schema": "erp",
        "columns": {"sku": {"name": "sku", "data_type": "text"}},
        "freshness": {
            "warn_after": {"count": 1, "period": "day"},
            "error_after": {"count": 36, "period": "hour"},
        },
        "source_meta": {"owner": "erp-team"},
    }
    (contract,) = read(
        tmp_path,
        manifest(sources={"source.shop.erp.items": source, "source.shop.erp.bare": {"name": "bare"}}),
    )

    assert contract.contract_id == "source.shop.erp.items"
    assert contract.data["schema"][0]["physicalName"] == "raw.erp.Items"
    assert contract.data["slaProperties"] == [{"property": "freshness", "value": 36, "unit": "hours"}]


def test_versions_of_a_model_are_contracts_with_versions(tmp_path: Path):
    nodes = {"model.shop.orders.v2": model(version=2, deprecation_date="2027-01-31T00:00:00+00:00")}
    (contract,) = read(tmp_path, manifest(nodes=nodes))

    assert (contract.contract_id, contract.version) == ("model.shop.orders.v2", "2.0.0")
    assert contract.data["slaProperties"] == [{"property": "endOfSupport", "value": "2027-01-31"}]


def test_a_namespace_and_the_relation_bind_a_model(tmp_path: Path):
    (contract,) = read(tmp_path, manifest(nodes=NODES), namespace="postgres://db.example.com:5432")

    assert bind(contract.model)[0].dataset == DatasetId("postgres://db.example.com:5432", "shop.mart.orders")


def test_a_connection_binds_a_model(tmp_path: Path):
    (contract,) = read(tmp_path, manifest(nodes=NODES), connection_id="warehouse")

    bound = bind(
        contract.model,
        lookup=lambda conn_id: ConnectionIdentity(conn_id, "postgres", "db.example.com", 5432, "other", None),
    )
    assert bound[0].dataset == DatasetId("postgres://db.example.com:5432", "shop.mart.orders")


def test_names_that_snowflake_folds_are_folded_and_quoted_ones_are_not(tmp_path: Path):
    nodes = {
        "model.shop.a": model(relation_name="shop.mart.orders"),
        "model.shop.b": model(relation_name='shop.mart."orders"'),
    }
    contracts = read(
        tmp_path, manifest(adapter="snowflake", nodes=nodes), namespace="snowflake://org-account"
    )

    names = [bind(contract.model)[0].dataset for contract in contracts]
    assert [name.name for name in names if name] == ["SHOP.MART.ORDERS", "SHOP.MART.orders"]


def test_bigquery_needs_no_namespace(tmp_path: Path):
    nodes = {"model.shop.a": model(relation_name="`p-1`.`mart`.`orders`")}
    (contract,) = read(tmp_path, manifest(adapter="bigquery", nodes=nodes))

    assert bind(contract.model)[0].dataset == DatasetId("bigquery", "p-1.mart.orders")


def test_without_a_place_a_model_is_unbound_and_says_what_is_missing(tmp_path: Path):
    (contract,) = read(tmp_path, manifest(nodes=NODES))

    bound = bind(contract.model)[0]
    assert bound.dataset is None
    assert "the contract has no servers" in (bound.detail or "")


def test_what_is_wrong_stands_at_its_line(tmp_path: Path):
    nodes = {
        "model.shop.orders": model(name="", alias=None, relation_name=None),
        "model.shop.long": model(alias="x" * 300, relation_name=None),
    }

    with pytest.raises(ContractError) as caught:
        read(tmp_path, manifest(nodes=nodes))

    first, second = caught.value.problems
    lines = (tmp_path / "file.json").read_text().splitlines()
    assert '"model.shop.orders"' in lines[(first.line or 0) - 1]
    assert '"model.shop.long"' in lines[(second.line or 0) - 1]
    assert "has 300 characters; at most 250" in second.message


def test_owners_of_a_manifest_need_no_contract(tmp_path: Path):
    file = tmp_path / "manifest.json"
    loose = model(
        contract={}, relation_name='"shop"."mart"."loose"', config={"meta": {"owner": ["bob", "eve"]}}
    )
    read(
        tmp_path,
        manifest(nodes={**NODES, "model.shop.loose": loose, "model.shop.bare": model(config={})}),
        "manifest.json",
    )

    told = owners_of_manifest(file)

    assert [(entry.relation.dataset_name, entry.owner, entry.channel) for entry in told] == [
        ("shop.mart.orders", "ann@example.com", "#orders"),
        ("shop.mart.loose", "bob", None),
    ]


def test_owners_are_not_read_from_another_file(tmp_path: Path):
    file = tmp_path / "catalog.json"
    file.write_text('{"metadata": {}, "sources": {}}')

    with pytest.raises(ContractError, match=r"is no manifest\.json of dbt"):
        owners_of_manifest(file)


FULL = manifest(
    nodes={**NODES, "test.1": data_test("id", "unique"), "test.2": data_test("email", "accepted_values", kwargs={"values": ["a"]})},
    sources={"source.shop.erp.items": {"name": "items", "columns": {"sku": {"name": "sku", "data_type": "text"}}, "meta": {"owner": "x"}}},
    groups={"group.shop.sales": {"name": "sales", "owner": {"email": "s"}}},
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(disturbed(FULL))
def test_any_manifest_gives_valid_contracts_or_a_contract_error(data: object):
    with suppress(ContractError):
        for contract in read_manifest(JsonText("m.json", "{}", data), Place()):
            assert problems(Document("m.json", contract.data)) == []

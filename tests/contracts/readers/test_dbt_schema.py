from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings

from airflow_lineage_provider.contracts.binding import bind
from airflow_lineage_provider.contracts.document import Document, parse
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.readers.dbt_schema import read_schema_file
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.validation import problems
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.contracts.readers.any_json import disturbed
from tests.contracts.readers.reading import columns, read

SCHEMA = """\
version: 2
groups:
  - name: sales
    owner: {name: Sales, email: sales@example.com}
models:
  - name: orders
    description: One line per order.
    config:
      contract: {enforced: true}
      group: sales
      database: shop
      schema: mart
      meta: {owner: ann@example.com}
    constraints:
      - {type: primary_key, columns: [id, line]}
    columns:
      - name: id
        data_type: bigint
        data_tests:
          - unique
          - not_null: {config: {severity: warn}}
      - name: line
        data_type: int
      - name: state
        data_type: varchar(10)
        constraints: [{type: not_null}]
        tests:
          - accepted_values:
              arguments: {values: [open, shipped]}
    data_tests:
      - dbt_utils.unique_combination_of_columns: {combination_of_columns: [id, line]}
  - name: loose
    columns: [{name: id, data_type: int}]
sources:
  - name: erp
    database: raw
    meta: {owner: erp-team}
    freshness: {error_after: {count: 2, period: day}}
    tables:
      - name: items
        columns: [{name: sku, data_type: text}]
      - name: bare
"""


def test_models_and_sources_of_a_schema_file_become_contracts(tmp_path: Path):
    orders, items = read(tmp_path, SCHEMA, "schema.yml", namespace="postgres://db:5432")

    assert (orders.origin, orders.contract_id) == ("dbt", "model.orders")
    assert orders.data["team"] == {
        "name": "sales",
        "members": [{"username": "ann@example.com", "role": "owner"}],
    }
    assert bind(orders.model)[0].dataset == DatasetId("postgres://db:5432", "shop.mart.orders")
    assert items.contract_id == "source.erp.items"
    assert items.data["team"]["members"][0]["username"] == "erp-team"
    assert bind(items.model)[0].dataset == DatasetId("postgres://db:5432", "raw.erp.items")


def test_keys_and_tests_are_taken_over(tmp_path: Path):
    orders, _ = read(tmp_path, SCHEMA, "schema.yml")
    told = columns(orders)

    assert [told[name].get("primaryKeyPosition") for name in ("id", "line", "state")] == [1, 2, None]
    assert [rule["metric"] for rule in told["id"]["quality"]] == ["duplicateValues", "nullValues"]
    assert told["id"]["quality"][1]["severity"] == "warning"
    assert told["state"]["required"] is True
    assert told["state"]["quality"][0]["arguments"] == {"validValues": ["open", "shipped"]}
    rule = orders.data["schema"][0]["quality"][0]
    assert rule["implementation"] == "dbt_utils.unique_combination_of_columns"


def test_a_model_whose_schema_is_not_known_is_not_bound_by_a_namespace(tmp_path: Path):
    text = "models:\n  - {name: a, config: {contract: {enforced: true}, schema: '{{ x }}'}, columns: [{name: i}]}\n"
    (contract,) = read(tmp_path, text, "schema.yml", namespace="postgres://db:5432")

    assert bind(contract.model)[0].dataset is None


def test_a_model_with_versions_is_left_to_the_manifest_and_has_its_line(tmp_path: Path):
    text = "models:\n  - name: a\n    config: {contract: {enforced: true}}\n    versions: [{v: 1}]\n"

    with pytest.raises(
        ContractError, match=r"schema\.yml:4: models\[0\]\.versions: .* read target/manifest\.json"
    ):
        read(tmp_path, text, "schema.yml")


def test_a_model_without_a_name_has_its_line(tmp_path: Path):
    with pytest.raises(ContractError, match=r"schema\.yml:2: models\[0\]\.name: is missing"):
        read(tmp_path, "models:\n  - config: {contract: {enforced: true}}\n", "schema.yml")


def test_a_model_that_stands_twice_is_named(tmp_path: Path):
    text = "models:\n" + "  - {name: a, config: {contract: {enforced: true}}, columns: [{name: i}]}\n" * 2

    with pytest.raises(ContractError, match=r"schema\.yml:3: models\[1\]\.name: stands here twice"):
        read(tmp_path, text, "schema.yml")


def test_a_schema_file_without_contracts_says_so(tmp_path: Path):
    with pytest.raises(ContractError, match="holds no contract"):
        read(tmp_path, "models: [{name: a}]\n", "schema.yml")


FULL = parse(SCHEMA, "schema.yml").data


@settings(max_examples=100, deadline=None)
@given(disturbed(FULL))
def test_any_schema_file_gives_valid_contracts_or_a_contract_error(data: object):
    with suppress(ContractError):
        for contract in read_schema_file(Document("s.yml", data), Place()):  # type: ignore[arg-type]
            assert problems(Document("s.yml", contract.data)) == []

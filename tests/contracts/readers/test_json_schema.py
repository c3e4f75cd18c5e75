from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings

from airflow_lineage_provider.contracts.binding import bind
from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.readers.json_text import JsonText
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.readers.registry import read_schema
from airflow_lineage_provider.contracts.validation import problems
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.contracts.readers.any_json import disturbed
from tests.contracts.readers.reading import columns, read

ORDER = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Order",
    "type": "object",
    "required": ["id", "note", "address", "kind"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "note": {"type": ["string", "null"], "maxLength": 100},
        "price": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01},
        "old": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "address": {"$ref": "#/$defs/Address"},
        "ship_to": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Address"}]},
        "any": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "lines": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
        "whole": {"allOf": [{"$ref": "#/$defs/Address"}, {"properties": {"city": {"type": "string"}}}]},
    },
    "$defs": {"Address": {"type": "object", "required": ["zip"], "properties": {"zip": {"type": "string"}}}},
}  # fmt: skip


def test_properties_become_columns(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders-value.schema.json")
    told = columns(contract)

    assert (contract.origin, contract.contract_id, contract.version) == ("json-schema", "orders", "1.0.0")
    assert told["id"] == {
        "name": "id",
        "logicalType": "integer",
        "logicalTypeOptions": {"minimum": 1},
        "required": True,
    }
    assert told["note"] == {"name": "note", "logicalType": "string", "logicalTypeOptions": {"maxLength": 100}}
    assert told["price"]["logicalTypeOptions"] == {"exclusiveMinimum": 0, "multipleOf": 0.01}
    assert told["old"]["logicalTypeOptions"] == {"exclusiveMinimum": 0}
    assert [told[name]["logicalType"] for name in ("day", "at")] == ["date", "timestamp"]
    assert told["kind"]["quality"][0]["arguments"] == {"validValues": ["a", "b"]}
    assert "logicalType" not in told["any"]


def test_nested_objects_arrays_references_and_nullable_unions_are_followed(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders.json")
    told = columns(contract)

    zip_code = {"name": "zip", "logicalType": "string", "required": True}
    assert told["address"] == {
        "name": "address",
        "logicalType": "object",
        "properties": [zip_code],
        "required": True,
    }
    assert told["ship_to"] == {"name": "ship_to", "logicalType": "object", "properties": [zip_code]}
    assert [column["name"] for column in told["whole"]["properties"]] == ["zip", "city"]
    assert told["lines"]["items"]["properties"] == [{"name": "sku", "logicalType": "string"}]


def test_a_namespace_binds_the_topic_of_the_files_name(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders-value.json", namespace="kafka://broker:9092")

    assert bind(contract.model)[0].dataset == DatasetId("kafka://broker:9092", "orders")


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"properties": {"a": {"$ref": "https://example.com/a.json"}}}, "nothing is fetched"),
        ({"properties": {"a": {"$ref": "#/$defs/gone"}}}, "which is not there"),
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, "refers to itself"),
        ({"properties": {"a": {"$ref": "#"}}}, "nested more than|refers to itself"),
        ({"properties": {" ": {}}}, "has no name"),
        ({"properties": {f"c{number}": {} for number in range(5001)}}, "more than 5000 columns"),
        ({"properties": {}}, "no object with properties"),
    ],
)
def test_what_gives_no_columns_says_why_and_where(tmp_path: Path, schema: object, message: str):
    with pytest.raises(ContractError, match=rf"s\.json:\d+: .*({message})"):
        read(tmp_path, schema, "s.json")


def test_a_few_references_cannot_ask_for_billions_of_parts(tmp_path: Path):
    parts = {f"p{n}": {"allOf": [{"$ref": f"#/$defs/p{n + 1}"}] * 4} for n in range(14)}
    schema = {"$defs": {**parts, "p14": {}}, "properties": {"a": {"$ref": "#/$defs/p0"}}}

    with pytest.raises(ContractError, match="too often"):
        read(tmp_path, schema, "s.json")


@settings(max_examples=100, deadline=None)
@given(disturbed(ORDER))
def test_any_schema_gives_a_valid_contract_or_a_contract_error(data: object):
    with suppress(ContractError):
        for contract in read_schema(JsonText("s.json", "{}", data), Place()):
            assert problems(Document("s.json", contract.data)) == []

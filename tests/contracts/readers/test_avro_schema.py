from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.readers.json_text import JsonText
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.readers.registry import read_registry, read_schema
from airflow_lineage_provider.contracts.validation import problems
from tests.contracts.readers.any_json import disturbed
from tests.contracts.readers.reading import columns, read

ORDER: dict[str, Any] = {
    "type": "record",
    "name": "Order",
    "namespace": "shop.events",
    "doc": "One order.",
    "fields": [
        {"name": "id", "type": "long", "doc": "Its number."},
        {"name": "count", "type": "int"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "DONE"]}},
        {"name": "was", "type": ["null", "State"]},
        {"name": "address", "type": {"type": "record", "name": "Address", "fields": [{"name": "zip", "type": "string"}]}},
        {"name": "ship_to", "type": ["null", "shop.events.Address"]},
        {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
            {"name": "sku", "type": "string"}]}}},
        {"name": "labels", "type": {"type": "map", "values": "string"}},
        {"name": "either", "type": ["string", "long"]},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}},
        {"name": "parent", "type": ["null", "Order"]},
    ],
}  # fmt: skip


def entry(subject: str, version: int, schema: Any = None, **values: Any) -> dict[str, Any]:
    return {"subject": subject, "version": version, "id": 1, "schema": json.dumps(schema or ORDER), **values}


def test_fields_become_columns(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders.avsc")
    told = columns(contract)

    assert (contract.origin, contract.contract_id) == ("avro", "orders")
    assert contract.data["description"] == {"purpose": "One order."}
    assert told["id"] == {
        "name": "id",
        "logicalType": "integer",
        "logicalTypeOptions": {"format": "i64"},
        "description": "Its number.",
        "required": True,
    }
    assert told["count"]["logicalTypeOptions"] == {"format": "i32"}
    assert told["note"] == {"name": "note", "logicalType": "string"}
    assert (told["total"]["logicalType"], told["total"]["physicalType"]) == ("number", "decimal(10,2)")
    assert [told[name]["logicalType"] for name in ("day", "at", "local")] == [
        "date",
        "timestamp",
        "timestamp",
    ]
    assert [told[name]["logicalTypeOptions"]["timezone"] for name in ("at", "local")] == [True, False]
    assert told["hash"]["physicalType"] == "bytes"
    assert told["either"] == {"name": "either", "required": True}


def test_records_arrays_maps_and_enums_are_followed_by_name(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders.avsc")
    told = columns(contract)

    zip_code = {"name": "zip", "logicalType": "string", "required": True}
    assert told["ship_to"] == {"name": "ship_to", "logicalType": "object", "properties": [zip_code]}
    assert told["lines"]["items"]["properties"][0]["name"] == "sku"
    assert told["labels"]["logicalType"] == "object"
    assert told["was"]["quality"][0]["arguments"] == {"validValues": ["OPEN", "DONE"]}
    assert told["parent"] == {"name": "parent", "logicalType": "object", "description": "One order."}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("Nothing", "names the type 'Nothing', which is not defined"),
        ({"type": "array"}, "an array without items"),
        ({"type": "map"}, "a map without values"),
        (7, "is no type of Avro"),
    ],
)
def test_what_is_no_type_stands_at_its_line(tmp_path: Path, kind: Any, message: str):
    schema = {
        "type": "record",
        "name": "R",
        "fields": [{"name": "ok", "type": "int"}, {"name": "bad", "type": kind}],
    }

    with pytest.raises(ContractError, match=message) as caught:
        read(tmp_path, schema, "r.avsc")

    line = (tmp_path / "r.avsc").read_text().splitlines()[(caught.value.problems[0].line or 0) - 1]
    assert '"type"' in line


def test_an_export_gives_the_newest_version_of_each_topic(tmp_path: Path):
    newer = {**ORDER, "doc": "Newer."}
    export = [
        entry("orders-value", 1),
        entry("orders-value", 3, newer),
        entry("orders-key", 1, "string"),
        entry("plain", 2, {"type": "object", "properties": {"a": {"type": "string"}}}, schemaType="JSON"),
        entry("proto-value", 1, schemaType="PROTOBUF"),
    ]
    orders, plain = read(tmp_path, export)

    assert (orders.contract_id, orders.version, orders.origin) == ("orders", "1.3.0", "avro")
    assert orders.data["description"] == {"purpose": "Newer."}
    assert (plain.contract_id, plain.version, plain.origin) == ("plain", "1.2.0", "json-schema")


@pytest.mark.parametrize(
    "export",
    [
        entry("orders-value", 1),
        {"subjects": [entry("orders-value", 1)]},
        {"orders-value": {"version": 1, "schema": json.dumps(ORDER)}},
        {"orders-value": [{"version": 1, "schema": json.dumps(ORDER)}]},
        [entry("orders-value", 1, schemaType="AVRO")],
    ],
    ids=["one", "subjects", "by-subject", "versions-by-subject", "list"],
)
def test_exports_come_in_several_shapes(tmp_path: Path, export: Any):
    (contract,) = read(tmp_path, export)

    assert contract.contract_id == "orders"


def test_references_are_followed_within_the_export(tmp_path: Path):
    address = {"type": "record", "name": "shop.Address", "fields": [{"name": "zip", "type": "string"}]}
    order = {"type": "record", "name": "shop.Order", "fields": [{"name": "address", "type": "shop.Address"}]}
    (contract,) = read(
        tmp_path,
        [
            entry("address", 1, address),
            entry(
                "orders-value",
                1,
                order,
                references=[{"name": "shop.Address", "subject": "address", "version": 1}],
            ),
        ],
    )

    assert columns(contract)["address"]["properties"][0]["name"] == "zip"


def test_every_subject_that_cannot_be_read_is_named(tmp_path: Path):
    export = [
        {"subject": "a-value", "version": 1, "schema": "{"},
        entry("b-value", 1, {"type": "record", "name": "B", "fields": [{"name": "x", "type": "Gone"}]}),
        {"version": 1, "schema": "{}"},
    ]
    with pytest.raises(ContractError) as caught:
        read(tmp_path, export)

    told = "\n".join(map(str, caught.value.problems))
    assert len(caught.value.problems) == 3
    for part in (
        "a-value: is not valid JSON",
        "b-value: fields/0/type names the type 'Gone'",
        "names no subject",
    ):
        assert part in told


def test_an_export_of_protocol_buffers_only_says_that_they_are_not_read(tmp_path: Path):
    with pytest.raises(ContractError, match="Protocol Buffers are not read"):
        read(tmp_path, [{"subject": "p-value", "version": 1, "schemaType": "PROTOBUF", "schema": "syntax"}])


@settings(max_examples=100, deadline=None)
@given(disturbed(ORDER))
def test_any_schema_gives_a_valid_contract_or_a_contract_error(data: object):
    with suppress(ContractError):
        for contract in read_schema(JsonText("s.avsc", "{}", data), Place()):
            assert problems(Document("s.avsc", contract.data)) == []


PARSED = [
    {**entry("orders-value", 1), "schema": ORDER},
    {**entry("b", 1, references=[{"name": "n", "subject": "orders-value"}]), "schema": ORDER},
]


@settings(max_examples=100, deadline=None)
@given(disturbed(PARSED))
def test_any_export_gives_valid_contracts_or_a_contract_error(data: object):
    with suppress(ContractError):
        for contract in read_registry(JsonText("r.json", "[]", data), Place()):
            assert problems(Document("r.json", contract.data)) == []


def test_a_connection_names_no_topic(tmp_path: Path):
    (contract,) = read(tmp_path, ORDER, "orders.avsc", connection_id="kafka_default")

    assert "customProperties" not in contract.data["schema"][0]

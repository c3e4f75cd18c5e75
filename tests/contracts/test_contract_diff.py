from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from airflow_lineage_provider.contracts.contract_diff import ContractChange, ContractDiff, Impact, diff
from tests.contracts.contracts_of_any_shape import CONTRACTS

TODAY = date(2026, 6, 1)
SLOW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORDERS: dict[str, Any] = {
    "id": "orders",
    "version": "1.0.0",
    "status": "active",
    "servers": [{"server": "p", "type": "snowflake", "account": "a"}],
    "schema": [
        {
            "name": "orders",
            "properties": [
                {"name": "id", "physicalType": "NUMBER", "primaryKey": True},
                {
                    "name": "address",
                    "id": "a1",
                    "logicalType": "object",
                    "properties": [{"name": "street", "logicalType": "string"}],
                },
            ],
        }
    ],
}


def changed(**paths: Any) -> dict[str, Any]:
    contract = deepcopy(ORDERS)
    contract.update(paths)
    return contract


def kinds(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.kind, change.path) for change in diff(old, new, today=TODAY).changes]


def test_equal_contracts_do_not_differ() -> None:
    found = diff(ORDERS, deepcopy(ORDERS))
    assert found == ContractDiff((), "1.0.0", "1.0.0")
    assert found.impact is None
    assert not found.is_breaking
    assert found.is_version_raised


def test_a_breaking_change_takes_the_first_number() -> None:
    new = changed(schema=[], version="1.1.0")
    found = diff(ORDERS, new)
    assert (found.impact, found.is_breaking, found.is_version_raised) == (Impact.MAJOR, True, False)
    assert diff(ORDERS, {**new, "version": "2.0.0"}).is_version_raised


def test_changes_are_sorted_from_the_worst() -> None:
    new = changed(status="retired", description={"purpose": "x"})
    new["schema"][0]["properties"].append({"name": "n"})
    impacts = [change.impact for change in diff(ORDERS, new).changes]
    assert impacts == [Impact.MAJOR, Impact.MINOR, Impact.PATCH]


def test_types_are_read_in_the_dialect_of_the_server() -> None:
    new = deepcopy(ORDERS)
    new["schema"][0]["properties"][0]["physicalType"] = "INTEGER"
    assert kinds(ORDERS, new) == [("type-respelled", "schema[orders].properties[id]")]


def test_what_is_nested_in_a_renamed_column_moves_with_it() -> None:
    new = deepcopy(ORDERS)
    address = new["schema"][0]["properties"][1]
    address["name"] = "place"
    address["properties"].append({"name": "zip"})
    assert kinds(ORDERS, new) == [
        ("column-renamed", "schema[orders].properties[place]"),
        ("column-added", "schema[orders].properties[place].properties[zip]"),
    ]


def test_what_is_nested_in_a_removed_column_is_not_told_apart() -> None:
    new = deepcopy(ORDERS)
    new["schema"][0]["properties"].pop()
    assert kinds(ORDERS, new) == [("column-removed", "schema[orders].properties[address]")]


def test_a_removed_column_whose_name_came_back_a_bit_different_is_hinted_at() -> None:
    new = deepcopy(ORDERS)
    new["schema"][0]["properties"][0] = {"name": "ids", "physicalType": "NUMBER", "primaryKey": True}
    messages = [change.message for change in diff(ORDERS, new).changes]
    assert "id is gone; renamed to ids?" in messages


def test_a_schema_object_is_known_by_its_id() -> None:
    old, new = deepcopy(ORDERS), deepcopy(ORDERS)
    old["schema"][0].update(id="o", physicalName="orders")
    new["schema"][0].update(id="o", physicalName="orders", name="sales")
    assert kinds(old, new) == [("name-changed", "schema[sales]")]
    del new["schema"][0]["physicalName"]
    assert kinds(old, new) == [("physical-name-changed", "schema[sales]")]


@pytest.mark.parametrize(
    ("was", "now", "kind"),
    [
        ([1, 2], [1], ("key-changed", "minor")),
        ([1], [1, 2], ("key-changed", "major")),
        ([1, 2], [2, 1], ("key-reordered", "patch")),
        ([], [1], ("key-changed", "minor")),
        ([1], [], ("key-changed", "major")),
    ],
)
def test_a_key_of_fewer_columns_promises_more(was: list[int], now: list[int], kind: tuple[str, str]) -> None:
    def contract(places: list[int]) -> dict[str, Any]:
        properties = [
            {"name": f"k{number}", "primaryKey": True, "primaryKeyPosition": place}
            for number, place in enumerate(places)
        ]
        properties += [{"name": f"k{number}"} for number in range(len(places), 2)]
        return {"id": "o", "version": "1", "schema": [{"name": "t", "properties": properties}]}

    found = [(change.kind, change.impact.value) for change in diff(contract(was), contract(now)).changes]
    assert found == [kind]


def test_several_changes_of_one_column_are_all_told() -> None:
    old = {"id": "o", "version": "1", "schema": [{"name": "t", "properties": [
        {"name": "c", "physicalType": "bigint", "required": True, "unique": True, "classification": "PII"}]}]}  # fmt: skip
    new = {"id": "o", "version": "1", "schema": [{"name": "t", "properties": [
        {"name": "c", "physicalType": "int", "classification": "public"}]}]}  # fmt: skip
    assert {kind for kind, _ in kinds(old, new)} == {
        "type-narrowed",
        "required-loosened",
        "unique-loosened",
        "classification-lowered",
    }


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ([{"metric": "rowCount", "mustBeGreaterThan": 5, "id": "r"}], [{"metric": "rowCount", "mustBeGreaterThan": 5, "id": "r", "name": "x"}], "metadata-changed"),
        ([{"metric": "rowCount", "mustBeBetween": [1, 9]}], [{"metric": "rowCount", "mustBeBetween": [2, 8]}], "volume-tightened"),
        ([{"metric": "rowCount", "mustBeBetween": [1, 9]}], [{"metric": "rowCount", "mustBeBetween": [2, 10]}], "volume-loosened"),
        ([{"query": "SELECT 1", "mustBe": 1, "name": "q"}], [{"query": "SELECT 2", "mustBe": 1, "name": "q"}], "quality-changed"),
        ([{"metric": "nullValues", "mustBe": 1}], [{"metric": "nullValues", "mustBe": 1, "unit": "percent"}], "quality-changed"),
        ([{"metric": "nullValues", "mustBe": 1, "severity": "info"}], [{"metric": "nullValues", "mustBe": 1}], "quality-tightened"),
    ],
)  # fmt: skip
def test_quality_rules(old: list[dict[str, Any]], new: list[dict[str, Any]], kind: str) -> None:
    a, b = ({"id": "o", "version": "1", "schema": [{"name": "t", "quality": rules}]} for rules in (old, new))
    assert [change.kind for change in diff(a, b).changes] == [kind]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (("latency", 24, "h"), ("latency", 1, "d"), "metadata-changed"),
        (("availability", "99.9%", None), ("availability", "99%", None), "sla-loosened"),
        (("availability", 99, "percent"), ("availability", 99.9, "percent"), "sla-tightened"),
        (("endOfSupport", "2027-01-01", None), ("endOfSupport", "2030-01-01", None), "sla-tightened"),
        (("timeOfAvailability", "09:00", None), ("timeOfAvailability", "10:00", None), "sla-changed"),
        (("latency", 4, "h"), ("latency", "soon", None), "sla-changed"),
    ],
)
def test_service_levels(
    old: tuple[str, Any, str | None], new: tuple[str, Any, str | None], kind: str
) -> None:
    a, b = (
        {"id": "o", "version": "1", "slaProperties": [{"property": name, "value": value, "unit": unit}]}
        for name, value, unit in (old, new)
    )
    assert [change.kind for change in diff(a, b).changes] == [kind]


def test_a_change_can_be_sent() -> None:
    change = ContractChange("column-removed", "schema[a]", {"x": 1}, None, Impact.MAJOR, "gone")
    assert change.to_wire() == {
        "kind": "column-removed",
        "path": "schema[a]",
        "was": {"x": 1},
        "now": None,
        "impact": "major",
        "message": "gone",
    }


@SLOW
@given(CONTRACTS)
def test_a_contract_does_not_differ_from_itself(contract: dict[str, Any]) -> None:
    assert diff(contract, deepcopy(contract)).changes == ()


@SLOW
@given(CONTRACTS, CONTRACTS)
def test_what_one_way_removes_the_other_way_adds(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = diff(old, new, today=TODAY), diff(new, old, today=TODAY)
    for thing in ("schema", "column", "sla", "server"):
        removed = {change.path for change in there.changes if change.kind == f"{thing}-removed"}
        added = {change.path for change in back.changes if change.kind.startswith(f"{thing}-added")}
        assert removed == added


@SLOW
@given(CONTRACTS, CONTRACTS)
def test_contracts_that_differ_have_changes_that_can_be_stored(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    found = diff(old, new)
    json.dumps([change.to_wire() for change in found.changes], allow_nan=False)
    assert all(change.message for change in found.changes)
    order = list(Impact)
    places = [order.index(change.impact) for change in found.changes]
    assert places == sorted(places, reverse=True)
    assert isinstance(found.is_version_raised, bool)

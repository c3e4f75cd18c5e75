from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.contracts.promise import Promise, promise_of
from tests.contracts.contracts_of_any_shape import CONTRACTS, JSON

NESTED = {
    "name": "order",
    "logicalType": "object",
    "properties": [
        {
            "name": "items",
            "physicalName": "itms",
            "logicalType": "array",
            "items": {"logicalType": "object", "properties": [{"name": "price", "logicalType": "number"}]},
        },
        {"name": "tags", "logicalType": "array", "items": {"logicalType": "string"}},
    ],
}


def promise(said: dict[str, Any] | None = None, **contract: Any) -> Promise:
    found = promise_of({"schema": [{"name": "orders", **(said or {})}], **contract}, "orders")
    assert found is not None
    return found


def column(**said: Any) -> Any:
    return promise({"properties": [{"name": "c", **said}]}).columns[0]


def test_an_object_that_the_contract_does_not_have_promises_nothing() -> None:
    assert promise_of({"schema": [{"name": "orders"}]}, "items") is None
    assert promise_of({}, "items") is None


def test_nested_properties_have_names_with_dots_made_of_physical_names() -> None:
    columns = promise({"properties": [NESTED]}).columns
    assert [(one.name, one.parent) for one in columns] == [
        ("order", None),
        ("order.itms", "order"),
        ("order.itms[]", "order.itms"),
        ("order.itms[].price", "order.itms[]"),
        ("order.tags", "order"),
        ("order.tags[]", "order.tags"),
    ]


def test_measures_are_no_columns() -> None:
    assert promise({"properties": [{"name": "revenue", "semanticType": "measure"}]}).columns == ()


def test_a_column_says_what_its_property_does() -> None:
    found = column(
        id="c1",
        physicalName="col",
        physicalType="varchar(4)",
        logicalType="string",
        logicalTypeOptions={"maxLength": 4},
        required=True,
        unique=True,
        primaryKey=True,
        primaryKeyPosition=2,
        classification="PII",
        criticalDataElement=True,
        deprecated=True,
    )
    assert (found.name, found.id, found.physical_type, found.logical_type) == (
        "col",
        "c1",
        "varchar(4)",
        "string",
    )
    assert (found.is_required, found.is_unique, found.key_position, found.is_critical) == (
        True,
        True,
        2,
        True,
    )
    assert (found.classification, found.is_deprecated, found.options) == ("PII", True, {"maxLength": 4})


@pytest.mark.parametrize(
    ("said", "position"),
    [({"primaryKey": True}, 1), ({"primaryKey": True, "primaryKeyPosition": -1}, 1), ({"primaryKeyPosition": 2}, None)],
)  # fmt: skip
def test_places_in_a_key(said: dict[str, Any], position: int | None) -> None:
    assert column(**said).key_position == position


def test_before_odcs_3_2_a_custom_property_deprecates() -> None:
    assert column(customProperties=[{"property": "Deprecated", "value": "true"}]).is_deprecated


CLOSED = [{"property": "closed", "value": True}]
OPEN = [{"property": "closed", "value": "false"}]


@pytest.mark.parametrize(
    ("contract", "schema", "expected"),
    [(None, None, False), (CLOSED, None, True), (None, CLOSED, True), (CLOSED, OPEN, False), (OPEN, CLOSED, True)],
)  # fmt: skip
def test_what_the_object_says_of_undeclared_columns_wins(contract: Any, schema: Any, expected: bool) -> None:
    assert (
        promise({"customProperties": schema} if schema else {}, customProperties=contract).is_closed
        is expected
    )


def test_service_levels_are_read_with_their_durations() -> None:
    slas = promise(
        slaProperties=[
            {"property": "Time To Repair", "value": 4, "unit": "h"},
            {"property": "latency", "value": "PT30M", "element": "orders.at"},
            {"property": "latency", "value": 1, "unit": "d", "element": "items.at"},
            {"property": "availability", "value": "99.9%"},
        ],
        schema=[{"name": "orders"}, {"name": "items"}],
    ).slas
    assert [(one.property, one.seconds, one.element, one.path) for one in slas] == [
        ("timetorepair", 14_400, None, "slaProperties[0]"),
        ("latency", 1_800, "orders.at", "slaProperties[1]"),
        ("availability", None, None, "slaProperties[3]"),
    ]


def test_the_default_element_counts_where_an_element_is_left_out() -> None:
    contract = {
        "schema": [{"name": "orders"}, {"name": "items"}],
        "slaDefaultElement": "orders.at",
        "slaProperties": [
            {"property": "latency", "value": 1, "unit": "d"},
            {"property": "endOfLife", "value": "2030-01-01"},
        ],
    }
    orders, items = (promise_of(contract, name) for name in ("orders", "items"))
    assert orders is not None
    assert items is not None
    assert [one.property for one in orders.slas] == ["latency", "endoflife"]
    assert [one.property for one in items.slas] == ["endoflife"]


def test_the_ends_of_support_and_life_are_days_of_the_whole_object() -> None:
    found = promise(
        slaProperties=[
            {"property": "endOfSupport", "value": "2030-06-01T00:00:00Z"},
            {"property": "end_of_support", "value": "2030-01-01", "element": "orders"},
            {"property": "endOfSupport", "value": "2027-01-01", "element": "orders.note"},
            {"property": "endOfLife", "value": "never"},
        ]
    )
    assert found.end_of_support == date(2030, 1, 1)
    assert found.end_of_life is None


def test_bounds_of_the_row_count_are_the_narrowest() -> None:
    found = promise(
        {
            "quality": [
                {"metric": "rowCount", "mustBeGreaterThan": 10},
                {"metric": "rowCount", "mustBeBetween": [5, 500], "unit": "rows"},
                {"metric": "rowCount", "mustBe": 3, "unit": "percent"},
            ]
        }
    )
    assert (found.least_rows, found.most_rows) == (11, 500)


def test_demands_of_the_object_and_of_its_columns() -> None:
    found = promise(
        {
            "quality": [
                {"type": "text", "description": "no gaps"},
                {"query": "SELECT 1", "mustBe": 1, "name": "one"},
                {"type": "custom", "engine": "soda", "implementation": {}},
                {"rule": "duplicateCount", "mustBeLessThan": 1, "severity": "warning"},
            ],
            "properties": [{"name": "c", "quality": [{"metric": "nullValues", "mustBe": 0, "id": "n"}]}],
        }
    ).demands
    assert [(one.name, one.column, one.kind, one.metric, one.least, one.most, one.severity) for one in found] == [
        ("no gaps", None, "text", None, None, None, None),
        ("one", None, "sql", None, 1, 1, None),
        ("soda", None, "custom", None, None, None, None),
        ("duplicateValues", None, "library", "duplicateValues", None, 0, "warning"),
        ("n", "c", "library", "nullValues", 0, 0, None),
    ]  # fmt: skip
    assert found[-1].path == "schema[orders].properties[c].quality[0]"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTRACTS)
def test_each_object_of_a_contract_has_a_promise(contract: dict[str, Any]) -> None:
    for schema in contract.get("schema", ()):
        assert promise_of(contract, schema["name"]) is not None


KEYS = st.sampled_from(
    ["schema", "slaProperties", "customProperties", "slaDefaultElement", "team", "properties", "quality", "items", "name"]
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(KEYS, JSON, max_size=4),
    st.dictionaries(KEYS, JSON, max_size=4),
    st.dictionaries(KEYS, JSON, max_size=4),
)
def test_what_cannot_be_read_never_raises(
    contract: dict[str, Any], schema: dict[str, Any], column: dict[str, Any]
) -> None:
    item = {**schema, "name": "t", "properties": [{**column, "name": "c"}]}
    assert promise_of({**contract, "schema": [item]}, "t") is not None
    promise_of({**contract, "schema": contract.get("schema")}, "t")

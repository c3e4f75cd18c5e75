"""Contracts for hypothesis: valid ones with names that do not repeat, and JSON that is none."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "Order", "order_id", "price", "x.y", "ä"])
FLAGS = st.booleans()
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)

QUALITY = st.lists(
    st.fixed_dictionaries(
        {"metric": st.sampled_from(["rowCount", "nullValues"])},
        optional={
            "mustBe": st.integers(0, 9),
            "mustBeGreaterThan": st.integers(0, 9),
            "mustBeBetween": st.lists(st.integers(0, 9), min_size=2, max_size=2),
            "unit": st.sampled_from(["rows", "percent"]),
            "severity": st.sampled_from(["info", "warning", "error"]),
            "name": NAMES,
        },
    ),
    max_size=2,
)
_SAID = {
    "physicalName": NAMES,
    "physicalType": st.sampled_from(["int", "bigint", "varchar(10)", "text", "numeric(10,2)", "odd|one"]),
    "logicalType": st.sampled_from(["string", "integer", "number", "timestamp"]),
    "logicalTypeOptions": st.fixed_dictionaries({}, optional={"maxLength": st.integers(1, 9)}),
    "required": FLAGS,
    "unique": FLAGS,
    "primaryKey": FLAGS,
    "primaryKeyPosition": st.integers(-1, 3),
    "classification": st.sampled_from(["public", "PII", "restricted", "odd"]),
    "criticalDataElement": FLAGS,
    "deprecated": FLAGS,
    "enum": st.lists(st.fixed_dictionaries({"value": NAMES}), min_size=1, max_size=2),
    "quality": QUALITY,
    "description": st.text(max_size=3),
}


def _unique(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=size, unique_by=lambda one: one["name"])


PROPERTIES = _unique(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            **_SAID,
            "properties": _unique(st.fixed_dictionaries({"name": NAMES}, optional=_SAID), 2),
            "items": st.fixed_dictionaries(
                {},
                optional={
                    **_SAID,
                    "properties": _unique(st.fixed_dictionaries({"name": NAMES}, optional=_SAID), 2),
                },
            ),
        },
    ),
    3,
)
SCHEMAS = _unique(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "physicalName": NAMES,
            "properties": PROPERTIES,
            "quality": QUALITY,
            "deprecated": FLAGS,
            "customProperties": st.just([{"property": "closed", "value": True}]),
        },
    ),
    2,
)
SLAS = st.lists(
    st.fixed_dictionaries(
        {
            "property": st.sampled_from(["latency", "freshness", "retention", "endOfSupport"]),
            "value": st.one_of(
                st.none(), st.booleans(), st.integers(0, 9), st.sampled_from(["2026-01-01", "PT1H"])
            ),
        },
        optional={"unit": st.sampled_from(["d", "h", "x"]), "element": NAMES},
    ),
    max_size=3,
)
CONTRACTS = st.fixed_dictionaries(
    {"id": st.just("o"), "version": st.sampled_from(["1.0.0", "2.0", "x"])},
    optional={
        "status": st.sampled_from(["proposed", "draft", "active", "deprecated", "retired", "odd"]),
        "schema": SCHEMAS,
        "slaProperties": SLAS,
        "slaDefaultElement": NAMES,
        "servers": st.lists(
            st.fixed_dictionaries({"server": NAMES, "type": st.sampled_from(["postgres", "s3", "odd"]), "host": NAMES}),
            max_size=2,
        ),
        "team": st.one_of(
            st.fixed_dictionaries({"name": NAMES}),
            st.lists(st.fixed_dictionaries({"username": NAMES, "role": st.just("owner")}), max_size=2),
        ),
        "customProperties": st.just([{"property": "closed", "value": "true"}]),
    },
)  # fmt: skip

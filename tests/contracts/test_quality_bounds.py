from __future__ import annotations

import math
from typing import Any

import pytest

from airflow_lineage_provider.contracts.quality_bounds import bounds_of


@pytest.mark.parametrize(
    ("rule", "metric", "expected"),
    [
        ({"mustBe": 0}, "nullValues", (0, 0)),
        ({"mustBe": "5"}, None, (5, 5)),
        ({"mustBe": "many"}, None, (None, None)),
        ({"mustBe": True}, None, (None, None)),
        ({"mustBeGreaterThan": 10}, "rowCount", (11, None)),
        ({"mustBeGreaterThan": 10.5}, "rowCount", (11, None)),
        ({"mustBeGreaterOrEqualTo": 10}, "rowCount", (10, None)),
        ({"mustBeGreaterThanOrEqualTo": 10}, "rowCount", (10, None)),
        ({"mustBeLessThan": 10}, "rowCount", (None, 9)),
        ({"mustBeLessOrEqualTo": 10}, "rowCount", (None, 10)),
        ({"mustBeBetween": [10, 20]}, "rowCount", (10, 20)),
        ({"mustBeBetween": [20, 10]}, "rowCount", (10, 20)),
        ({"mustBeBetween": [20]}, "rowCount", (None, None)),
        ({"mustNotBeBetween": [10, 20]}, "rowCount", (None, None)),
        ({"mustNotBe": 0}, "rowCount", (1, None)),
        ({"mustNotBe": 7}, "rowCount", (None, None)),
        ({"mustNotBe": 0}, None, (None, None)),
        ({"mustBeGreaterThan": 1, "unit": "percent"}, "nullValues", (math.nextafter(1, math.inf), None)),
        ({"mustBeLessThan": 1}, None, (None, math.nextafter(1, -math.inf))),
        ({"mustBeGreaterThan": 1, "mustBeLessThan": 9}, "rowCount", (2, 8)),
        ({}, "rowCount", (None, None)),
    ],
)
def test_operators_are_an_inclusive_interval(
    rule: dict[str, Any], metric: str | None, expected: tuple[float | None, float | None]
) -> None:
    assert tuple(bounds_of(rule, metric)) == expected

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.contracts.duration import day_of, seconds_of


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        (4, "d", 345_600), (4, "day", 345_600), (4, "Days", 345_600), (1.5, "h", 5_400), ("4", "h", 14_400),
        (30, "m", 1_800), (30, "min", 1_800), (10, "s", 10), (2, "w", 1_209_600), (1, "month", 2_592_000),
        (3, "y", 94_608_000), (3, "yrs", 94_608_000), (1, "quarter", 7_862_400), (0, "d", 0),
        ("PT4H", None, 14_400), ("P1DT30M", None, 88_200), ("P1M", None, 2_592_000), ("PT0.5S", "d", 0.5),
        ("2 hours", None, 7_200), ("1d 2h", None, 93_600), ("1 day, 2 hours", None, 93_600), ("1,5 h", None, 5_400),
        ("daily", None, 86_400), ("Weekly", None, 604_800),
        (4, None, None), ("4", None, None), (4, "parsecs", None), (-1, "d", None), (True, "d", None),
        (None, "d", None), ("", "d", None), ("soon", "d", None), ("P", None, None), ("2030-01-01", None, None),
        ("09:00-08:00", None, None), (float("inf"), "d", None), (float("nan"), "d", None), (10**400, "d", None),
        ([1], "d", None), ("1 d x", None, None), (99.9, "%", None),
    ],
)  # fmt: skip
def test_durations(value: Any, unit: str | None, seconds: float | None) -> None:
    assert seconds_of(value, unit) == seconds


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2030-01-31", date(2030, 1, 31)), ("2030-01-31T12:00:00Z", date(2030, 1, 31)),
        (" 2030-01-31 00:00 ", date(2030, 1, 31)), ("2030-02-31", None), ("2030", None), (20300131, None),
        (None, None), (True, None), ("2030-01-311", None),
    ],
)  # fmt: skip
def test_days(value: Any, day: date | None) -> None:
    assert day_of(value) == day


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.one_of(st.none(), st.text(max_size=5)),
)
def test_no_value_raises(value: Any, unit: str | None) -> None:
    found = seconds_of(value, unit)
    assert found is None or found >= 0
    day_of(value)

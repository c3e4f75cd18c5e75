from __future__ import annotations

from datetime import date

import pytest

from airflow_lineage_provider.model.day import day_of


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2024, 2, 29), date(8999, 12, 31)])
def test_a_day_is_read(day: date) -> None:
    assert day_of(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["", "2026-6-30", "20260630", "2026-06-31", "2025-02-29", "1969-12-31", "9999-12-31", "2026-W26-2"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None

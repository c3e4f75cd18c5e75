from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.openlineage.fields import InvalidEvent
from airflow_lineage_provider.model.openlineage.moment import EARLIEST, MAX_AHEAD, read_moment
from tests.model.openlineage.events import NOW


def read(value: Any) -> datetime:
    return read_moment(value, "eventTime", now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-12-28T19:51:01.641Z", datetime(2020, 12, 28, 19, 51, 1, 641_000, UTC)),
        ("2020-12-28T19:51:01.641499999Z", datetime(2020, 12, 28, 19, 51, 1, 641_499, UTC)),
        ("2020-12-28T19:51:01.641499", datetime(2020, 12, 28, 19, 51, 1, 641_499, UTC)),
        ("2020-12-28 19:51:01", datetime(2020, 12, 28, 19, 51, 1, 0, UTC)),
        ("2020-12-28T19:52:00.001+10:00", datetime(2020, 12, 28, 9, 52, 0, 1_000, UTC)),
        ("2020-12-28T19:52:00-0330", datetime(2020, 12, 28, 23, 22, tzinfo=UTC)),
        ("2020-12-28t19:52:00+01", datetime(2020, 12, 28, 18, 52, tzinfo=UTC)),
        ("2020-12-28T19:52+01:00[Europe/Paris]", datetime(2020, 12, 28, 18, 52, tzinfo=UTC)),
        ("2020-12-28T19:52:00,5Z", datetime(2020, 12, 28, 19, 52, 0, 500_000, UTC)),
        (" 2020-12-28T19:52:00Z\n", datetime(2020, 12, 28, 19, 52, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_producers_write_them(text: str, expected: datetime) -> None:
    assert read(text) == expected
    assert read(text).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "2021-11-03",
        "2021-11-03T",
        "10:00:00",
        "yesterday",
        1_700_000_000,
        {},
        True,
        "2021-13-03T10:00:00Z",
        "2021-11-31T10:00:00Z",
        "2021-11-03T24:00:00Z",
        "2021-11-03T10:00:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "٢٠٢١-11-03T10:00:00Z",
        (NOW + MAX_AHEAD + timedelta(seconds=1)).isoformat(),
    ],
)
def test_what_is_no_time_or_never_was_is_refused(value: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"^eventTime must be "):
        read(value)


def test_clocks_may_differ_by_a_day() -> None:
    assert read((NOW + MAX_AHEAD).isoformat()) == NOW + MAX_AHEAD


@given(
    st.datetimes(EARLIEST.replace(tzinfo=None) + timedelta(days=2), NOW.replace(tzinfo=None)),
    st.integers(-14 * 60, 14 * 60),
)
def test_every_time_survives_being_written(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read(aware.isoformat()) == aware

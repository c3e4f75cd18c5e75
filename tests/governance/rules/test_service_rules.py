from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.governance.facts import WriteFact
from tests.governance.rules.speak import results, say
from tests.governance.rules.well import DAY, HOUR, LOAD, NOW, WELL, promise, sla, world

SLA_RULES = {"freshness-late": "freshness", "latency-exceeded": "latency", "frequency-missed": "frequency"}


def written(*hours_ago: float) -> tuple[WriteFact, ...]:
    return tuple(WriteFact(NOW - timedelta(hours=hours), LOAD, 5_000) for hours in hours_ago)


@pytest.mark.parametrize("rule", SLA_RULES)
def test_without_a_write_it_is_unknown(rule: str) -> None:
    assert results(rule, writes=()) == ["unknown"]


@pytest.mark.parametrize("rule", SLA_RULES)
def test_without_a_promise_it_is_quiet(rule: str) -> None:
    late = written(900, 2_000)

    assert results(rule, writes=late, contracts=promise(slas=())) == []
    assert results(rule, writes=late, contracts=()) == []
    assert results(rule, writes=(), contracts=promise(slas=())) == []


@pytest.mark.parametrize(("rule", "property"), SLA_RULES.items())
def test_a_promise_that_is_no_duration_is_unknown(rule: str, property: str) -> None:
    (violation,) = say(rule, world(contracts=promise(slas=(sla(property, None),))))

    assert violation.result.value == "unknown"
    assert "slaProperties[0] of contract orders 1.2.0 is no duration" in violation.message


@pytest.mark.parametrize(("rule", "property"), SLA_RULES.items())
def test_of_several_promises_the_strictest_counts_for_each_element(rule: str, property: str) -> None:
    slas = (
        sla(property, 9_000),
        sla(property, 0.5),
        sla(property, 0.5, element="orders.id"),
        sla(property, None),
    )
    found = say(rule, world(contracts=promise(slas=slas)))

    assert [violation.subject for violation in found] == ["", "orders.id"]
    assert {violation.result.value for violation in found} == {"fail"}


@pytest.mark.parametrize(("hours", "expected"), [(23.9, []), (24, []), (24.1, ["fail"])])
def test_freshness_is_the_age_of_the_last_write(hours: float, expected: list[str]) -> None:
    assert results("freshness-late", writes=written(hours, 900)) == expected


@pytest.mark.parametrize(("hours", "expected"), [(5.9, []), (6, []), (6.1, ["fail"])])
def test_latency_counts_from_the_end_of_the_data_interval(hours: float, expected: list[str]) -> None:
    write = replace(WELL.writes[0], nominal_at=WELL.writes[0].at - timedelta(hours=hours))

    assert results("latency-exceeded", writes=(write,)) == expected


def test_latency_without_a_data_interval_is_unknown() -> None:
    assert results("latency-exceeded", writes=written(1)) == ["unknown"]


@pytest.mark.parametrize(
    ("hours_ago", "options", "expected"),
    [
        ((1, 25, 49), {}, []),
        ((1,), {}, []),
        ((1, 30), {}, []),  # 29 of 24 hours: within a quarter
        ((1, 32), {}, ["fail"]),
        ((1, 30), {"tolerance_percent": 0}, ["fail"]),
        ((31, 55), {}, ["fail"]),  # nothing since
        ((1, 25, 49, 73, 97, 200), {}, []),  # the gap is older than five writes
        ((1, 25, 49, 73, 97, 200), {"writes": 6}, ["fail"]),
    ],
)
def test_frequency_is_in_the_gaps(
    hours_ago: tuple[float, ...], options: dict[str, Any], expected: list[str]
) -> None:
    assert results("frequency-missed", writes=written(*hours_ago), options=options) == expected


def test_the_longest_gap_is_told() -> None:
    (violation,) = say("frequency-missed", world(writes=written(1, 41, 65, 165)))

    assert violation.message == (
        "2 of the last 4 gaps between writes were too long: nothing was written for 4 days, from 2026-06-08 "
        "15:00 UTC "
        "to 2026-06-12 19:00 UTC; contract orders 1.2.0 promises a write every 24 hours"
    )


@pytest.mark.parametrize(
    ("least", "most", "rows", "expected"),
    [
        (100, 200, 99, ["fail"]),
        (100, 200, 100, []),
        (100, 200, 200, []),
        (100, 200, 201, ["fail"]),
        (1, None, 0, ["fail"]),
        (None, 0, 1, ["fail"]),
        (1, None, None, ["unknown"]),
        (None, None, None, []),
        (None, None, 0, []),
    ],
)
def test_volume_is_the_rows_of_the_last_write(
    least: float | None, most: float | None, rows: int | None, expected: list[str]
) -> None:
    changes = {"contracts": promise(least_rows=least, most_rows=most)}
    newest = WriteFact(NOW - HOUR, LOAD, rows)

    assert (
        results("volume-out-of-bounds", writes=(newest, WriteFact(NOW - DAY, LOAD, 150)), **changes)
        == expected
    )


def test_volume_without_a_write_is_unknown() -> None:
    assert results("volume-out-of-bounds", writes=()) == ["unknown"]


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (100, None, "allows at least 100"),
        (None, 2_000_000, "allows at most 2,000,000"),
        (0.5, 10, "allows 0.5 to 10"),
    ],
)
def test_bounds_are_written_as_numbers(least: float | None, most: float | None, words: str) -> None:
    (violation,) = say(
        "volume-out-of-bounds", world(contracts=promise(least_rows=least, most_rows=most), writes=())
    )

    assert words in violation.message

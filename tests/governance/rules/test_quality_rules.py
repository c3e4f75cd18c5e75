from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_lineage_provider.contracts.promise import QualityDemand
from airflow_lineage_provider.governance.facts import QualityFact
from tests.governance.rules.speak import results, say
from tests.governance.rules.well import DAY, HOUR, NOW, WELL, promise, world

CHECK = WELL.quality[0]
FAILED = replace(CHECK, is_success=False)


@pytest.mark.parametrize(
    ("severity", "result"),
    [
        (None, "fail"),
        ("error", "fail"),
        ("critical", "fail"),
        ("warn", "warn"),
        ("Warning", "warn"),
        ("info", "warn"),
    ],
)
def test_a_check_that_only_warns_only_warns(severity: str | None, result: str) -> None:
    (violation,) = say("quality-failed", world(quality=(replace(FAILED, severity=severity),)))

    assert violation.result.value == result
    assert (f"severity {severity}" in violation.message) is bool(severity)


def test_each_check_is_a_finding_of_its_own() -> None:
    quality = (
        FAILED,
        replace(FAILED, column=None),
        replace(FAILED, name="unique"),
        replace(CHECK, name="fine"),
    )
    found = say("quality-failed", world(quality=quality))

    assert [violation.subject for violation in found] == ["not_null of id", "not_null", "unique of id"]


def test_a_failed_check_needs_no_contract() -> None:
    assert results("quality-failed", contracts=(), quality=(FAILED,)) == ["fail"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (replace(CHECK, at=FAILED.at + HOUR), []),
        (replace(CHECK, at=FAILED.at - HOUR), ["fail"]),
        (replace(CHECK, at=FAILED.at, job="other.check"), ["fail"]),
    ],
)
def test_the_last_result_of_a_check_counts(other: QualityFact, expected: list[str]) -> None:
    assert results("quality-failed", quality=(FAILED, other)) == expected
    assert results("quality-failed", quality=(other, FAILED)) == expected


def demand(name: str = "not_null", column: str | None = "id", **changes: Any) -> QualityDemand:
    return replace(QualityDemand(name, column, "library", None, None), **changes)


@pytest.mark.parametrize(
    ("demanded", "is_answered"),
    [
        (demand(), True),
        (demand("Not Null", "ID"), True),
        (demand("ids are there", metric="notNull"), True),
        (demand("notnull", "amount"), False),
        (demand("notnull", None), False),
        (demand("unique"), False),
    ],
)
def test_a_demand_is_answered_by_name_or_metric_on_the_column(
    demanded: QualityDemand, is_answered: bool
) -> None:
    contracts = promise(demands=(demanded,))

    assert results("quality-missing", contracts=contracts, options={"each": True}) == (
        [] if is_answered else ["fail"]
    )
    assert results("quality-missing", contracts=contracts) == []
    assert results("quality-missing", contracts=contracts, quality=()) == ["fail"]


@pytest.mark.parametrize(
    "demanded",
    [
        demand(kind="text"),
        demand("rows", None, metric="rowCount"),
        demand("row_count", None, metric="row_count"),
    ],
)
def test_text_and_row_counts_demand_no_check(demanded: QualityDemand) -> None:
    contracts = promise(demands=(demanded,))

    assert results("quality-missing", contracts=contracts, quality=()) == []
    assert results("quality-stale", contracts=contracts, quality=(replace(CHECK, at=NOW - 90 * DAY),)) == []


def test_what_is_missing_is_named_in_one_finding() -> None:
    demands = (demand("a"), demand("b", None), demand())
    (violation,) = say("quality-missing", world(contracts=promise(demands=demands)), each=True)

    assert "no result was observed: a of id, b" in violation.message
    assert violation.evidence["missing"] == ["a of id", "b"]


def test_without_a_contract_no_check_is_missing_or_stale() -> None:
    old = (replace(CHECK, at=NOW - 90 * DAY),)

    assert results("quality-missing", contracts=(), quality=()) == []
    assert results("quality-stale", contracts=(), quality=old) == []


@pytest.mark.parametrize(
    ("days", "options", "expected"), [(7, {}, []), (8, {}, ["fail"]), (8, {"days": 8}, [])]
)
def test_a_result_is_stale_after_its_days(days: int, options: dict[str, Any], expected: list[str]) -> None:
    assert (
        results("quality-stale", quality=(replace(CHECK, at=NOW - days * DAY),), options=options) == expected
    )


def test_a_stale_check_is_named_although_another_is_fresh() -> None:
    quality = (replace(CHECK, at=NOW - 30 * DAY), replace(CHECK, name="unique"))

    assert [violation.subject for violation in say("quality-stale", world(quality=quality))] == [
        "not_null of id"
    ]


def test_where_no_check_is_named_like_a_demand_the_newest_of_all_counts() -> None:
    contracts = promise(demands=(demand("something else"),))
    quality = (replace(CHECK, at=NOW - 30 * DAY), replace(CHECK, name="unique", at=NOW - 20 * DAY))

    (violation,) = say("quality-stale", world(contracts=contracts, quality=quality))
    assert (violation.subject, violation.evidence["at"]) == ("", quality[1].at.isoformat())
    assert results("quality-stale", contracts=contracts, quality=(*quality, CHECK)) == []

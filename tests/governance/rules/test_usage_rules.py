from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from airflow_lineage_provider.governance.facts import FlowFact, ProducerFact, ScopeFacts, UseFact
from tests.governance.rules.speak import results, say
from tests.governance.rules.well import ASKER, CUSTOMERS, LOAD, NOW, REPORT, WELL, world


def flow(own: str | None, source: str, **changes: Any) -> FlowFact:
    return replace(FlowFact("email", own, CUSTOMERS, "email", source, False), **changes)


@pytest.mark.parametrize(
    ("own", "source", "expected"),
    [
        ("internal", "restricted", ["fail"]),
        ("public", "PII", ["fail"]),
        (None, "confidential", ["warn"]),
        (None, "public", []),
        ("restricted", "restricted", []),
        ("restricted", "internal", []),
        ("purple", "purple", []),
        ("purple", "restricted", ["unknown"]),
    ],
)
def test_what_flows_into_a_lower_classification_leaks(
    own: str | None, source: str, expected: list[str]
) -> None:
    assert results("classification-leaked", flows=(flow(own, source),)) == expected
    assert results("classification-leaked", flows=(flow(own, source, is_masked=True),)) == []


def test_a_leak_names_where_to_classify() -> None:
    leak = {"flows": (flow("internal", "restricted"),)}

    for changes, place in [({}, "contract orders"), ({"contracts": ()}, "a contract of this dataset")]:
        (violation,) = say("classification-leaked", world(**leak, **changes))
        assert f"classify column email as restricted in {place} and run" in violation.fix


def test_each_flow_is_a_finding_and_what_nobody_knows_is_one() -> None:
    flows = (
        flow("internal", "restricted"),
        flow("internal", "restricted", source_column="mail"),
        flow("purple", "restricted"),
        flow("purple", "pink", column="phone"),
    )
    found = say("classification-leaked", world(flows=flows))

    assert [violation.result.value for violation in found] == ["fail", "fail", "unknown"]
    assert len({violation.subject for violation in found}) == 3
    assert "pink, purple, restricted, of columns email, phone" in found[2].message


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize(
    ("use", "options", "expected"),
    [
        (UseFact(is_declaring=True), {}, []),
        (UseFact(observed_inputs=(REPORT,), observed_outputs=(REPORT,)), {}, []),
        (UseFact(observed_inputs=(REPORT,), observed_outputs=(REPORT,)), {"always": True}, ["fail"]),
        (UseFact(observed_inputs=(REPORT,), observed_outputs=(REPORT,), is_declaring=True), {}, ["fail"]),
        (None, {"always": True}, []),
    ],
)
def test_only_a_dag_that_declares_something_is_asked_to_declare_all(
    side: str, use: UseFact | None, options: dict[str, Any], expected: list[str]
) -> None:
    assert results(f"{side}-undeclared", use=use, options=options) == expected


def test_one_task_that_declares_is_enough() -> None:
    use = UseFact(declared_inputs=("d.a",), observed_inputs=("d.a", "d.b"))

    assert results("input-undeclared", use=use) == []
    assert results("output-undeclared", use=replace(use, observed_outputs=("d.b",))) == ["fail"]


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("failed", "upstream-failed"),
        ("upstream_failed", "upstream-failed"),
        ("running", "upstream-running"),
        ("success", None),
        ("skipped", None),
        (None, None),
    ],
)
def test_the_state_of_the_last_run_decides(state: str | None, rule: str | None) -> None:
    runs = (ProducerFact(LOAD, "shop_load", state, None, None),)

    assert [one for one in ("upstream-failed", "upstream-running") if results(one, producer_runs=runs)] == (
        [rule] if rule else []
    )


def test_each_job_that_failed_is_a_finding() -> None:
    runs = tuple(ProducerFact(job, None, "failed", NOW, "r1") for job in ("load a", "load b"))
    found = say("upstream-failed", world(producer_runs=runs))

    assert [violation.subject for violation in found] == ["load a", "load b"]


def test_the_runs_of_a_task_are_named_with_its_dag() -> None:
    for producer, command in [
        (
            ProducerFact("shop.load", "shop", "failed", NOW, "r1"),
            "`airflow lineage runs --dag-id shop --task-id load`",
        ),
        (ProducerFact("shop.a.load", "shop.a", "failed", None, None), "--dag-id shop.a --task-id load`"),
        (ProducerFact("spark app", None, "failed", None, None), "`airflow lineage why --node "),
    ]:
        (violation,) = say("upstream-failed", world(producer_runs=(producer,)))
        assert command in violation.fix


@pytest.mark.parametrize(
    ("scope", "speaks"),
    [
        (ScopeFacts((), ASKER, is_whole_upstream=True), True),
        (ScopeFacts((), ASKER), False),
        (ScopeFacts((), None, is_whole_upstream=True), False),
        (ScopeFacts((WELL,), ASKER, is_whole_upstream=True), False),
    ],
)
def test_upstream_is_unknown_only_where_all_of_it_was_asked_for(scope: ScopeFacts, speaks: bool) -> None:
    assert bool(say("upstream-unknown", scope)) is speaks


def test_tasks_that_are_not_captured_are_named() -> None:
    tasks = tuple(f"daily_report.t{number}" for number in range(7))
    (violation,) = say("capture-off", ScopeFacts(asker=replace(ASKER, uncaptured=tasks)))

    assert "switches capture off for 7 tasks: daily_report.t0, " in violation.message
    assert violation.message.endswith("daily_report.t4 and 2 more")
    assert say("capture-off", ScopeFacts()) == []

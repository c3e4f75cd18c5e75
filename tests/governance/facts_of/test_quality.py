from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st

from airflow_lineage_provider.store.quality_checks import Check, newest_checks
from airflow_lineage_provider.store.quality_results import results_of_assertions, results_of_tests
from tests.store.external.tellings import Phase, at, ds, event, told
from tests.store.stories import core, entry, everything

HOUR = timedelta(hours=1)


def assertion(name: str = "not_null", success: bool = True, **fields: Any) -> dict[str, Any]:
    return {"assertion": name, "success": success, **fields}


def asserted(*assertions: dict[str, Any]) -> dict[str, Any]:
    return {"dataQualityAssertions": {"assertions": list(assertions)}}


def of_run(name: str, status: str, **params: str) -> dict[str, Any]:
    return {"test": {"tests": [{"name": name, "status": status, "severity": "error", "params": params}]}}


def quality(known: Any, name: str = "orders") -> dict[tuple[str, str | None], bool]:
    return {(fact.name, fact.column): fact.is_success for fact in known.facts(name).quality}


def test_one_event_for_each_test_hides_no_other_test(known: Any) -> None:
    known.told(
        event(1, inputs=[told("orders", facets=asserted(assertion(column="id", success=False)))]),
        event(2, run="r2", inputs=[told("orders", facets=asserted(assertion("unique", column="id")))]),
    )
    assert quality(known) == {("not_null", "id"): False, ("unique", "id"): True}
    (first, _) = known.facts("orders").quality
    assert (first.at, first.job) == (at(1), "orders")


def test_the_newest_result_of_a_check_counts_in_whatever_order_events_come(known: Any) -> None:
    known.told(
        event(9, run="r2", outputs=[told("orders", facets=asserted(assertion()))]),
        event(1, outputs=[told("orders", facets=asserted(assertion(success=False)))]),
    )
    assert quality(known) == {("not_null", None): True}


def test_a_check_that_passed_in_a_failed_run_is_not_known_to_have(known: Any) -> None:
    known.told(event(1, Phase.FAIL, outputs=[told("orders", facets=asserted(assertion()))]))
    assert quality(known) == {}
    both = asserted(assertion("unique"), assertion(success=False))
    known.told(event(2, Phase.FAIL, "r2", outputs=[told("orders", facets=both)]))
    assert quality(known) == {("unique", None): True, ("not_null", None): False}


def test_tests_of_a_run_are_about_the_table_they_name(known: Any) -> None:
    known.told(
        event(
            1,
            run_facets=of_run("no_orphans", "fail", tested_table="orders", tested_column="id"),
            inputs=[told("shop.public.orders"), told("shop.public.items")],
        )
    )
    assert quality(known, "shop.public.orders") == {("no_orphans", "id"): False}
    assert quality(known, "shop.public.items") == {}


def test_check_operators_of_a_task_count(known: Any) -> None:
    story = known.wrote("other")
    attempt = story.attempt("check")
    facet = of_run("id.null_check", "pass", tested_table="orders", tested_column="id")
    story.ingest(core(attempt, inputs=[entry("orders")], run_facets=facet), "check")
    assert quality(known) == {("null_check", "id"): True}


def test_no_facet_under_a_name_of_ours_is_believed(known: Any) -> None:
    story = known.wrote("other")
    attempt = story.attempt("check")
    forged = {"qualityChecks": {"checks": [{"name": "a"}]}}
    story.ingest(core(attempt, inputs=[entry("orders", facets=forged)]), "check")
    known.told(event(1, inputs=[told("orders", facets=forged)]))
    assert quality(known) == {}


def test_values_that_a_check_compared_are_not_kept(known: Any) -> None:
    secret = {
        "expected": "4711-expected", "actual": "4711-actual", "params": {"value": "4711-param"},
        "content": "SELECT 1 FROM orders WHERE card = '4711-content'",
    }  # fmt: skip
    known.told(event(1, inputs=[told("orders", facets=asserted(assertion(**secret)))]))
    story = known.wrote("other")
    attempt = story.attempt("check")
    facets = asserted(assertion(**secret))
    run_facets = {"test": {"tests": [{"name": "t", "status": "pass", **secret}]}}
    story.ingest(core(attempt, inputs=[entry("orders", facets=facets)], run_facets=run_facets), "check")
    assert "4711" not in everything(known.session)
    assert len(quality(known)) == 2


def test_two_datasets_that_are_one_have_the_checks_of_both(known: Any) -> None:
    known.told(
        event(1, inputs=[told("a", facets=asserted(assertion("one")))]),
        event(2, run="r2", inputs=[told("b", facets=asserted(assertion("two", success=False)))]),
        event(3, run="r3", inputs=[told("a", symlinks=["b"])]),
    )
    assert quality(known, "b") | quality(known, "a") == {("one", None): True, ("two", None): False}


def test_what_is_no_result_is_left_out() -> None:
    assert results_of_assertions({"assertions": [1, {}, {"assertion": "a", "success": "yes"}]}) == []
    assert results_of_assertions([]) == []
    assert (
        results_of_tests({"tests": [{"name": "a", "status": "skip"}, {"status": "pass"}, None]}, [ds("a")])
        == {}
    )


def test_a_test_that_names_no_table_is_about_the_only_dataset() -> None:
    facet = {"tests": [{"name": "a", "status": "PASS", "params": None}]}
    assert list(results_of_tests(facet, [ds("a")])) == [ds("a")]
    assert results_of_tests(facet, [ds("a"), ds("b")]) == {}


CHECKS = st.builds(
    Check,
    st.sampled_from("ab"),
    st.sampled_from([None, "x"]),
    st.booleans(),
    st.sampled_from([None, "warn"]),
    st.integers(0, 3).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + hours * HOUR),
    st.sampled_from("jk"),
    st.sampled_from([None, 1, 2]),
)


@given(st.lists(CHECKS, max_size=8), st.lists(CHECKS, max_size=8))
def test_keeping_the_newest_checks_does_not_depend_on_the_way(one: list[Check], two: list[Check]) -> None:
    both = newest_checks([*one, *two])
    assert newest_checks([*two, *one]) == both
    assert newest_checks([*newest_checks(one), *two]) == both
    assert newest_checks(both) == both
    for check in (*one, *two):
        kept = next(each for each in both if each.key == check.key)
        assert kept.at >= check.at
        assert not (kept.at == check.at and kept.is_success and not check.is_success)

"""Results as tools really send them. ``quality_events`` holds what openlineage-dbt and OpenLineage's action for Great
Expectations (both 1.54) sent, and results of a scan as Soda returns them, which it sends nobody."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from airflow_lineage_provider.contracts.promise import QualityDemand
from airflow_lineage_provider.governance.facts import DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.rules.demand import answers
from airflow_lineage_provider.governance.rules.quality_failed import QualityFailed
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.governance.facts_of.known import Known
from tests.store.external.tellings import read_all, take

EVENTS = Path(__file__).parent / "quality_events"
SODA = Path(__file__).parents[3] / "docs" / "examples" / "soda_results.py"
ASKED = datetime(2026, 6, 1, 12, tzinfo=UTC)
Documents = list[dict[str, Any]]


def of_file(name: str) -> Documents:
    documents: Documents = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    return documents


def of_soda() -> Documents:
    from openlineage.client.serde import Serde

    make = runpy.run_path(str(SODA))["event"]
    scan = json.loads((EVENTS / "soda_scan.json").read_text("utf-8"))
    event = Serde.to_dict(make(scan, "postgres://db.example.com:5432", "shop.public", "nightly"))
    return [event | {"eventTime": "2026-06-01T06:00:00+00:00"}]


def mended(documents: Documents) -> Documents:
    """The same tests an hour later, all of them passed."""
    text = json.dumps(documents).replace("2026-06-01T06:", "2026-06-01T07:")
    text = text.replace('"success": false', '"success": true').replace('"status": "fail"', '"status": "pass"')
    later: Documents = json.loads(text)
    for number, each in enumerate(later):
        each["eventType"] = "COMPLETE"
        each["run"]["runId"] = str(UUID(int=number + 1))
    return later


def told(known: Known, documents: Documents) -> DatasetFacts:
    take(known.session, *read_all(documents), now=ASKED)
    (dataset,) = {DatasetId(each["namespace"], each["name"]) for one in documents for each in one["inputs"]}
    scope = explicit_scope([(dataset, None)], session=known.session)
    (facts,) = gather(scope, asker=None, now=ASKED, session=known.session).datasets
    return facts


def failed(facts: DatasetFacts) -> dict[str, str]:
    """Level of ``quality-failed`` by what failed."""
    found = judge(ScopeFacts((facts,)), levels=Levels(), now=ASKED, rules=[QualityFailed()]).findings
    return {finding.subject: finding.level.value for finding in found}


PRODUCERS: dict[str, tuple[Callable[[], Documents], dict[str, str], set[str]]] = {
    "dbt": (
        lambda: of_file("dbt_test"),
        {
            "unique_orders_id of id": "block",
            "not_null_orders_amount of amount": "warn",
            "no_large_orders": "block",
            "test.shop.no_large_orders": "block",  # dbt tells of a singular test twice
        },
        {"not_null_orders_id of id"},
    ),
    "great_expectations": (
        lambda: of_file("great_expectations"),
        {"expect_column_values_to_be_unique of id": "block"},
        {
            "expect_column_values_to_not_be_null of id",
            "expect_column_values_to_not_be_null of amount",
            "expect_table_row_count_to_be_between",
        },
    ),
    "soda": (
        of_soda,
        {"missing_count(amount) = 0 of amount": "block", "duplicate_count(id) of id": "warn"},
        {"row_count > 0"},
    ),
}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_what_a_producer_tells_of_fails_and_passes(known: Known, producer: str) -> None:
    documents, failing, passing = PRODUCERS[producer]
    given = documents()

    facts = told(known, given)
    passed = {
        f"{fact.name} of {fact.column}" if fact.column else fact.name
        for fact in facts.quality
        if fact.is_success
    }
    assert (failed(facts), passed) == (failing, passing)

    facts = told(known, mended(given))
    assert failed(facts) == {}
    assert len(facts.quality) == len(failing) + len(passing)


def test_a_test_of_dbt_answers_the_demand_for_what_it_checks(known: Known) -> None:
    facts = told(known, of_file("dbt_test"))

    def answered(name: str, column: str) -> list[str]:
        return [
            fact.name for fact in answers(QualityDemand(name, column, "library", None, None), facts.quality)
        ]

    assert answered("not_null", "id") == ["not_null_orders_id"]
    assert answered("unique", "id") == ["unique_orders_id"]
    assert answered("unique_orders_id", "id") == ["unique_orders_id"]
    assert answered("not_null", "email") == []


def test_of_two_expectations_of_one_type_the_failure_counts(known: Known) -> None:
    """Whatever their order: the event tells them apart by nothing."""
    (document,) = of_file("great_expectations")
    assertions = document["inputs"][0]["inputFacets"]["greatExpectations_assertions"]["assertions"]
    assertions[:] = [
        {"expectationType": "expect_column_to_exist", "column": "id", "success": success}
        for success in (True, False, True)
    ]

    assert failed(told(known, [document])) == {"expect_column_to_exist of id": "block"}

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings, strategies as st

from airflow_lineage_provider.contracts.promise import promise_of
from airflow_lineage_provider.governance.decisions import Decisions
from airflow_lineage_provider.governance.facts import (
    AskerFact,
    ContractFact,
    DatasetFacts,
    ScopeFacts,
    WriteFact,
)
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.gates.dag_answer import fingerprint_of
from airflow_lineage_provider.governance.gates.outlook import holds_until
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.rule_policy import RulePolicy

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 16, tzinfo=UTC)


def court(*waivers: Waiver) -> Court:
    return Court(RulePolicy(), None, Decisions(waivers))


def scope(*written: timedelta, minutes: tuple[int, ...] = (60,)) -> ScopeFacts:
    """Datasets that promise to be as fresh as that, and were written so long ago."""
    datasets = []
    for number, (ago, promised) in enumerate(zip(written, minutes * len(written), strict=False)):
        document: dict[str, Any] = {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active",
            "schema": [{"name": "o"}], "slaProperties": [{"property": "freshness", "value": promised, "unit": "m"}],
        }  # fmt: skip
        contract = ContractFact("c", "1.0.0", "active", "ann", None, promise=promise_of(document, "o"))
        datasets.append(
            DatasetFacts(
                DatasetId("postgres://pg:5432", f"t{number}"),
                contracts=(contract,),
                writes=(WriteFact(NOW - ago, "load.write"),),
            )
        )
    return ScopeFacts(tuple(datasets), AskerFact("shop"), is_whole_upstream=True)


def until(facts: ScopeFacts, found: Court, most: datetime = NOW + timedelta(hours=12)) -> datetime:
    verdict = found.judge(facts, now=NOW)
    return holds_until(verdict, facts, found, now=NOW, most=most)


def test_nothing_gets_late_without_a_promise() -> None:
    facts = ScopeFacts((DatasetFacts(DatasetId("n", "a")),), AskerFact("shop"))
    assert until(facts, court()) == NOW + timedelta(hours=12)
    assert until(facts, court(), most=NOW + timedelta(days=3)) == MIDNIGHT


def test_the_moment_at_which_data_gets_late_is_found() -> None:
    found = until(scope(timedelta(minutes=10)), court())
    assert abs(found - (NOW + timedelta(minutes=50))) <= timedelta(seconds=1)


def test_of_several_the_first_counts() -> None:
    facts = scope(timedelta(minutes=10), timedelta(minutes=10), minutes=(60, 45))
    assert abs(until(facts, court()) - (NOW + timedelta(minutes=35))) <= timedelta(seconds=1)


def test_what_is_late_already_stays_late() -> None:
    assert until(scope(timedelta(hours=3)), court()) == NOW + timedelta(hours=12)


def test_a_waiver_that_is_used_ends() -> None:
    ends = NOW + timedelta(hours=2)
    known = Waiver(7, "freshness-late", "known", ends, author="a", approver="b", approved_at=NOW)
    assert until(scope(timedelta(hours=3)), court(known)) == ends
    other = replace(known, rule="owner-departed")
    assert until(scope(timedelta(hours=3)), court(other)) == NOW + timedelta(hours=12)


@given(
    ages=st.lists(st.integers(0, 200), min_size=1, max_size=4),
    promised=st.lists(st.integers(1, 240), min_size=4, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_until_then_the_answer_is_the_same_and_then_it_is_another(
    ages: list[int], promised: list[int]
) -> None:
    facts = scope(*(timedelta(minutes=age) for age in ages), minutes=tuple(promised))
    limit = NOW + timedelta(hours=5)
    found = until(facts, court(), most=limit)

    def said(at: datetime) -> str:
        return fingerprint_of(court().judge(facts, now=at), facts)

    assert NOW < found <= limit
    for part in (0.0, 0.3, 0.7, 0.99):
        assert said(NOW + (found - NOW - timedelta(seconds=1)) * part) == said(NOW)
    if found < limit:
        assert said(found + timedelta(seconds=1)) != said(NOW)

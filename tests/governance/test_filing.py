from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.governance.facts import (
    AskerFact,
    DatasetFacts,
    QualityFact,
    ScopeFacts,
    UseFact,
)
from airflow_lineage_provider.governance.facts_record import plain, record_of
from airflow_lineage_provider.governance.filing import file_verdict, judged_of, seen_of
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Severity, Violation
from airflow_lineage_provider.governance.verdict import Finding, Verdict
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import read_policy
from airflow_lineage_provider.store.tables import AuditEntry, Finding as FindingRow, Verdict as VerdictRow
from airflow_lineage_provider.store.verdicts import Gate, read_body
from tests.governance.world import NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")
SHOP = AskerFact("shop")


def scope(*datasets: DatasetId, asker: AskerFact | None = SHOP, **fields: Any) -> ScopeFacts:
    return ScopeFacts(tuple(DatasetFacts(dataset) for dataset in datasets), asker, **fields)


def file(session: Any, facts: ScopeFacts, gate: str = "operator", minute: int = 0, **levels: Any) -> Verdict:
    now = NOW + timedelta(minutes=minute)
    verdict = judge(facts, levels=Levels(**levels), now=now)
    dag_id = facts.asker.dag_id if facts.asker else None
    file_verdict(verdict, Gate(gate, dag_id), facts, now=now, session=session)
    return verdict


def audited(session: Any) -> list[str]:
    rows = session.scalars(
        select(AuditEntry.payload).where(AuditEntry.kind == "verdict").order_by(AuditEntry.id)
    )
    return [json.loads(zlib.decompress(payload))["result"] for payload in rows]


def open_rules(session: Any) -> set[tuple[str, str | None]]:
    rows = session.execute(select(FindingRow.rule, FindingRow.name).where(FindingRow.resolved_at.is_(None)))
    return {(row.rule, row.name) for row in rows}


def test_the_answer_is_kept_as_it_was_given_with_its_facts(session: Any) -> None:
    verdict = file(session, scope(ORDERS))

    body = read_body(session.scalar(select(VerdictRow.body)))
    assert body is not None
    facts = body.pop("facts")
    assert body == verdict.to_wire()
    assert facts == [{"dataset": {"namespace": ORDERS.namespace, "name": ORDERS.name}, "degree": 1}]


def test_only_what_fails_or_changes_goes_into_the_audit(session: Any) -> None:
    off = dict.fromkeys(("owner-missing", "contract-missing"), Level.OFF)
    for minute, asked in enumerate([off, off, {}, {}, off, off]):
        file(session, scope(ORDERS), minute=minute, asked=asked)

    assert audited(session) == ["pass", "fail", "fail", "pass"]


def test_each_gate_and_dag_has_a_last_result_of_its_own(session: Any) -> None:
    off = dict.fromkeys(("owner-missing", "contract-missing"), Level.OFF)
    for gate, asker in (
        ("operator", SHOP),
        ("cli", SHOP),
        ("operator", AskerFact("other")),
        ("cli", None),
    ) * 2:
        file(session, scope(ORDERS, asker=asker), gate, asked=off)

    assert audited(session) == ["pass"] * 4


def test_what_another_dataset_lacks_stays_open(session: Any) -> None:
    file(session, scope(ORDERS, STOCK))
    file(session, scope(STOCK), minute=1)

    assert {name for rule, name in open_rules(session) if rule == "owner-missing"} == {
        ORDERS.name,
        STOCK.name,
    }


def test_a_rule_that_is_off_for_a_dataset_resolves_nothing_there(session: Any) -> None:
    file(session, scope(ORDERS, STOCK))
    policy = read_policy(json.dumps({"owner-missing": {"scopes": [{"names": "*orders", "level": "off"}]}}))
    off = {"contract-missing": Level.OFF}
    file(session, scope(ORDERS, STOCK), minute=1, policy=policy, asked=off)

    assert open_rules(session) >= {("owner-missing", ORDERS.name), ("contract-missing", STOCK.name)}


class Broken:
    id, title, severity, is_of_dag = "owner-missing", "", Severity.ERROR, False
    options = ()

    def check(self, facts: DatasetFacts, moment: Any) -> list[Violation]:
        raise RuntimeError("boom")


def test_a_rule_that_could_not_judge_resolves_nothing(session: Any) -> None:
    facts = scope(ORDERS)
    finding = Finding("owner-missing", Level.BLOCK, Result.FAIL, "m", "f", facts.datasets[0], subject="a")
    verdict = Verdict(Result.FAIL, (finding,), facts.datasets, "", True, frozenset({"owner-missing"}))
    file_verdict(verdict, Gate("cli"), facts, now=NOW, session=session)

    broken = judge(facts, levels=Levels(), now=NOW, rules=[Broken()])
    assert broken.result is Result.ERROR
    file_verdict(broken, Gate("cli"), facts, now=NOW + timedelta(minutes=1), session=session)

    assert session.scalar(select(FindingRow.resolved_at).where(FindingRow.key == finding.key)) is None


def test_a_list_of_datasets_says_nothing_about_the_whole_of_a_dag(session: Any) -> None:
    file(session, scope(is_whole_upstream=True))
    assert open_rules(session) == {("upstream-unknown", None)}

    file(session, scope(ORDERS), minute=1)
    assert ("upstream-unknown", None) in open_rules(session)
    file(session, scope(ORDERS, is_whole_upstream=True), minute=2)
    assert ("upstream-unknown", None) not in open_rules(session)


def test_only_who_asks_for_everything_speaks_about_everything() -> None:
    def whole(facts: ScopeFacts) -> frozenset[str]:
        return judged_of(judge(facts, levels=Levels(), now=NOW), facts).whole_rules

    assert whole(scope(ORDERS, asker=None)) == {"contract-invalid", "contract-unbound"}
    assert whole(scope(ORDERS)) == frozenset()
    assert whole(scope(ORDERS, is_whole_upstream=True)) == {"upstream-unknown", "capture-off"}


def test_what_a_dag_does_is_judged_for_that_dag_alone() -> None:
    facts = ScopeFacts((DatasetFacts(ORDERS, use=UseFact(observed_inputs=("load",))),), SHOP)
    judged = judged_of(judge(facts, levels=Levels(), now=NOW), facts)

    assert judged.dag_id == "shop"
    assert judged.dag_rules == {"input-undeclared", "output-undeclared", "declared-unused"}
    assert "owner-missing" in judged.rules
    assert not judged.rules & judged.dag_rules


def test_texts_are_cut_to_what_a_database_takes() -> None:
    long = DatasetFacts(DatasetId("n", "d"))
    finding = Finding(
        "owner-missing", Level.WARN, Result.FAIL, "a\0b\ud800", "f\0", long, subject="s" * 3_000
    )
    seen = seen_of(finding)

    assert (seen.message, seen.fix, len(seen.subject or "")) == ("ab?", "f", 1_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("inf"), "inf"),
        (NOW, NOW.isoformat()),
        (NOW.date(), NOW.date().isoformat()),
        (Level.WARN, "warn"),
        ({"a": (1, {2})}, {"a": [1, [2]]}),
        (ORDERS, {"namespace": ORDERS.namespace, "name": ORDERS.name}),
    ],
)
def test_facts_become_json_values(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_what_is_empty_is_left_out_of_a_record() -> None:
    quality = QualityFact("not_null", None, False, None, NOW, "shop.check")
    facts = DatasetFacts(ORDERS, quality=(quality,))

    assert record_of(facts) == {
        "dataset": {"namespace": ORDERS.namespace, "name": ORDERS.name},
        "degree": 1,
        "quality": [{"name": "not_null", "is_success": False, "at": NOW.isoformat(), "job": "shop.check"}],
    }

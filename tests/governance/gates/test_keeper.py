from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from airflow.models.dag import DagModel
from sqlalchemy import event, select, update

from airflow_lineage_provider.governance.gates import keeper as keeping
from airflow_lineage_provider.governance.gates.feed import Feed
from airflow_lineage_provider.governance.gates.judge_now import judge_now
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.gate_states import delete_gates, save_gate
from airflow_lineage_provider.store.tables import Run
from tests.governance.gates.kept_town import LIFETIME, KeptTown, clear
from tests.governance.world import NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")


@pytest.fixture
def town(committed: Any) -> Iterator[KeptTown]:
    clear(committed)
    yield KeptTown(committed)
    clear(committed)


@pytest.fixture
def shop(town: KeptTown) -> KeptTown:
    """``report`` reads orders, ``stock`` reads stock."""
    with town.world() as world:
        world.dag("shop", "report")
        world.dag("depot", "count")
        world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
        world.record("depot", "count", "r0", reads=(STOCK,), dag_run_id=101)
    town.keeper.step()
    return town


def test_every_dag_has_an_answer_that_holds_for_its_lifetime(shop: KeptTown) -> None:
    gate = shop.gate("shop")

    assert gate is not None
    assert (gate.result, gate.level) == ("fail", Level.BLOCK)
    assert {(each.rule, each.level) for each in gate.findings} >= {("owner-missing", Level.BLOCK)}
    assert gate.findings_total == len(gate.findings)
    assert gate.datasets == 1
    assert gate.valid_until - gate.judged_at == LIFETIME
    assert "owner-missing (block): postgres://pg:5432 shop.public.orders" in gate.message
    assert shop.verdicts("shop") == 1
    assert gate.verdict_id is not None


def test_a_dag_that_reads_nothing_is_let_go_without_a_verdict(town: KeptTown) -> None:
    with town.world() as world:
        world.dag("lonely", "a")
    town.step()

    gate = town.gate("lonely")
    assert gate is not None
    assert (gate.result, gate.level, gate.verdict_id) == ("unknown", Level.OFF, None)
    assert town.verdicts("lonely") == 0


def test_where_it_is_asked_for_nothing_known_is_a_finding(
    town: KeptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps({"upstream-unknown": "block"}))
    with town.world() as world:
        world.dag("lonely", "a")
    town.step()

    gate = town.gate("lonely")
    assert gate is not None
    assert (gate.level, [each.rule for each in gate.findings]) == (Level.BLOCK, ["upstream-unknown"])


def test_nothing_is_judged_where_nothing_happened(shop: KeptTown) -> None:
    before = shop.gate("shop")
    reports = [shop.step(minutes=1) for _ in range(10)]

    assert {report.judged for report in reports} == {0}
    assert shop.gate("shop") == before


def test_answers_are_renewed_long_before_they_expire(shop: KeptTown) -> None:
    before = shop.gate("shop")
    assert before is not None
    for _ in range(35):
        shop.step(minutes=1)

    after = shop.gate("shop")
    assert after is not None
    assert after.valid_until > before.valid_until
    assert after.fingerprint == before.fingerprint
    assert after.valid_until - shop.now > LIFETIME / 2
    assert shop.verdicts("shop") == 1


def test_only_who_reads_what_a_contract_is_bound_to_is_judged_again(shop: KeptTown) -> None:
    with shop.world() as world:
        world.contract(ORDERS, owner="ann")
    report = shop.step()

    assert (report.judged, report.filed) == (1, 1)
    gate, other = shop.gate("shop"), shop.gate("depot")
    assert gate is not None
    assert other is not None
    assert "owner-missing" not in {each.rule for each in gate.findings}
    assert other.level is Level.BLOCK
    assert shop.step().judged == 0


def test_a_producer_that_ended_is_heard_of(shop: KeptTown) -> None:
    with shop.world() as world:
        world.contract(ORDERS, owner="ann")
        world.dag("load", "write")
    shop.step()
    before = shop.gate("shop")
    assert before is not None

    with shop.world() as world:
        world.record("load", "write", "r1", writes=(ORDERS,), dag_run_id=102, state="failed")
        # The clock of these tests is not the one that records are written by.
        world.session.execute(update(Run).where(Run.dag_run_id == 102).values(recorded_at=shop.now))
    report = shop.step()

    gate = shop.gate("shop")
    assert gate is not None
    assert report.judged == 2, "load's own answer and that of who reads what it writes"
    assert gate.judged_at > before.judged_at


def test_the_same_answer_files_no_verdict(shop: KeptTown) -> None:
    with shop.world() as world:
        world.record("shop", "report", "r1", reads=(ORDERS,), dag_run_id=103)
        world.session.execute(update(Run).where(Run.dag_run_id == 103).values(recorded_at=shop.now))
    report = shop.step()

    assert (report.judged, report.filed) == (1, 0)
    assert shop.verdicts("shop") == 1


def test_findings_are_opened_once(shop: KeptTown) -> None:
    with shop.session() as session:
        before = sorted(session.scalars(select(FINDING.c.key)))
    shop.keeper = shop.another()
    assert shop.step().judged == 2
    with shop.session() as session:
        assert sorted(session.scalars(select(FINDING.c.key))) == before == sorted(set(before))


def test_a_new_version_of_a_dag_is_judged(shop: KeptTown) -> None:
    with shop.world() as world:
        world.inlet(world.asset("postgres://pg:5432/shop/public/stock"), "shop", "more")
        world.dag("shop", "report >> more")
    report = shop.step(seconds=3)

    gate = shop.gate("shop")
    assert report.judged == 1
    assert gate is not None
    assert gate.datasets == 2


def test_a_dag_that_is_gone_loses_its_answer(shop: KeptTown) -> None:
    with shop.session() as session:
        session.execute(update(DagModel).where(DagModel.dag_id == "depot").values(is_stale=True))
    report = shop.step(seconds=15)

    assert report.forgotten == 1
    assert shop.gate("depot") is None
    assert shop.gate("shop") is not None
    with shop.session() as session:
        session.execute(update(DagModel).values(is_stale=False))
    shop.step(seconds=15)
    assert shop.gate("depot") is not None


def test_an_answer_changes_when_data_gets_late(shop: KeptTown, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "orders", "version": "1.0.0", "status": "active",
        "team": {"members": [{"username": "ann", "role": "owner"}]},
        "schema": [{"name": "o"}],
        "slaProperties": [{"property": "freshness", "value": 20, "unit": "m"}],
    }  # fmt: skip
    from airflow_lineage_provider.store.contracts import BoundSchema, save

    with shop.world() as world:
        bound = [BoundSchema("o", ORDERS, "server")]
        save(contract, bound, source=None, applied_by=None, now=NOW, session=world.session)
        world.dag("load", "write")
        world.record("load", "write", "r1", writes=(ORDERS,), dag_run_id=102)
        ended = {"recorded_at": shop.now, "ended_at": shop.now, "started_at": shop.now}
        world.session.execute(update(Run).where(Run.dag_run_id == 102).values(**ended))
    shop.step()
    written = shop.now - timedelta(seconds=2)
    gate = shop.gate("shop")
    assert gate is not None
    assert "freshness-late" not in {each.rule for each in gate.findings}

    while shop.now < written + timedelta(minutes=19, seconds=50):
        assert shop.step(seconds=30).judged == 0 or shop.now > written + timedelta(minutes=19)
    shop.step(seconds=14)

    gate = shop.gate("shop")
    assert gate is not None
    assert "freshness-late" in {each.rule for each in gate.findings}
    assert gate.judged_at - written < timedelta(minutes=20, seconds=45)


def test_one_dag_that_cannot_be_judged_is_no_harm_to_the_others(
    shop: KeptTown, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = shop.gate("shop")
    judged = keeping.answer_of

    def broken(dag_id: str, *args: Any, **fields: Any) -> Any:
        if dag_id == "shop":
            raise RuntimeError("the judge is out of order")
        return judged(dag_id, *args, **fields)

    monkeypatch.setattr(keeping, "answer_of", broken)
    shop.keeper = shop.another()
    with caplog.at_level(logging.WARNING):
        reports = [shop.step(seconds=2) for _ in range(5)]

    assert [report.failed for report in reports] == [1, 0, 0, 0, 0]
    assert reports[0].judged == 1
    assert shop.gate("shop") == before, "what stands counts until it expires"
    assert [record.message for record in caplog.records if "gate state of shop" in record.message] == [
        "The gate state of shop cannot be renewed: RuntimeError: the judge is out of order"
    ]
    monkeypatch.setattr(keeping, "answer_of", judged)
    assert shop.step(minutes=2).judged == 1
    assert shop.keeper.errors == {}


def test_facts_that_cannot_be_gathered_together_are_gathered_apart(
    shop: KeptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered = keeping.facts_of_dags

    def broken(dag_ids: Any, **fields: Any) -> Any:
        if "shop" in dag_ids:
            raise RuntimeError("no facts")
        return gathered(dag_ids, **fields)

    monkeypatch.setattr(keeping, "facts_of_dags", broken)
    shop.keeper = shop.another()
    report = shop.step()
    assert (report.judged, report.failed) == (1, 1)


def test_a_slow_judge_leaves_the_rest_to_the_next_step(
    shop: KeptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    judged = keeping.answer_of

    def slow(*args: Any, **fields: Any) -> Any:
        clock[0] += 5.0
        return judged(*args, **fields)

    monkeypatch.setattr(keeping, "answer_of", slow)
    monkeypatch.setattr(keeping.time, "monotonic", lambda: clock[0])
    shop.keeper = shop.another()
    reports = [shop.step(), shop.step()]
    assert [(report.judged, report.waiting) for report in reports] == [(1, 1), (1, 0)]


def test_every_dag_has_its_turn_however_much_happens(town: KeptTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """One DAG is judged in each step, and something happens to five of them between two."""
    names = ["a", "b", "c", "d", "e", "y", "z"]
    with town.world() as world:
        for name in names:
            world.dag(name, "t")
            world.record(name, "t", "r0", reads=(ORDERS,), dag_run_id=200 + ord(name))
    town.keeper.step()
    clock = [0.0]
    judged: list[str] = []
    answer_of, look = keeping.answer_of, Feed.look

    def slow(dag_id: str, *args: Any, **fields: Any) -> Any:
        clock[0] += 5.0
        judged.append(dag_id)
        return answer_of(dag_id, *args, **fields)

    def busy(self: Feed, **fields: Any) -> set[str]:
        return look(self, **fields) | {"a", "b", "c", "d", "e"}

    monkeypatch.setattr(keeping, "answer_of", slow)
    monkeypatch.setattr(keeping.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(Feed, "look", busy)
    with town.world() as world:
        world.dag("x", "t")
    town.later(hours=2)  # all of them are due
    for _ in range(20):
        town.step()
    assert {*judged} == {*names, "x"}
    counts = [judged.count(name) for name in "abcde"]
    assert max(counts) - min(counts) <= 1


def test_it_stops_between_two_dags(shop: KeptTown) -> None:
    asked: list[bool] = []

    def is_stopped() -> bool:
        asked.append(True)
        return len(asked) > 1

    shop.keeper = shop.another(is_stopped=is_stopped)
    report = shop.step()
    assert (report.judged, report.waiting) == (1, 1)


def test_what_somebody_else_said_meanwhile_is_not_renewed_but_judged(shop: KeptTown) -> None:
    other = shop.another()
    shop.later(minutes=1)
    other.step()
    for _ in range(32):
        shop.step(minutes=1)

    gate = shop.gate("shop")
    assert gate is not None
    assert gate.valid_until - shop.now > LIFETIME / 2 - timedelta(minutes=2)


def shift(town: KeptTown, dag_id: str, **delta: float) -> None:
    """What stands there was said by another server, with a clock of its own."""
    gate = town.gate(dag_id)
    assert gate is not None
    at = town.now + timedelta(**delta)
    with town.session() as session:
        delete_gates([dag_id], session=session)
        save_gate(replace(gate, judged_at=at, valid_until=at + LIFETIME, message="wrong"), session=session)


def test_what_a_clock_that_is_ahead_said_is_replaced(shop: KeptTown) -> None:
    """Heard of without anything having happened to the DAG, and by the one who asks."""
    shift(shop, "shop", days=3)
    shop.step(seconds=6)
    shop.step(seconds=2)
    gate = shop.gate("shop")
    assert gate is not None
    assert (gate.message == "wrong", gate.judged_at) == (False, shop.now)
    assert shop.verdicts("shop") == 1

    shift(shop, "shop", days=3)
    with shop.session() as session:
        assert judge_now("shop", now=shop.now, session=session).judged_at == shop.now
    gate = shop.gate("shop")
    assert gate is not None
    assert gate.judged_at == shop.now


def test_an_answer_that_is_older_than_what_stands_there_is_not_taken_for_kept(shop: KeptTown) -> None:
    shift(shop, "shop", minutes=3)
    with shop.world() as world:
        world.contract(ORDERS, owner="ann")
    assert shop.step().judged == 0
    assert shop.step().waiting == 0, "it waits until its own answer is the newer one"
    with shop.session() as session:
        assert judge_now("shop", now=shop.now, session=session).message == "wrong"
    assert shop.step(minutes=3).judged == 1
    gate = shop.gate("shop")
    assert gate is not None
    assert "owner-missing" not in {each.rule for each in gate.findings}


def test_two_keepers_agree(shop: KeptTown) -> None:
    other = shop.another()
    with shop.world() as world:
        world.contract(ORDERS, owner="ann")
    shop.step()
    other.step()
    assert shop.verdicts("shop") == 2, "each change has one verdict"


def test_a_verdict_that_was_cleaned_away_is_filed_again(shop: KeptTown) -> None:
    from airflow_lineage_provider.store.verdicts import VERDICT, VERDICT_FINDING

    with shop.session() as session:
        session.execute(VERDICT_FINDING.delete())
        session.execute(VERDICT.delete())
    shop.keeper = shop.another()
    assert shop.step().filed == 2


def test_a_look_where_nothing_happened_asks_little(shop: KeptTown) -> None:
    shop.step()
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(shop.engine, "before_cursor_execute", note)
    try:
        shop.step(seconds=1)
    finally:
        event.remove(shop.engine, "before_cursor_execute", note)
    assert len(asked) <= 4, asked

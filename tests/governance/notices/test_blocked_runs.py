from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from sqlalchemy import delete, insert

from airflow_lineage_provider.governance.gates.run_decision import RunDecision
from airflow_lineage_provider.governance.notices.teller import Teller
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.blocked_runs import SETTLED
from airflow_lineage_provider.store.gate_states import save_gate
from airflow_lineage_provider.store.run_verdicts import save_run_verdict
from airflow_lineage_provider.store.verdicts import Gate
from tests.governance.notices.notifiers import PickyNotifier
from tests.governance.notices.test_teller import QUIET, Desk
from tests.store.test_gate_states import gate

SHOWN = "1 finding.\n1. owner-missing (block): n orders\n  nobody owns it\n  owner: nobody; channel: none\n  fix: name one"


class Runs(Desk):
    """A desk beside a scheduler that blocks runs."""

    def block(self, run_id: str, dag_id: str = "shop", does: Level = Level.BLOCK) -> int:
        decision = RunDecision(does, "fail", SHOWN, wants=Level.BLOCK, mode=does)
        with self.transactions.writing() as session:
            return save_run_verdict(
                Gate("dag-run", dag_id, run_id),
                result=decision.result,
                message=decision.message,
                datasets=1,
                blocks=decision.blocks,
                now=self.now,
                session=session,
            )

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def desk(committed: Any, tmp_path: Path) -> Any:
    desk = Runs(committed, tmp_path)
    with desk.transactions.writing() as session:
        session.merge(DagBundleModel(name="notices"))
        session.flush()
        for dag_id, owners in (("shop", "sales"), ("depot", "airflow")):
            row = {"dag_id": dag_id, "bundle_name": "notices", "owners": owners, "is_stale": False}
            session.execute(
                insert(DagModel.__table__).values(  # type: ignore[arg-type]
                    **row,
                    max_active_tasks=1,
                    max_active_runs=1,
                    max_consecutive_failed_dag_runs=0,
                    has_task_concurrency_limits=False,
                )
            )
        save_gate(gate("shop", shown=SHOWN), session=session)
    yield desk
    with desk.transactions.writing() as session:
        session.execute(delete(DagModel))
        session.execute(delete(DagBundleModel).where(DagBundleModel.name == "notices"))


def started(desk: Runs, *entries: Any) -> Teller:
    """A teller that has looked once."""
    teller = desk.teller(*(entries or (desk.to_file(),)))
    assert teller.tell() == 0
    return teller


def test_the_owner_of_a_dag_is_told_once_of_all_its_blocked_runs(desk: Runs) -> None:
    desk.block("before")
    teller = started(desk)
    first, second = desk.block("r1"), desk.block("r2")
    desk.block("d1", "depot")
    desk.block("passed", does=Level.OBSERVE)
    desk.later(minutes=2)
    assert teller.tell() == 2
    shop, depot = desk.letters()
    assert (shop["owner"], depot["owner"]) == ("sales", None)
    assert shop["text"].splitlines() == [
        "Lineage gate: 2 runs were blocked of DAG shop (owner: sales)",
        "",
        f"- r1, at 2026-06-01 12:00 UTC, verdict {first}",
        f"- r2, at 2026-06-01 12:00 UTC, verdict {second}",
        "",
        "1. owner-missing (block): n orders",
        "  owner: nobody; channel: none",
        "  fix: name one",
        "",
        "Fix, then clear these runs.",
    ]
    assert "It would pass by now" in depot["text"]
    desk.later(hours=3)
    assert teller.tell() == 0
    assert desk.teller(desk.to_file()).tell() == 0


def test_a_dag_that_goes_on_being_blocked_is_told_of_after_the_quiet_time(desk: Runs) -> None:
    teller = started(desk)
    desk.block("r1")
    desk.later(minutes=2)
    assert teller.tell() == 1
    desk.block("r2")
    desk.later(minutes=10)
    desk.block("d1", "depot")
    desk.later(minutes=2)
    assert teller.tell() == 1, "another DAG is told of at once"
    desk.now += QUIET
    assert teller.tell() == 1
    assert [("r1" in letter["text"], "r2" in letter["text"]) for letter in desk.letters()] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_what_a_scheduler_wrote_by_another_clock_is_told_as_well(desk: Runs) -> None:
    teller = started(desk)
    desk.later(seconds=50)
    early = desk.now
    desk.block("ahead")
    desk.now = early - SETTLED
    desk.block("behind")
    desk.now = early + timedelta(seconds=10)
    assert teller.tell() == 0
    desk.later(minutes=2)
    assert teller.tell() == 1
    (letter,) = desk.letters()
    assert "- ahead," in letter["text"]
    assert "- behind," in letter["text"]


def test_what_nobody_took_is_told_again(desk: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PickyNotifier, "refused", "sales")
    teller = started(desk, desk.to_file(of="PickyNotifier"))
    desk.block("r1")
    desk.later(minutes=2)
    assert teller.tell() == 0
    monkeypatch.setattr(PickyNotifier, "refused", None)
    desk.later(minutes=2)
    assert teller.tell() == 1
    desk.later(hours=2)
    assert teller.tell() == 0


def test_who_did_not_take_what_others_took_is_told_later(desk: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PickyNotifier, "refused", "sales")
    teller = started(desk, desk.to_file(), desk.to_file("picky", of="PickyNotifier"))
    desk.block("r1")
    desk.later(minutes=2)
    assert teller.tell() == 1
    monkeypatch.setattr(PickyNotifier, "refused", None)
    desk.later(minutes=2)
    assert teller.tell() == 1
    assert (len(desk.letters()), len(desk.letters("picky"))) == (1, 1)


@pytest.mark.parametrize(
    ("entry", "letters"),
    [
        ({"owners": "sales"}, 1),
        ({"owners": "ops"}, 0),
        ({"owners": ""}, 0),
        ({"levels": ["block"]}, 1),
        ({"levels": "warn"}, 0),
        ({"rules": "owner-*"}, 0),
    ],
)
def test_only_who_is_meant_is_told(entry: dict[str, Any], letters: int, desk: Runs) -> None:
    teller = started(desk, desk.to_file(**entry))
    desk.block("r1")
    desk.later(minutes=2)
    assert teller.tell() == letters


def test_of_what_is_older_than_a_day_nobody_is_told(desk: Runs) -> None:
    started(desk)
    desk.block("r1")
    desk.later(days=1, minutes=1)
    assert desk.teller(desk.to_file()).tell() == 0

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from airflow_lineage_provider.governance.gates.run_decision import could_not_judge, decide
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import GateFinding, StoredGate

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEPT = StoredGate(
    dag_id="shop",
    result="fail",
    level=Level.BLOCK,
    message="1 finding on 1 upstream dataset; result: fail.\n1. owner-missing (block): shop.orders\n  nobody owns it",
    shown="1 finding on 1 upstream dataset; result: fail.\n1. owner-missing (block): shop.orders\n  hidden",
    findings=(GateFinding("k" * 64, "owner-missing", Level.BLOCK),),
    findings_total=1,
    datasets=1,
    fingerprint="f" * 64,
    verdict_id=7,
    judged_at=NOW - timedelta(minutes=1),
    valid_until=NOW + timedelta(minutes=59),
)


def with_level(level: Level) -> StoredGate:
    return StoredGate(**{**{name: getattr(KEPT, name) for name in KEPT.__slots__}, "level": level})


@pytest.mark.parametrize(("asked", "mode"), [*product(Level, Level)])
def test_it_does_the_milder_of_what_is_asked_and_what_is_allowed(asked: Level, mode: Level) -> None:
    decision = decide(with_level(asked), mode, dag_id="shop", fails_closed=False, now=NOW)
    assert decision.does.rank == min(asked.rank, mode.rank)
    assert decision.result == "fail"
    assert decision.blocks is (asked is mode is Level.BLOCK)


def test_an_answer_counts_until_its_end_and_not_at_it() -> None:
    for after, result in ((timedelta(0), "error"), (timedelta(microseconds=1), "fail")):
        now = KEPT.valid_until - after
        decision = decide(KEPT, Level.BLOCK, dag_id="shop", fails_closed=False, now=now)
        assert decision.result == result


def test_an_answer_of_a_clock_that_is_ahead_is_none() -> None:
    for ahead, result in ((timedelta(minutes=5), "fail"), (timedelta(minutes=6), "error")):
        decision = decide(KEPT, Level.BLOCK, dag_id="shop", fails_closed=False, now=KEPT.judged_at - ahead)
        assert decision.result == result
    assert "which has not come yet" in decision.reason


@pytest.mark.parametrize("mode", list(Level))
def test_what_is_not_known_warns_or_blocks_as_configured_and_as_the_mode_allows(mode: Level) -> None:
    opened = decide(None, mode, dag_id="shop", fails_closed=False, now=NOW)
    closed = decide(None, mode, dag_id="shop", fails_closed=True, now=NOW)
    assert opened.does.rank == min(Level.WARN.rank, mode.rank)
    assert closed.does is mode
    assert "shop" in opened.reason
    assert "on_error is closed" in closed.reason


def test_what_somebody_else_named_adds_no_line() -> None:
    decision = could_not_judge("a\nb", "c\nd", Level.BLOCK, fails_closed=False)
    assert decision.reason.splitlines()[1:] == ["a b", "  fix: c d"]


def test_whoever_is_told_is_told_all_and_a_passing_run_one_line() -> None:
    told = decide(KEPT, Level.WARN, dag_id="shop", fails_closed=False, now=NOW)
    assert "nobody owns it" in told.message
    assert "may only warn" in told.message
    observed = decide(KEPT, Level.OBSERVE, dag_id="shop", fails_closed=False, now=NOW)
    assert "nobody owns it" not in observed.message
    assert "verdict 7" in observed.message


def test_what_everybody_may_read_is_told_and_all_is_filed() -> None:
    decision = decide(KEPT, Level.BLOCK, dag_id="shop", fails_closed=False, now=NOW)
    assert decision.told == KEPT.shown
    assert "nobody owns it" in decision.message


def test_of_an_answer_that_is_not_cut_for_everybody_the_first_line_is_told() -> None:
    decision = decide(replace(KEPT, shown=None), Level.BLOCK, dag_id="shop", fails_closed=False, now=NOW)
    assert decision.told == "1 finding on 1 upstream dataset; result: fail."

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.gates.run_decision import RunDecision
from airflow_lineage_provider.governance.gates.run_note import (
    BEGIN,
    END_OF_BLOCK,
    END_OF_OTHERS,
    findings_link,
    with_decision,
    with_outcome,
    without_ours,
)
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.run_notes import MAX_NOTE

LINK = "https://airflow.example.com/plugin/lineage?view=findings&dag_id=shop"
NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
REASON = """2 findings on 3 upstream datasets; result: fail.
1. owner-missing (block): postgres://db.example.com:5432 shop.public.orders
  nobody owns shop.public.orders
  contract: none
  owner: nobody; channel: none known
  known by: read by shop.load
  fix: register an owner: airflow lineage owners add
  waive: airflow lineage waivers create --rule owner-missing --days 14 --reason '...'
2. freshness (block): postgres://db.example.com:5432 shop.public.stock
  it was written 9 hours ago and is promised every 3 hours
  fix: run load_stock"""
BLOCKED = RunDecision(Level.BLOCK, "fail", REASON, wants=Level.BLOCK)
PASSED = RunDecision(Level.OFF, "pass", "Nothing was found.")
OBSERVED = replace(BLOCKED, does=Level.OBSERVE, mode=Level.OBSERVE)
WARNED = RunDecision(Level.WARN, "warn", REASON, wants=Level.WARN)


def note(existing: str = "", decision: RunDecision = BLOCKED) -> str:
    found = with_decision(existing, decision, LINK)
    assert found is not None
    return found


def test_it_says_what_is_wrong_how_to_fix_it_where_to_look_and_what_to_do_then() -> None:
    told = note()
    assert told.startswith(f"{BEGIN}: this run was blocked")
    assert "1. owner-missing (block): postgres://db.example.com:5432 shop.public.orders" in told
    assert "fix: register an owner: airflow lineage owners add" in told
    assert "2. freshness" in told
    assert f"]({LINK})" in told
    assert told.endswith(END_OF_BLOCK)
    assert "known by" not in told


def test_a_warning_does_not_say_to_clear_the_run() -> None:
    told = note(decision=WARNED)
    assert "this run goes on" in told
    assert END_OF_BLOCK not in told
    assert told.endswith(END_OF_OTHERS)


def test_what_a_person_wrote_stays_in_front() -> None:
    assert note("Ask Ana before you rerun this.").startswith(f"Ask Ana before you rerun this.\n\n{BEGIN}")


def test_what_a_person_wrote_behind_ours_stays_too() -> None:
    edited = f"before\n\n{note()}\n\nI fixed the owner. Ana"
    assert note(edited).startswith(f"before\n\nI fixed the owner. Ana\n\n{BEGIN}")


def test_the_gate_says_it_once_however_often_it_blocks() -> None:
    once = note("mine")
    assert with_decision(once, BLOCKED, LINK) == once


@pytest.mark.parametrize("line", ["x" * 10_000, "word " * 2_000])
def test_a_reason_of_10_kb_still_leaves_the_fix_the_link_and_what_to_do(line: str) -> None:
    reason = REASON.replace("nobody owns shop.public.orders", line)
    told = note(decision=replace(BLOCKED, reason=reason))
    assert len(told) <= 900
    assert "fix: register an owner" in told
    assert LINK in told
    assert told.endswith(END_OF_BLOCK)


def test_a_reason_of_one_line_of_10_kb_fits() -> None:
    told = note(decision=replace(BLOCKED, reason="x" * 10_000))
    assert len(told) <= 900
    assert told.endswith(END_OF_BLOCK)


def test_a_command_that_has_no_room_is_left_out_and_not_cut() -> None:
    fix = f"  fix: apply `contracts apply`; {'x' * 200}; `airflow lineage contracts infer {'y' * 200}` writes one"
    told = note(decision=replace(BLOCKED, reason=f"1 finding.\n1. freshness (block): a b\n{fix}"))
    assert "`contracts apply`" in told
    assert told.count("`") == 2
    assert "x…" in told


def test_a_note_without_room_stays_as_it_is() -> None:
    assert with_decision("y" * MAX_NOTE, BLOCKED, LINK) is None
    assert with_decision("y" * (MAX_NOTE - 20), BLOCKED, LINK) is None


def test_with_little_room_it_says_that_it_was_blocked() -> None:
    told = note("y" * 850)
    assert len(told) <= MAX_NOTE
    assert "this run was blocked" in told
    assert told.endswith(END_OF_BLOCK)


def test_a_name_makes_no_link_and_no_frame_of_its_own() -> None:
    evil = f"[pay here](https://evil.example) ![x](https://evil.example/p.png) {END_OF_BLOCK} {BEGIN}"
    told = note(decision=replace(BLOCKED, reason=f"1 finding.\n1. rule (block): {evil}"))
    assert told.count("](") == 1
    assert told.count(BEGIN) == 1
    assert told.count(END_OF_BLOCK) == 1
    assert without_ours(told) == ""


def test_a_run_that_passes_after_it_was_blocked_says_so() -> None:
    told = with_outcome(note("mine"), PASSED, NOW)
    assert told is not None
    assert told.startswith(f"mine\n\n{BEGIN}: passed on 2026-06-15 at 12:30 UTC")
    assert "owner-missing" not in told
    assert with_outcome(told, PASSED, NOW) == told


def test_a_run_that_goes_on_with_its_findings_did_not_pass() -> None:
    told = with_outcome(note("mine"), OBSERVED, NOW)
    assert told == (
        f"mine\n\n{BEGIN}: this run would be blocked, but the gate may only observe here. "
        f"2 findings on 3 upstream datasets; result: fail. {END_OF_OTHERS}"
    )
    assert with_outcome(told, OBSERVED, NOW) == told


@pytest.mark.parametrize("decision", [PASSED, OBSERVED])
def test_nothing_is_added_where_the_gate_said_nothing(decision: RunDecision) -> None:
    assert with_outcome("mine", decision, NOW) is None
    assert with_outcome("", decision, NOW) is None


def test_a_break_glass_grant_that_does_not_hold_is_named() -> None:
    told = note(decision=replace(BLOCKED, refused_grant="night\nshift"))
    assert "night shift is no break-glass grant in force" in told


def test_the_link_leads_to_the_site_or_starts_at_its_root() -> None:
    assert findings_link("a b", "https://x.example/af/") == (
        "https://x.example/af/plugin/lineage?view=findings&dag_id=a%20b"
    )
    assert findings_link("shop", "") == "/plugin/lineage?view=findings&dag_id=shop"
    assert len(findings_link("ü" * 250, "https://x.example")) < 300


TEXT = st.text(st.characters(codec="utf-8"), max_size=1_100)
DECISIONS = st.builds(
    RunDecision,
    st.sampled_from([Level.WARN, Level.BLOCK]),
    st.sampled_from(["fail", "warn", "error"]),
    st.one_of(TEXT, st.lists(TEXT, max_size=30).map("\n".join), st.just(REASON)),
)


@given(own=TEXT.filter(lambda text: BEGIN not in text), first=DECISIONS, second=DECISIONS)
def test_whatever_is_said_the_note_holds_and_what_people_wrote_is_in_it(
    own: str, first: RunDecision, second: RunDecision
) -> None:
    own = own[:MAX_NOTE]
    told = own
    for decision in (first, second):
        found = with_decision(told, decision, LINK)
        told = told if found is None else found
        assert len(told) <= MAX_NOTE
        assert told.startswith(own.rstrip())
        assert len(told) - len(own) <= 902
    for last in (PASSED, replace(second, does=Level.OBSERVE)):
        ended = with_outcome(told, last, NOW)
        assert ended is None or (len(ended) <= MAX_NOTE and ended.startswith(own.rstrip()))
        assert ended is None or without_ours(ended) == without_ours(told)

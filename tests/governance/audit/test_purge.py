from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_lineage_provider.governance.audit.fault import Problem
from airflow_lineage_provider.governance.audit.purge import count_payloads, purge_payloads
from tests.governance.audit.conftest import START, Ledger


def purge(ledger: Ledger, minutes: int) -> int:
    before = START + timedelta(minutes=minutes)
    with ledger.sessions.writing() as session:
        count = count_payloads(before, session=session)
        assert purge_payloads(before, actor="me", now=START, session=session) == count
    return count


def test_payloads_go_and_the_chain_stays(ledger: Ledger) -> None:
    checkpoint = ledger.filled(6).checkpoint()
    assert purge(ledger, minutes=4) == 3
    assert [ledger.entry(seq).payload is None for seq in range(1, 7)] == [True] * 3 + [False] * 3
    for _ in range(2):  # the entry that tells of it may be sealed or not
        found = ledger.verify([checkpoint])
        assert found.is_intact
        assert found.purged == 3
        ledger.seal()
    assert ledger.entry(7).kind == "purge"
    assert ledger.entry(7).actor == "me"


def test_a_purge_of_nothing_leaves_no_entry(ledger: Ledger) -> None:
    assert purge(ledger.filled(2), minutes=1) == 0
    assert ledger.seal() == 0


def test_a_payload_that_went_without_a_purge_is_named(ledger: Ledger) -> None:
    purge(ledger.filled(6), minutes=4)
    ledger.seal()
    ledger.change(5, payload=None)
    found = ledger.verify()
    assert [(each.seq, each.problem) for each in found.faults] == [(5, Problem.EMPTIED)]


@pytest.mark.parametrize("kind", ["seal", "purge"])
def test_what_says_why_others_are_as_they_are_stays(ledger: Ledger, kind: str) -> None:
    ledger.append(kind=kind)
    purge(ledger.filled(1), minutes=60)
    assert ledger.entry(1).payload is not None
    ledger.seal()
    ledger.change(1, payload=None)
    found = ledger.verify()
    assert [(each.seq, each.problem) for each in found.faults] == [(1, Problem.EMPTIED)]


def test_what_is_not_sealed_yet_keeps_its_payload(ledger: Ledger) -> None:
    ledger.append(2)
    assert purge(ledger, minutes=60) == 0


def test_a_purged_entry_is_protected_as_before(ledger: Ledger) -> None:
    purge(ledger.filled(3), minutes=60)
    ledger.seal()
    ledger.change(2, actor="nobody")
    found = ledger.verify()
    assert found.first is not None
    assert (found.first.seq, found.first.problem) == (2, Problem.CHANGED)

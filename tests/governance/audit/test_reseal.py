from __future__ import annotations

import pytest

from airflow_lineage_provider.governance.audit.fault import Problem
from airflow_lineage_provider.governance.audit.reseal import CannotReseal
from tests.governance.audit.conftest import Ledger


def test_an_end_that_was_cut_off_is_accepted_and_its_places_stay_empty(ledger: Ledger) -> None:
    ledger.filled(9).remove(8, 9)
    ledger.append(2)
    assert not ledger.reseal("the disk died").is_intact
    found = ledger.verify()
    assert found.is_intact
    assert [(each.seq, each.problem) for each in found.accepted] == [(8, Problem.MISSING)]
    assert ledger.places() == [*range(1, 8), 10, 11, 12]
    assert [(each.seq, each.actor, each.reason) for each in found.reseals] == [(12, "me", "the disk died")]
    assert "accepted entry 8 (missing): entries 8 to 9 are missing" in found.describe()
    ledger.filled(3)
    assert ledger.verify().is_intact


def test_an_entry_that_was_accepted_as_it_is_must_not_change_again(ledger: Ledger) -> None:
    ledger.filled(5).change(3, actor="somebody else")
    ledger.reseal()
    assert ledger.verify().is_intact
    ledger.change(3, actor="and another")
    found = ledger.verify()
    assert found.first is not None
    assert found.first.seq == 3


def test_more_that_goes_missing_is_not_accepted_with_what_was(ledger: Ledger) -> None:
    ledger.filled(8).remove(3)
    ledger.reseal()
    assert ledger.verify().is_intact
    ledger.remove(4)
    assert not ledger.verify().is_intact


def test_a_head_row_that_is_gone_is_made_anew(ledger: Ledger) -> None:
    ledger.filled(3).set_head()
    ledger.append()
    ledger.reseal()
    assert ledger.verify().is_intact
    assert ledger.places() == [1, 2, 3, 4, 5]
    assert ledger.filled(2).verify().is_intact


def test_a_head_row_that_was_set_back_is_set_to_the_end(ledger: Ledger) -> None:
    ledger.filled(5).set_head(seq=3, entry_hash=ledger.entry(3).entry_hash)
    ledger.reseal()
    assert ledger.verify().is_intact
    assert ledger.places() == [1, 2, 3, 4, 5, 6]


def test_a_database_that_was_restored_is_told_by_the_checkpoint_and_can_be_accepted(ledger: Ledger) -> None:
    ledger.filled(8)
    early, late = ledger.filled(0).checkpoint(), None
    ledger.filled(4)
    late = ledger.checkpoint()
    # The backup is of entry 10, and knows it.
    ledger.remove(11, 12)
    ledger.set_head(seq=10, entry_hash=ledger.entry(10).entry_hash)
    assert ledger.verify().is_intact
    broken = ledger.verify([early, late])
    assert [(each.seq, each.problem) for each in broken.faults] == [(11, Problem.CHECKPOINT)]
    assert "knows entries 11 to 12, which the chain does not have" in broken.describe()
    ledger.reseal("restored the backup of Monday", [early, late])
    ledger.filled(5)
    assert ledger.verify([early, late]).is_intact
    after = ledger.checkpoint()
    found = ledger.filled(3).verify([early, late, after])
    assert found.is_intact
    assert found.checkpoints == 3
    assert [each.problem for each in found.accepted] == [Problem.CHECKPOINT]


def test_a_checkpoint_taken_over_an_accepted_gap_holds(ledger: Ledger) -> None:
    ledger.filled(9).remove(3, 4)
    ledger.reseal()
    taken = ledger.checkpoint()
    assert ledger.filled(4).verify([taken]).is_intact
    ledger.change(2, subject="x")
    assert not ledger.verify([taken]).is_intact


def test_an_intact_chain_can_be_resealed_too(ledger: Ledger) -> None:
    ledger.filled(2).reseal("moved to another server")
    found = ledger.verify()
    assert found.is_intact
    assert "accepting 0 faults: moved to another server" in found.describe()


def test_nothing_can_come_after_the_largest_number(ledger: Ledger) -> None:
    ledger.filled(2).change(2, seq=2**63 - 1)
    with pytest.raises(CannotReseal, match="9223372036854775807"):
        ledger.reseal()

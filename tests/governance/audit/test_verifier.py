from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.exc import DBAPIError

from airflow_lineage_provider.governance.audit.chain import GENESIS, entry_hash
from airflow_lineage_provider.governance.audit.fault import Problem
from airflow_lineage_provider.governance.audit.sealer import ChainBroken
from airflow_lineage_provider.governance.audit.verification import Verification
from airflow_lineage_provider.store.tables import core_table
from airflow_lineage_provider.store.tables.audit import AuditEntry
from tests.governance.audit.conftest import START, Ledger


def first(found: Verification) -> tuple[int | None, Problem]:
    assert found.first is not None, "nothing was found"
    return found.first.seq, found.first.problem


def test_a_chain_that_nobody_touched_is_intact(ledger: Ledger) -> None:
    assert ledger.verify().is_intact
    ledger.append(7)
    assert ledger.seal(batch=3) == 7
    found = ledger.verify()
    assert found.is_intact
    assert (found.entries, found.size, found.unsealed, found.is_complete) == (7, 7, 0, True)
    assert found.head == ledger.entry(7).entry_hash
    assert ledger.entry(1).prev_hash == GENESIS
    assert ledger.places() == [1, 2, 3, 4, 5, 6, 7]


def test_entries_that_wait_for_the_sealer_are_told(ledger: Ledger) -> None:
    ledger.filled(3).append(2)
    found = ledger.verify()
    assert found.is_intact
    assert (found.entries, found.unsealed, found.oldest_unsealed) == (3, 2, START + timedelta(minutes=4))
    assert "not sealed yet, so not protected: 2 entries" in found.describe()
    assert ledger.seal() == 2
    assert ledger.verify().unsealed == 0


def flipped(value: Any) -> Any:
    """Another value of the same type, one bit or one character apart."""
    if value is None:
        return "somebody"
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, str):
        return chr(ord(value[0]) ^ 1) + value[1:]
    return value + timedelta(microseconds=1)


@pytest.mark.parametrize(
    "field",
    ["kind", "at", "actor", "subject", "payload", "payload_hash", "prev_hash", "entry_hash", "sealed_at"],
)
@pytest.mark.parametrize("seq", [1, 4, 6])
def test_a_flipped_bit_in_any_field_is_named(ledger: Ledger, field: str, seq: int) -> None:
    ledger.filled(6)
    ledger.change(seq, **{field: flipped(getattr(ledger.entry(seq), field))})
    found = ledger.verify()
    assert first(found) == (seq, Problem.PAYLOAD if field == "payload" else Problem.CHANGED)
    assert f"BROKEN at entry {seq}" in found.describe()


def test_entries_that_were_removed_are_named(ledger: Ledger) -> None:
    ledger.filled(9).remove(4, 5)
    found = ledger.verify()
    assert first(found) == (4, Problem.MISSING)
    assert [each.detail for each in found.faults] == ["entries 4 to 5 are missing"]


def test_a_beginning_that_was_removed_is_named(ledger: Ledger) -> None:
    ledger.filled(5).remove(1)
    assert first(ledger.verify()) == (1, Problem.MISSING)


def test_an_end_that_was_cut_off_is_named(ledger: Ledger) -> None:
    ledger.filled(9).remove(8, 9)
    found = ledger.verify()
    assert first(found) == (8, Problem.MISSING)
    assert found.faults[0].detail == "entries 8 to 9 are missing"


def test_a_chain_that_was_emptied_is_named(ledger: Ledger) -> None:
    ledger.filled(3).remove(1, 2, 3)
    assert first(ledger.verify()) == (1, Problem.MISSING)


def test_entries_that_changed_places_are_named_with_their_places(ledger: Ledger) -> None:
    ledger.filled(6)
    ledger.change(2, seq=100)
    ledger.change(5, seq=2)
    ledger.change(100, seq=5)
    found = ledger.verify()
    assert [(each.seq, each.problem, each.detail) for each in found.faults] == [
        (2, Problem.MOVED, "it was sealed as entry 5"),
        (5, Problem.MOVED, "it was sealed as entry 2"),
    ]


def test_an_entry_that_was_made_anew_with_its_hash_is_named(ledger: Ledger) -> None:
    ledger.filled(6)
    old = ledger.entry(3)
    new = SimpleNamespace(**{**old._mapping, "actor": "somebody else"})
    hashed = entry_hash(new, seq=3, prev_hash=old.prev_hash, sealed_at=old.sealed_at)
    ledger.change(3, actor="somebody else", entry_hash=hashed)
    found = ledger.verify()
    assert first(found) == (4, Problem.UNLINKED)
    assert "it does not follow entry 3" in found.describe()


def test_a_last_entry_that_was_made_anew_is_told_by_the_head_row(ledger: Ledger) -> None:
    ledger.filled(3)
    old = ledger.entry(3)
    hashed = entry_hash(
        SimpleNamespace(**{**old._mapping, "kind": "owner"}),
        seq=3,
        prev_hash=old.prev_hash,
        sealed_at=old.sealed_at,
    )
    ledger.change(3, kind="owner", entry_hash=hashed)
    assert first(ledger.verify()) == (3, Problem.HEAD)


def test_a_payload_that_was_replaced_with_its_hash_is_named(ledger: Ledger) -> None:
    ledger.filled(3)
    payload = zlib.compress(b"{}")
    ledger.change(2, payload=payload, payload_hash=hashlib.sha256(payload).hexdigest())
    assert first(ledger.verify()) == (2, Problem.CHANGED)


def test_a_head_row_that_is_gone_is_named(ledger: Ledger) -> None:
    ledger.filled(3).set_head()
    assert first(ledger.verify()) == (None, Problem.HEAD)


def test_a_head_row_that_was_set_back_is_named(ledger: Ledger) -> None:
    ledger.filled(5).set_head(seq=3, entry_hash=ledger.entry(3).entry_hash)
    assert first(ledger.verify()) == (4, Problem.HEAD)


@pytest.mark.parametrize("damage", ["cut", "head", "changed"])
def test_nothing_is_sealed_on_top_of_an_end_that_is_not_the_one_it_was(ledger: Ledger, damage: str) -> None:
    ledger.filled(3)
    if damage == "cut":
        ledger.remove(3)
    elif damage == "head":
        ledger.set_head()
    else:
        ledger.change(3, entry_hash="0" * 64)
    ledger.append()
    with pytest.raises(ChainBroken, match="airflow lineage audit reseal"):
        ledger.seal()
    assert ledger.verify().unsealed == 1


def test_numbers_that_are_no_places_of_the_chain_are_named(ledger: Ledger) -> None:
    ledger.filled(4).change(3, seq=-7)
    found = ledger.verify()
    assert first(found) == (-7, Problem.MOVED)
    assert [each.detail for each in found.faults[1:]] == ["entry 3 is missing"]


def test_a_number_beyond_the_end_leaves_a_gap_of_any_size(ledger: Ledger) -> None:
    ledger.filled(4).change(2, seq=2**63 - 1)
    found = ledger.verify()
    assert first(found) == (2, Problem.MISSING)
    assert "entries 5 to 9223372036854775806 are missing" in found.describe()


def written(ledger: Ledger, change: str) -> bool:
    """Write what a column is not meant for, and whether the database took it; SQLite takes anything."""
    before = [ledger.entry(seq) for seq in ledger.places()]
    try:
        with ledger.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE lineage_audit SET {change}")
    except DBAPIError:
        assert ledger.engine.dialect.name != "sqlite"
        assert [ledger.entry(seq) for seq in ledger.places()] == before
        return False
    return True


@pytest.mark.parametrize("field", ["at", "sealed_at", "actor"])
def test_what_sqlite_takes_and_nobody_can_read_is_named(ledger: Ledger, field: str) -> None:
    ledger.filled(4)
    value = "x'ff'" if field == "actor" else "'no time'"
    if written(ledger, f"{field} = CAST({value} AS TEXT) WHERE seq = 3"):
        assert first(ledger.verify()) == (3, Problem.CHANGED)


@pytest.mark.parametrize("place", ["'2x'", "x'02'"])
def test_a_place_that_is_no_number_is_named(ledger: Ledger, place: str) -> None:
    ledger.filled(4)
    if written(ledger, f"seq = {place} WHERE seq = 4"):
        found = ledger.verify()
        assert first(found) == (4, Problem.CHANGED)
        assert "is no number" in found.describe()


def test_an_acceptance_that_cannot_be_read_accepts_nothing(ledger: Ledger) -> None:
    ledger.filled(4).change(2, kind="owner")
    ledger.reseal()
    assert ledger.verify().is_intact
    if written(ledger, "at = 'no time' WHERE kind = 'seal'"):
        assert first(ledger.verify()) == (2, Problem.CHANGED)


def test_the_last_entries_alone_can_be_verified(ledger: Ledger) -> None:
    ledger.filled(20).change(3, kind="owner")
    found = ledger.verify(after=10)
    assert found.is_intact
    assert (found.entries, found.size, found.is_complete, found.root) == (10, 20, False, None)
    ledger.change(15, kind="owner")
    assert first(ledger.verify(after=10)) == (15, Problem.CHANGED)


def test_it_stops_when_the_time_is_over(ledger: Ledger) -> None:
    found = ledger.filled(5).verify(seconds=0.0)
    assert not found.is_complete
    assert found.is_intact
    assert "only a part of the chain" in found.describe()


FIELDS = [
    column.name
    for column in core_table(AuditEntry).columns
    # What tells rows apart means nothing: order and content are in the other fields.
    if column.name != "id"
]


@pytest.mark.parametrize("count", [8])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_field_is_detected_at_the_right_place(
    ledger: Ledger, count: int, data: st.DataObject
) -> None:
    from tests.databases import empty

    empty(ledger.engine)
    ledger.filled(count)
    seq = data.draw(st.integers(1, count), label="seq")
    field = data.draw(st.sampled_from(FIELDS), label="field")
    old = getattr(ledger.entry(seq), field)
    new = data.draw(_values(field).filter(lambda value: value != old), label="value")
    if field == "seq" and new is not None and 1 <= new <= count:
        return  # taken: the database itself refuses
    ledger.change(seq, **{field: new})
    found = ledger.verify()
    assert found.first is not None
    assert found.first.seq == (min(seq, new) if field == "seq" and new is not None else seq)


def _values(field: str) -> st.SearchStrategy[Any]:
    text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
    if field == "seq":
        return st.none() | st.integers(-(2**63) + 1, 2**63 - 1)
    if field in ("at", "sealed_at"):
        times = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(lambda shift: START + shift)
        return times | st.none() if field == "sealed_at" else times
    if field == "payload":
        return st.none() | st.binary(max_size=50)
    if field in ("actor", "subject"):
        return st.none() | text
    if field == "kind":
        return text
    hashes = st.text("0123456789abcdefABCDEF ", min_size=0, max_size=64)
    return hashes | st.none() if field in ("prev_hash", "entry_hash") else hashes

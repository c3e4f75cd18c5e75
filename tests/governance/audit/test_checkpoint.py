from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from airflow_lineage_provider.governance.audit.chain import GENESIS, entry_hash
from airflow_lineage_provider.governance.audit.checkpoint import (
    Checkpoints,
    InvalidCheckpoints,
    append_checkpoint,
    read_checkpoints,
)
from airflow_lineage_provider.governance.audit.fault import Problem
from tests.governance.audit.conftest import START, Ledger


def test_an_empty_chain_has_none(ledger: Ledger) -> None:
    with ledger.sessions.reading() as session:
        assert Checkpoints().take(START, session=session) is None


def test_one_that_grew_with_the_chain_is_that_of_the_whole_chain(ledger: Ledger) -> None:
    growing = Checkpoints()
    for count in (3, 0, 5, 1):
        ledger.filled(count)
        with ledger.sessions.reading() as session:
            taken = growing.take(START, session=session)
        assert taken == ledger.checkpoint()
    assert taken is not None
    found = ledger.verify()
    assert (taken.size, taken.root, taken.head) == (9, found.root, found.head)


def test_a_chain_that_became_shorter_is_read_anew(ledger: Ledger) -> None:
    growing = Checkpoints()
    ledger.filled(5)
    with ledger.sessions.reading() as session:
        growing.take(START, session=session)
    ledger.remove(4, 5)
    with ledger.sessions.reading() as session:
        assert growing.take(START, session=session) == ledger.checkpoint()


def test_a_file_holds_each_once(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "checkpoints.jsonl"
    first = ledger.filled(3).checkpoint()
    assert append_checkpoint(first, path)
    assert not append_checkpoint(first, path)
    second = ledger.filled(2).checkpoint()
    assert append_checkpoint(second, path)
    assert read_checkpoints(path) == [first, second]


def test_a_line_that_a_crash_cut_is_named_and_does_not_swallow_the_next(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "checkpoints.jsonl"
    checkpoint = ledger.filled(3).checkpoint()
    path.write_bytes(checkpoint.to_line()[:-20])
    append_checkpoint(checkpoint, path)
    with pytest.raises(InvalidCheckpoints, match=r"Line 1 of .* is no checkpoint"):
        read_checkpoints(path)
    path.write_bytes(path.read_bytes().splitlines()[1])
    assert read_checkpoints(path) == [checkpoint]


@pytest.mark.parametrize("line", ["[]", "1", "{}", "{", "[" * 100_000, '{"size": true}'])
def test_nonsense_in_a_file_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "checkpoints.jsonl"
    path.write_text(line)
    with pytest.raises(InvalidCheckpoints, match="Line 1"):
        read_checkpoints(path)


def test_a_chain_that_was_made_anew_as_a_whole_does_not_fit(ledger: Ledger) -> None:
    early = ledger.filled(4).checkpoint()
    late = ledger.filled(4).checkpoint()
    ledger.change(6, actor="nobody")
    _make_anew(ledger, from_seq=6)
    assert ledger.verify().is_intact
    found = ledger.verify([late, early])
    assert [(each.seq, each.problem) for each in found.faults] == [(5, Problem.CHECKPOINT)]
    assert "knows other entries from 5 to 8" in found.describe()


def test_a_chain_with_another_beginning_is_told_apart(ledger: Ledger) -> None:
    checkpoint = ledger.filled(4).checkpoint()
    ledger.change(1, actor="nobody")
    _make_anew(ledger, from_seq=1)
    found = ledger.verify([checkpoint])
    assert found.first is not None
    assert found.first.seq == 1
    assert "made anew from its first entry, or the checkpoint is another installation's" in found.describe()


def test_a_checkpoint_holds_without_the_payloads(ledger: Ledger) -> None:
    checkpoint = ledger.filled(4).checkpoint()
    ledger.change(2, payload=None)
    assert [each.problem for each in ledger.verify([checkpoint]).faults] == [Problem.EMPTIED]


def test_the_hash_of_an_entry_is_what_the_docs_say(ledger: Ledger) -> None:
    entry = ledger.filled(1).entry(1)
    fields = [
        "lineage",
        "1",
        entry.kind,
        entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
        entry.actor,
        entry.subject,
        hashlib.sha256(entry.payload).hexdigest(),
        GENESIS,
        entry.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
    ]
    data = b"\x00"
    for field in fields:
        data += b"\x01" + len(field.encode()).to_bytes(8, "big") + field.encode()
    assert entry.entry_hash == hashlib.sha256(data).hexdigest()


def _make_anew(ledger: Ledger, from_seq: int) -> None:
    """What somebody who has the database, and knows how the chain is made, can do."""
    before = ledger.entry(from_seq - 1).entry_hash if from_seq > 1 else GENESIS
    for seq in range(from_seq, ledger.places()[-1] + 1):
        entry = ledger.entry(seq)
        hashed = entry_hash(entry, seq=seq, prev_hash=before, sealed_at=entry.sealed_at)
        ledger.change(seq, prev_hash=before, entry_hash=hashed)
        before = hashed
    ledger.set_head(entry_hash=before)

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.checkpoint import Checkpoints
from airflow_lineage_provider.governance.audit.sealer import seal
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.audit_entries import every_entry
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from docs.scripts.verify_audit_export import verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def exported(committed: Any) -> tuple[list[str], list[str]]:
    """Lines of an export, and of checkpoints taken meanwhile."""
    transactions = OwnTransactions(lambda: Session(committed))
    checkpoints = []
    for number in range(7):
        with transactions.writing() as session:
            actor = None if number % 2 else "ä"
            append("owner", {"number": number}, actor=actor, subject="", now=NOW, session=session)
        seal(transactions)
        with transactions.reading() as session:
            taken = Checkpoints().take(NOW, session=session)
        assert taken is not None
        checkpoints.append(taken.to_line().decode())
    with transactions.writing() as session:
        append("owner", {}, actor="waits", subject=None, now=NOW, session=session)
    with transactions.reading() as session:
        lines = [json.dumps(entry.to_wire()) for entry in every_entry(since=None, session=session)]
    return lines, checkpoints


def test_the_script_of_the_page_verifies_an_export(exported: tuple[list[str], list[str]]) -> None:
    lines, checkpoints = exported
    assert len(lines) == 8
    assert verify(lines, checkpoints) == "intact: 7 entries"


def test_the_script_of_the_page_names_what_is_wrong(exported: tuple[list[str], list[str]]) -> None:
    lines, checkpoints = exported
    assert verify(lines[:2] + lines[3:]) == "entry 3 is missing"
    changed = json.dumps({**json.loads(lines[3]), "actor": "nobody"})
    assert verify([*lines[:3], changed, *lines[4:]]) == "entry 4 changed"
    emptied = json.dumps({**json.loads(lines[3]), "payload_zlib": "AAAA"})
    assert verify([*lines[:3], emptied, *lines[4:]]) == "the payload of entry 4 changed"
    assert verify(lines[:5], checkpoints) == "the checkpoint of entry 6 knows another chain"

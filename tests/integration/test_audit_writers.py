"""Processes write and seal the audit of one PostgreSQL at the same time."""

from __future__ import annotations

import json
import multiprocessing
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.store.audit import AUDIT
from tests.databases import empty
from tests.integration.audit_writer import write

PROCESSES = 8
TRANSACTIONS = 20
ENTRIES = 5


@pytest.fixture
def engine(postgres_engine: Engine) -> Iterator[Engine]:
    empty(postgres_engine)
    yield postgres_engine
    empty(postgres_engine)


def test_eight_processes_make_one_chain_with_every_entry_once(engine: Engine) -> None:
    context = multiprocessing.get_context("forkserver")
    # Imported once, and not by each of them.
    context.set_forkserver_preload(["tests.integration.audit_writer"])
    url = engine.url.render_as_string(hide_password=False)
    writers = [
        context.Process(target=write, args=(url, number, TRANSACTIONS, ENTRIES))
        for number in range(PROCESSES)
    ]
    for writer in writers:
        writer.start()
    try:
        for writer in writers:
            writer.join(timeout=60)
        assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    finally:
        for writer in writers:
            writer.kill()
    kept = TRANSACTIONS - TRANSACTIONS // 10
    with Session(engine) as session:
        found = Verifier(session).verify()
        rows: list[Any] = list(session.execute(select(AUDIT).order_by(AUDIT.c.seq)))
    assert found.is_intact
    assert (found.size, found.unsealed) == (PROCESSES * kept * ENTRIES, 0)
    assert [row.seq for row in rows] == list(range(1, found.size + 1))
    said = [json.loads(zlib.decompress(row.payload)) for row in rows]
    assert len({tuple(sorted(each.items())) for each in said}) == len(said)
    assert set(Counter(each["process"] for each in said).values()) == {kept * ENTRIES}
    # Entries of one transaction were written in this order, and stay in it.
    for number in range(PROCESSES):
        own = [(each["transaction"], each["entry"]) for each in said if each["process"] == number]
        assert own == sorted(own)
    sealers = {row.sealed_at for row in rows}
    assert len(sealers) > PROCESSES

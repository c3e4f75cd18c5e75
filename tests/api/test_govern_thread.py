from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.api import govern_round
from airflow_lineage_provider.api.govern_round import ROUND, Desk, Step
from airflow_lineage_provider.api.govern_thread import GovernThread
from airflow_lineage_provider.governance.audit.checkpoint import read_checkpoints
from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.lease import Lease
from airflow_lineage_provider.store.untold_findings import FINDING

INTERVAL = "AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL"


@pytest.fixture
def desk(committed: Any) -> Desk:
    return Desk(lambda: Session(committed))


def until(is_done: Callable[[], bool], *threads: GovernThread) -> None:
    end = time.monotonic() + 60
    while not is_done() and time.monotonic() < end:
        time.sleep(0.02)
    for thread in threads:
        thread.stop()
        assert not thread.is_alive
    assert is_done()


def test_it_never_starts_where_the_interval_is_0(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "0")
    thread = GovernThread(desk, looks_every=0.01)
    thread.start()
    assert not thread.is_alive
    thread.stop()


def test_a_round_seals_takes_a_checkpoint_and_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(INTERVAL, "3600")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__AUDIT_CHECKPOINTS", str(tmp_path / "checkpoints"))
    notifier = {
        "class": "tests.governance.notices.notifiers.FileNotifier",
        "kwargs": {"path": str(tmp_path / "told")},
    }
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__NOTIFIERS", json.dumps([notifier]))
    now = datetime.now(UTC)
    with desk.transactions.writing() as session:
        append("key", {"name": "x"}, actor="me", subject="x", now=now, session=session)
        session.execute(
            FINDING.insert().values(
                key="0" * 64,
                # Only a run of a DAG asks for this one, so that judging everything leaves it as it is.
                rule="upstream-running",
                level="block",
                result="fail",
                namespace="n",
                name="d",
                message="m",
                fix="f",
                evidence="{}",
                opened_at=now,
                last_seen_at=now,
                is_baselined=False,
            )
        )
    thread = GovernThread(desk, looks_every=0.01)
    thread.start()
    until(lambda: thread.rounds == 1, thread)
    assert thread.last_error is None
    (checkpoint,) = read_checkpoints(tmp_path / "checkpoints")
    with desk.transactions.reading() as session:
        found = Verifier(session, checkpoints=[checkpoint]).verify()
    assert found.is_intact
    assert found.entries >= 1
    assert len((tmp_path / "told").read_text().splitlines()) == 1


def test_one_server_does_a_round_in_each_interval(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "3600")
    done: list[int] = []
    steps = [Step("Counting", lambda _: done.append(1))]
    threads = [GovernThread(desk, steps, looks_every=0.01) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    until(lambda: sum(thread.rounds for thread in threads) == 1, *threads)
    assert done == [1]


def test_no_round_begins_while_another_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "1")
    running: list[int] = []
    most: list[int] = []

    def work(_: Desk) -> None:
        running.append(1)
        most.append(len(running))
        time.sleep(1.5)
        running.pop()

    threads = [GovernThread(desk, [Step("Working", work)], looks_every=0.01) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: sum(thread.rounds for thread in threads) >= 2, *threads)
    assert set(most) == {1}


def test_a_step_that_fails_stops_no_other_and_is_said_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(INTERVAL, "1")
    caplog.set_level(logging.INFO, "airflow_lineage_provider")
    tries: list[int] = []

    def fail(_: Desk) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("no disk\nat all")

    done: list[str | None] = []
    steps = [Step("Failing", fail), Step("Going on", lambda _: done.append(thread.last_error))]
    thread = GovernThread(desk, steps, looks_every=0.01)
    thread.start()
    until(lambda: len(done) == 3, thread)
    assert done == ["Failing: RuntimeError: no disk", "Failing: RuntimeError: no disk", None]
    ours = [record for record in caplog.records if record.name.endswith("govern_thread")]
    assert [(record.levelname, record.getMessage()) for record in ours] == [
        ("WARNING", "Failing failed: RuntimeError: no disk; trying again"),
        ("INFO", "Failing works again"),
    ]


def test_a_round_that_breaks_off_leaves_the_next_one_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INTERVAL, "1")
    renew = Lease.renew
    tries: list[int] = []
    done: list[int] = []

    def broken(self: Lease, *args: Any, **fields: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("UPDATE", {}, Exception("server closed the connection"))
        renew(self, *args, **fields)

    monkeypatch.setattr(Lease, "renew", broken)
    thread = GovernThread(desk, [Step("Counting", lambda _: done.append(1))], looks_every=0.01)
    thread.start()
    until(lambda: bool(done), thread)
    assert thread.rounds >= 1


def test_a_server_that_stops_waits_for_no_sweep_to_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "3600")
    swept: list[bool] = []

    def long(*, is_stopped: Callable[[], bool], **fields: Any) -> None:
        swept.append(False)
        end = time.monotonic() + 30
        while not is_stopped() and time.monotonic() < end:
            time.sleep(0.01)
        swept.append(is_stopped())

    monkeypatch.setattr(govern_round, "sweep", long)
    thread = GovernThread(desk, looks_every=0.01)
    thread.start()
    until(lambda: bool(swept), thread)
    assert swept == [False, True]


def test_the_names_of_steps_differ() -> None:
    assert len({step.name for step in ROUND}) == len(ROUND)

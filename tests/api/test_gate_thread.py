from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.api import gate_thread
from airflow_lineage_provider.api.gate_thread import GateThread
from airflow_lineage_provider.api.long_lived import LongLived
from airflow_lineage_provider.governance.gates import keeper as keeping
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from tests.governance.gates.kept_town import KeptTown, clear

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
GATE = "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_thread, "LOOKS_EVERY", 0.02)
    # What it does to the collector of a whole process is tested by itself.
    monkeypatch.setattr(LongLived, "settle", lambda self: None)


@pytest.fixture
def town(committed: Any) -> Iterator[KeptTown]:
    clear(committed)
    found = KeptTown(committed)
    with found.world() as world:
        world.dag("shop", "report")
        world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
    yield found
    clear(committed)


@pytest.fixture
def thread_of(town: KeptTown) -> Iterator[Callable[[], GateThread]]:
    made: list[GateThread] = []

    def make() -> GateThread:
        made.append(GateThread(OwnTransactions(lambda: Session(town.engine)), step_every=0.02))
        return made[-1]

    yield make
    for thread in made:
        thread.stop(timeout=60)


def until(is_done: Callable[[], bool], *threads: GateThread) -> None:
    end = time.monotonic() + 60
    while not is_done() and time.monotonic() < end:
        time.sleep(0.02)
    for thread in threads:
        thread.stop()
        assert not thread.is_alive
    assert is_done()


def test_it_never_starts_where_no_gate_is_on(
    town: KeptTown, thread_of: Callable[[], GateThread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GATE, "off")
    thread = thread_of()
    thread.start()
    assert not thread.is_alive
    thread.stop()
    assert thread.state["alive"] is False


def test_it_never_starts_on_a_server_that_does_not_govern(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GateThread().is_wanted()
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL", "0")
    assert not GateThread().is_wanted()


@pytest.mark.parametrize(
    ("option", "value"), [("PARSE_GATE", "warn"), ("GATE_SNAPSHOT", "/nonexistent/gates.json")]
)
def test_it_starts_for_whoever_reads_the_answers(
    monkeypatch: pytest.MonkeyPatch, option: str, value: str
) -> None:
    monkeypatch.setenv(GATE, "off")
    assert not GateThread().is_wanted()
    monkeypatch.setenv(f"AIRFLOW__LINEAGE_PROVIDER__{option}", value)
    assert GateThread().is_wanted()


def test_it_keeps_the_answers_and_tells_how_it_does(
    town: KeptTown, thread_of: Callable[[], GateThread]
) -> None:
    thread = thread_of()
    thread.start()
    until(lambda: town.gate("shop") is not None and thread.state["last_step"] is not None)
    state = thread.state
    assert (state["alive"], state["is_keeper"], state["waiting"], state["failed"]) == (True, True, 0, 0)
    assert state["dags"] == 1
    thread.stop()
    assert thread.last_error is None
    assert thread.state["is_keeper"] is False


def test_one_server_at_a_time_and_the_next_one_at_once(
    town: KeptTown, thread_of: Callable[[], GateThread]
) -> None:
    first, second = thread_of(), thread_of()
    first.start()
    until(lambda: town.gate("shop") is not None)
    second.start()
    time.sleep(0.3)
    assert (first.state["is_keeper"], second.state["is_keeper"]) == (True, False)
    first.stop()
    until(lambda: second.state["is_keeper"] is True and second.state["dags"] == 1)


def test_a_holder_that_was_taken_for_dead_writes_no_more(
    town: KeptTown, thread_of: Callable[[], GateThread], monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = thread_of()
    thread.start()
    until(lambda: thread.state["dags"] == 1)
    monkeypatch.setattr(gate_thread, "CONFIRM_EVERY", 0.0)
    with town.session() as session:
        from airflow_lineage_provider.store.watermarks import WATERMARK

        taken = WATERMARK.update().where(WATERMARK.c.name == gate_thread.LEASE.name)
        session.execute(taken.values(value=WATERMARK.c.value + 1))
    until(lambda: thread.state["is_keeper"] is False, thread)


class BreaksAtFirst(OwnTransactions):
    """Whose first transaction cannot be committed."""

    def __init__(self, factory: Callable[[], Session]) -> None:
        super().__init__(factory)
        self.tries = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            self.tries += 1
            if self.tries == 1:
                raise OperationalError("COMMIT", {}, Exception("server closed the connection"))


def test_a_lease_that_could_not_be_taken_is_taken_later(
    town: KeptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_thread, "LONGEST_PAUSE", 0.05)
    transactions = BreaksAtFirst(lambda: Session(town.engine))
    thread = GateThread(transactions, step_every=0.02)
    thread.start()
    until(lambda: town.gate("shop") is not None, thread)
    assert transactions.tries > 1
    with town.session() as session:
        assert gate_thread.LEASE.take(now=datetime.now(UTC), session=session) is not None, "given back"


def test_what_fails_is_said_once_and_works_again(
    town: KeptTown,
    thread_of: Callable[[], GateThread],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    step, tries = keeping.Keeper.step, []

    def broken(self: Any) -> Any:
        tries.append(1)
        if len(tries) <= 3:
            raise RuntimeError("out of order")
        return step(self)

    monkeypatch.setattr(keeping.Keeper, "step", broken)
    monkeypatch.setattr(gate_thread, "LONGEST_PAUSE", 0.05)
    thread = thread_of()
    with caplog.at_level(logging.INFO):
        thread.start()
        until(lambda: town.gate("shop") is not None, thread)
    said = [record.message for record in caplog.records if record.name == gate_thread.__name__]
    assert said == [
        "Keeping gate states failed: RuntimeError: out of order; trying again",
        "Keeping gate states works again",
    ]
    assert thread.last_error is None


def test_a_busy_database_is_nothing_to_act_on(
    town: KeptTown,
    thread_of: Callable[[], GateThread],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def busy(self: Any) -> Any:
        raise OperationalError("select", {}, Exception("database is locked"))

    monkeypatch.setattr(keeping.Keeper, "step", busy)
    thread = thread_of()
    with caplog.at_level(logging.INFO):
        thread.start()
        until(lambda: thread.last_error is not None, thread)
    assert "database is locked" in str(thread.last_error)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_file_is_written_where_one_is_asked_for(
    town: KeptTown, thread_of: Callable[[], GateThread], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "gates.json"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT", str(path))
    monkeypatch.setattr(gate_thread, "SNAPSHOT_EVERY", 0.0)
    thread = thread_of()
    thread.start()
    until(lambda: path.exists() and "shop" in json.loads(path.read_text())["dags"], thread)


def test_a_file_that_cannot_be_written_keeps_nothing_else_from_working(
    town: KeptTown, thread_of: Callable[[], GateThread], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT", str(tmp_path / "file" / "gates.json"))
    thread = thread_of()
    thread.start()
    until(lambda: thread.state["dags"] == 1 and thread.last_error is not None, thread)
    assert str(thread.last_error).startswith("Writing the gate snapshot")


def test_a_slow_judge_lets_the_server_stop(
    town: KeptTown, thread_of: Callable[[], GateThread], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = keeping.answer_of

    def slow(*args: Any, **fields: Any) -> Any:
        time.sleep(1.0)
        return judged(*args, **fields)

    monkeypatch.setattr(keeping, "answer_of", slow)
    with town.world() as world:
        for number in range(20):
            world.dag(f"dag_{number}", "a")
    thread = thread_of()
    thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    thread.stop(timeout=30)
    assert not thread.is_alive
    assert time.monotonic() - began < 15, "after the DAG it was at, and not after all of them"

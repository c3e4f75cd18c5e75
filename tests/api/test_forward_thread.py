from __future__ import annotations

import json
import logging
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.api import forward_target
from airflow_lineage_provider.api.forward_thread import FORWARDING, ForwardThread
from airflow_lineage_provider.api.forwarder import Forwarder
from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.outgoing import queue
from airflow_lineage_provider.store.outgoing.queue import OUTGOING, make_due
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from tests.live.backend import Backend, backend
from tests.mailbox.office import Office
from tests.openlineage_spec import assert_valid
from tests.store.stories import core, entry


@pytest.fixture
def marquez() -> Iterator[Backend]:
    with backend() as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that a test can wait for."""
    monkeypatch.setattr(queue, "LONGEST_PAUSE", 0.2)
    monkeypatch.setattr(forward_target, "FIRST_REST", 0.05)
    monkeypatch.setattr(forward_target, "LONGEST_REST", 0.2)
    monkeypatch.setattr(forward_target, "SETUP_REST", 0.2)
    monkeypatch.setattr("airflow_lineage_provider.api.forward_thread.INTERVAL", 0.05)


@pytest.fixture
def send_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], None]:
    def use(transport: dict[str, Any]) -> None:
        monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRANSPORT", json.dumps(transport))

    return use


def sessions(engine: Engine) -> OwnTransactions:
    return OwnTransactions(lambda: Session(engine, expire_on_commit=False))


def forwarder(engine: Engine) -> Forwarder:
    return Forwarder(sessions(engine))


def record(office: Office, *tasks: str, outcome: Outcome = Outcome.SUCCESS) -> None:
    """Attempts that are over, drained into the store."""
    for task in tasks:
        ti_id = office.attempt(task, state=outcome.value)
        said = core(ti_id, outcome, inputs=[entry(f"in_{task}")], outputs=[entry(f"out_{task}")])
        office.post_record(said, task_id=task)
    office.drainer.drain()


def waiting(engine: Engine) -> list[Any]:
    with Session(engine) as session:
        return list(session.execute(select(OUTGOING).order_by(OUTGOING.c.id)))


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def both(*tasks: str) -> list[tuple[str, str]]:
    return [(f"shop.{task}", kind) for task in tasks for kind in ("START", "COMPLETE")]


def test_what_is_drained_arrives_in_order_and_leaves_the_queue(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    record(Office(committed), "a", "b")
    assert forwarder(committed).forward().sent == 4
    assert marquez.told() == both("a", "b")
    assert waiting(committed) == []
    for event in marquez.events:
        # The client adds a tag with its version.
        assert_valid(event)


def test_without_a_transport_nothing_is_done(committed: Engine, send_to: Any) -> None:
    thread = ForwardThread(lambda is_stopping: Forwarder(sessions(committed), is_stopping))
    thread.start()
    until(lambda: not thread.is_alive)
    assert thread.last_error is None


def test_a_backend_that_is_down_loses_nothing_and_the_events_follow_when_it_is_back(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    marquez.stop()
    thread = ForwardThread(lambda is_stopping: Forwarder(sessions(committed), is_stopping))
    thread.start()
    try:
        record(Office(committed), "a", "b", "c")
        until(lambda: thread.last_error)
        assert "ConnectionError" in str(thread.last_error)
        assert len(waiting(committed)) == 6
        marquez.start()
        until(lambda: not waiting(committed))
    finally:
        thread.stop()
    assert not thread.is_alive
    assert Counter(marquez.told()) == Counter(both("a", "b", "c"))
    for task in "abc":
        assert [kind for job, kind in marquez.told() if job == f"shop.{task}"] == ["START", "COMPLETE"]
    assert thread.last_error is None


@pytest.mark.parametrize("trouble", ["hangs", "answers 500", "refuses the token"])
def test_a_backend_in_trouble_is_tried_with_two_events_at_a_time(
    trouble: str, committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    if trouble == "hangs":
        marquez.delay = 1.5
        marquez.answer = lambda event: 500
    else:
        marquez.answer = lambda event: 500 if trouble == "answers 500" else 401
    record(Office(committed), "a", "b", "c")
    sender = forwarder(committed)
    result = sender.forward()
    # Another run is asked with before the target is taken for down.
    assert (result.sent, result.failed, marquez.requests) == (0, 2, 2)
    assert sender.forward().failed == 0
    time.sleep(0.1)
    sender.forward()
    assert marquez.requests in (3, 4)
    assert len(waiting(committed)) == 6
    marquez.delay, marquez.answer = 0.0, lambda event: 201
    until(lambda: sender.forward() and not waiting(committed))
    assert Counter(marquez.told()) == Counter(both("a", "b", "c"))


def test_an_event_that_is_refused_holds_back_its_own_run_only(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    marquez.answer = lambda event: 422 if event["job"]["name"] == "shop.a" else 201
    record(Office(committed), "a", "b")
    result = forwarder(committed).forward()
    assert (result.sent, result.failed) == (2, 1)
    assert marquez.told() == both("b")
    start, complete = waiting(committed)
    assert start.tries == 1
    assert "422" in start.last_error
    assert (complete.tries, complete.next_try_at) == (0, start.next_try_at)
    marquez.answer = lambda event: 201
    sender = forwarder(committed)
    until(lambda: sender.forward() and not waiting(committed))
    assert marquez.told() == [*both("b"), *both("a")]


@pytest.mark.parametrize("trouble", ["answers 500", "cannot be built", "cannot be read"])
def test_events_that_nobody_can_take_do_not_keep_the_others(
    trouble: str, committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    bad, good = ("a", "b", "c"), ("d", "e")
    record(Office(committed), *bad, *good)
    poisoned = {f"shop.{task}" for task in bad}
    if trouble == "answers 500":
        marquez.answer = lambda event: 500 if event["job"]["name"] in poisoned else 201
    else:
        with Session(committed) as session, session.begin():
            ids = [row.id for row in session.execute(select(OUTGOING).order_by(OUTGOING.c.id).limit(6))]
            body = zlib.compress(b'{"run": 1}') if trouble == "cannot be built" else b"?"
            session.execute(OUTGOING.update().where(OUTGOING.c.id.in_(ids)).values(body=body))
    sender = forwarder(committed)
    if trouble != "answers 500":
        assert sender.forward().sent == 4
        assert sender.problems == {}
    until(lambda: sender.forward() and len(waiting(committed)) == 6)
    assert marquez.told() == both(*good)
    assert all(row.last_error for row in waiting(committed)[::2])


def test_an_event_that_is_not_taken_while_others_are_is_parked_and_comes_back(
    committed: Engine, marquez: Backend, send_to: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(queue, "PARK_TRIES", 3)
    monkeypatch.setattr(queue, "_OUTAGE_TRIES", 2)
    send_to(marquez.transport)
    marquez.answer = lambda event: 500
    office, sender = Office(committed), forwarder(committed)
    record(office, "bad")
    for _ in range(8):
        sender.forward(at_once=True)
        time.sleep(0.05)
    now = datetime.now(UTC)
    assert [row for row in waiting(committed) if row.next_try_at > queue.parked_after(now)] == []
    marquez.answer = lambda event: 500 if event["job"]["name"] == "shop.bad" else 201
    number = 0

    def parked() -> bool:
        nonlocal number
        number += 1
        record(office, f"good{number}")
        sender.forward()
        time.sleep(0.05)
        return waiting(committed)[0].next_try_at > queue.parked_after(datetime.now(UTC))

    until(parked)
    assert "it is parked" in caplog.text
    sender.forward(at_once=True)
    marquez.answer = lambda event: 201
    until(lambda: sender.forward(at_once=True) and len(waiting(committed)) <= 2)
    with Session(committed) as session, session.begin():
        make_due(now=datetime.now(UTC), session=session)
    until(lambda: sender.forward() and not waiting(committed))
    assert marquez.told()[-2:] == both("bad")


def test_draining_takes_no_longer_while_the_backend_hangs(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to({**marquez.transport, "timeout": 60})
    may_answer = threading.Event()
    marquez.answer = lambda event: 201 if may_answer.wait(60) else 500
    office = Office(committed)
    thread = ForwardThread(lambda is_stopping: Forwarder(sessions(committed), is_stopping))
    thread.start()
    try:
        record(office, "a")
        until(lambda: marquez.requests)
        tasks = [f"t{number}" for number in range(5)]
        for task in tasks:
            office.post_record(core(office.attempt(task), inputs=[entry("raw")]), task_id=task)
        assert office.drainer.drain().ingested == 5
        assert marquez.told() == []
    finally:
        may_answer.set()
        thread.stop()


def test_servers_beside_each_other_send_each_event_once(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    tasks = [f"t{number}" for number in range(30)]
    record(Office(committed), *tasks)
    threads = [
        ForwardThread(lambda is_stopping: Forwarder(sessions(committed), is_stopping)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    try:
        until(lambda: not waiting(committed))
    finally:
        for thread in threads:
            thread.stop()
    assert Counter(marquez.told()) == Counter(both(*tasks))
    for task in tasks:
        assert [kind for job, kind in marquez.told() if job == f"shop.{task}"] == ["START", "COMPLETE"]


def test_parts_of_a_composite_do_not_wait_for_each_other(
    committed: Engine, marquez: Backend, send_to: Any, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    parts = {
        "marquez": marquez.transport,
        "file": {"type": "file", "log_file_path": str(file), "append": True},
    }
    send_to({"type": "composite", "transports": parts})
    marquez.stop()
    record(Office(committed), "a")
    sender = forwarder(committed)
    result = sender.forward()
    assert (result.sent, result.failed) == (2, 1)
    assert list(sender.problems) == ["marquez"]
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["eventType"] for event in written] == ["START", "COMPLETE"]
    for event in written:
        assert_valid(event)
    marquez.start()
    until(lambda: sender.forward() and not waiting(committed))
    assert marquez.told() == both("a")
    assert len(file.read_text().splitlines()) == 2


def test_what_was_queued_for_another_transport_goes_to_the_one_there_is_now(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to({"type": "composite", "transports": [{"type": "noop"}, {"type": "noop", "name": "x"}]})
    record(Office(committed), "a")
    assert len(waiting(committed)) == 4
    send_to(marquez.transport)
    forwarder(committed).forward()
    assert marquez.told() == both("a")


@pytest.mark.parametrize(
    ("transport", "words"),
    [
        ({"type": "http"}, "url"),
        ({"type": "no.such.module.Transport"}, "Failed to import"),
        ({"type": "composite", "transports": 7}, ""),
        ({"type": "http", "url": "http://x", "auth": {"type": "api_key"}}, "apiKey is required"),
    ],
)
def test_a_transport_that_the_client_refuses_is_one_log_line_and_nothing_is_lost(
    transport: dict[str, Any], words: str, committed: Engine, send_to: Any, caplog: pytest.LogCaptureFixture
) -> None:
    send_to(transport)
    record(Office(committed), "a")
    sender = forwarder(committed)
    with caplog.at_level(logging.WARNING, logger=forward_target.__name__):
        for _ in range(4):
            sender.forward(at_once=True)
    [line] = [each.getMessage() for each in caplog.records if each.name == forward_target.__name__]
    assert words in line
    assert sender.problems
    assert [row.tries for row in waiting(committed)] == [0, 0]


def test_a_client_that_was_switched_off_by_its_own_variable_swallows_nothing(
    committed: Engine, marquez: Backend, send_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_to(marquez.transport)
    record(Office(committed), "a")
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    sender = forwarder(committed)
    assert sender.forward().sent == 0
    assert "OPENLINEAGE_DISABLED" in str(sender.problems)
    monkeypatch.delenv("OPENLINEAGE_DISABLED")
    until(lambda: sender.forward() and not waiting(committed))
    assert marquez.told() == both("a")


def test_a_password_in_the_address_is_not_in_what_is_kept_of_an_error(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to({"type": "http", "url": f"http://user:hunter2@127.0.0.1:{marquez.port}?token=hunter2"})
    marquez.answer = lambda event: 500
    record(Office(committed), "a")
    sender = forwarder(committed)
    sender.forward()
    assert waiting(committed)[0].last_error
    assert "hunter2" not in str([row.last_error for row in waiting(committed)]) + str(sender.problems)


def test_a_thread_that_is_stopped_leaves_the_rest_due_for_others(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    record(Office(committed), "a", "b")
    stop = threading.Event()

    def answer(event: dict[str, Any]) -> int:
        stop.set()
        return 201

    marquez.answer = answer
    assert Forwarder(sessions(committed), stop.is_set).forward().sent == 1
    with Session(committed) as session:
        assert make_due(now=datetime.now(UTC), session=session) == 0
    assert forwarder(committed).forward().sent == 3


def test_a_database_that_is_gone_for_a_while_ends_no_thread(
    committed: Engine, marquez: Backend, send_to: Any
) -> None:
    send_to(marquez.transport)
    record(Office(committed), "a")
    broken = threading.Event()
    broken.set()

    def session() -> Session:
        if broken.is_set():
            raise ConnectionError("no database")
        return Session(committed, expire_on_commit=False)

    thread = ForwardThread(lambda is_stopping: Forwarder(OwnTransactions(session), is_stopping))
    thread.start()
    try:
        until(lambda: thread.last_error == f"{FORWARDING}: ConnectionError: no database")
        broken.clear()
        until(lambda: not waiting(committed))
        until(lambda: thread.last_error is None)
    finally:
        thread.stop()
    assert marquez.told() == both("a")
    assert thread.last_sent is not None

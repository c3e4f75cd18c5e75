from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.outgoing.queue import (
    OUTGOING,
    PARK_TRIES,
    Claimed,
    claim,
    done,
    failed,
    make_due,
    pause_after,
    put_events,
    put_off,
    readdress,
)
from airflow_lineage_provider.store.outgoing.status import read_status
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from tests.airflow_rows import NOW

LEASE = timedelta(seconds=120)


def event_of(number: int) -> dict[str, Any]:
    return {"eventType": "COMPLETE", "number": number}


def put(session: Session, *numbers: int, run: str = "r", targets: tuple[str, ...] = ("t",)) -> None:
    put_events([(run, event_of(number)) for number in numbers], targets, now=NOW, session=session)


def take(session: Session, *, after: float = 0, target: str = "t", limit: int = 10) -> list[int]:
    now = NOW + timedelta(seconds=after)
    return [
        each.event["number"] for each in claim(target, limit=limit, lease=LEASE, now=now, session=session)
    ]


def test_equal_events_are_queued_once(db: Any) -> None:
    put(db, 1, 2)
    put(db, 1, 2)
    assert db.scalar(select(func.count()).select_from(OUTGOING)) == 2


def test_equal_events_of_two_runs_are_two(db: Any) -> None:
    put(db, 1, run="r1")
    put(db, 1, run="r2")
    assert take(db) == [1, 1]


def test_a_claimed_event_is_given_to_nobody_until_the_lease_ends(db: Any) -> None:
    put(db, 1)
    assert take(db) == [1]
    assert take(db, after=119) == []
    assert take(db, after=121) == [1]


def test_an_event_that_was_taken_is_gone(db: Any) -> None:
    put(db, 1)
    [claimed] = claim("t", limit=1, lease=LEASE, now=NOW, session=db)
    done([claimed], now=NOW, session=db)
    assert take(db, after=1000) == []


def test_events_of_a_run_come_in_order_and_wait_for_one_that_failed(db: Any) -> None:
    put(db, 1, 2, run="r1")
    put(db, 3, run="r2")
    first = claim("t", limit=1, lease=LEASE, now=NOW, session=db)[0]
    assert first.event == event_of(1)
    at = failed(first, "down", now=NOW, session=db)
    assert take(db, after=0.1) == [3]
    assert take(db, after=(at - NOW).total_seconds() + 1.1) == [1, 2]


def test_what_waited_for_an_event_is_due_when_that_was_taken_at_last(db: Any) -> None:
    put(db, 1, 2)
    first, second = claim("t", limit=2, lease=LEASE, now=NOW, session=db)
    at = failed(first, "down", now=NOW, session=db)
    put_off([second.id], NOW + timedelta(seconds=600), session=db)
    [first] = claim("t", limit=2, lease=LEASE, now=at, session=db)
    done([first], now=at, session=db)
    assert take(db, after=1) == [2]


def test_an_event_waits_for_an_earlier_one_that_somebody_else_is_sending(db: Any) -> None:
    put(db, 1, 2)
    assert take(db, limit=1) == [1]
    assert take(db, after=1) == []
    assert take(db, after=5) == []


def test_each_target_has_its_own_queue(db: Any) -> None:
    put(db, 1, targets=("t", "u"))
    assert take(db) == [1]
    assert take(db, target="u") == [1]
    assert take(db, target="v") == []


def test_the_pause_grows_from_a_second_to_ten_minutes() -> None:
    pauses = [pause_after(tries).total_seconds() for tries in range(1, 100)]
    assert 0.75 <= pauses[0] <= 1
    assert max(pauses) <= 600
    assert min(pauses[12:]) >= 450
    assert len(set(pauses[12:])) > 50


def test_events_that_failed_can_be_made_due(db: Any) -> None:
    put(db, 1)
    [claimed] = claim("t", limit=1, lease=LEASE, now=NOW, session=db)
    for _ in range(5):
        failed(claimed, "down", now=NOW, session=db)
    assert take(db, after=0.5) == []
    assert make_due(now=NOW, session=db) == 1
    assert take(db) == [1]


def test_events_of_a_target_that_is_no_longer_configured_go_to_those_that_are(db: Any) -> None:
    put(db, 1, 2, targets=("old", "older"))
    assert readdress(["t"], lease=LEASE, now=NOW, session=db) == 4
    assert readdress(["t"], lease=LEASE, now=NOW, session=db) == 0
    assert take(db) == [1, 2]


def test_what_a_server_with_the_former_configuration_is_sending_is_left_to_it(db: Any) -> None:
    put(db, 1, run="r1", targets=("old",))
    put(db, 2, run="r2", targets=("old",))
    [sending] = claim("old", limit=1, lease=LEASE, now=NOW, session=db)
    put(db, 3, run="r1", targets=("old",))
    assert readdress(["t"], lease=LEASE, now=NOW, session=db) == 1
    assert take(db) == [2]
    done([sending], now=NOW, session=db)
    assert readdress(["t"], lease=LEASE, now=NOW, session=db) == 1
    assert take(db) == [3]


def fail(session: Session, times: int, *, others_pass: bool, after: float = 0) -> Claimed:
    """The first event of the queue is tried in vain, again and again."""
    now = NOW + timedelta(seconds=after)
    for _ in range(times):
        event = claim("t", limit=10, lease=LEASE, now=now, session=session)[0]
        now = failed(event, "HTTPError: 500", now=now, session=session, others_pass=others_pass)
    return event


def test_an_event_that_fails_while_others_pass_is_parked_and_holds_back_its_own_run(db: Any) -> None:
    put(db, 1, 2, run="bad")
    fail(db, PARK_TRIES - 1, others_pass=True)
    now = NOW + timedelta(hours=20)
    assert read_status(["t"], now=now, session=db)[0].parked == 0
    event = claim("t", limit=10, lease=LEASE, now=now, session=db)[0]
    failed(event, "HTTPError: 500", now=now, session=db, others_pass=True)
    later = now + timedelta(hours=1)
    assert take(db, after=21 * 3600) == []
    put_events([("good", event_of(3))], ["t"], now=later, session=db)
    [status] = read_status(["t"], now=later, session=db)
    assert (status.parked, status.parked_error) == (2, "HTTPError: 500")
    assert (status.waiting, status.failing, status.last_error, status.oldest) == (1, 0, None, later)
    assert take(db, after=22 * 3600) == [3]


def test_parked_events_come_back_in_order_and_begin_anew(db: Any) -> None:
    put(db, 1, 2, run="bad")
    fail(db, PARK_TRIES, others_pass=True)
    later = NOW + timedelta(hours=20)
    assert take(db, after=20 * 3600) == []
    assert make_due(now=later, session=db) == 1
    first, second = claim("t", limit=10, lease=LEASE, now=later, session=db)
    assert (first.event, second.event) == (event_of(1), event_of(2))
    at = failed(first, "HTTPError: 500", now=later, session=db, others_pass=True)
    assert at - later < timedelta(minutes=1)


def test_what_fails_while_nothing_passes_is_never_parked(db: Any) -> None:
    put(db, 1)
    event = fail(db, PARK_TRIES * 3, others_pass=False)
    at = failed(event, "down", now=NOW, session=db, others_pass=True)
    assert at - NOW <= timedelta(minutes=10)


def test_runs_that_failed_before_come_after_the_others(db: Any) -> None:
    put(db, 1, 2, run="bad")
    put(db, 3, run="good")
    [event] = claim("t", limit=1, lease=LEASE, now=NOW, session=db)
    failed(event, "down", now=NOW, session=db)
    assert take(db, after=5) == [3, 1, 2]


def test_an_event_that_cannot_be_read_keeps_nothing_from_being_claimed(db: Any) -> None:
    put(db, 1, run="r1")
    db.execute(OUTGOING.update().values(body=b"no zlib"))
    put(db, 2, run="r2")
    broken, whole = claim("t", limit=10, lease=LEASE, now=NOW, session=db)
    assert whole.event == event_of(2)
    with pytest.raises(zlib.error):
        _ = broken.event


def test_status_tells_what_waits_and_why(db: Any) -> None:
    put(db, 1, 2, run="r1", targets=("t", "old"))
    [first, _] = claim("t", limit=2, lease=LEASE, now=NOW, session=db)
    failed(first, "ConnectionError: nobody is there", now=NOW, session=db)
    idle, busy, old = read_status(["u", "t"], now=NOW, session=db)
    assert (idle.name, idle.waiting, idle.last_error) == ("u", 0, None)
    assert (busy.name, busy.waiting, busy.failing, busy.most_tries) == ("t", 2, 1, 1)
    assert (busy.oldest, busy.last_error) == (NOW, "ConnectionError: nobody is there")
    assert (old.name, old.waiting) == (None, 2)


@pytest.mark.parametrize("servers", [4])
def test_servers_that_claim_at_the_same_time_never_get_the_same_event(
    servers: int, committed: Engine
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Session(committed) as session, session.begin():
        for number in range(60):
            put(session, number, run=f"r{number}")
    sessions = OwnTransactions(lambda: Session(committed, expire_on_commit=False))

    def work(_: int) -> list[int]:
        mine: list[int] = []
        while True:
            with sessions.writing() as session:
                got = claim("t", limit=3, lease=LEASE, now=NOW, session=session)
            if not got:
                return mine
            mine += [each.event["number"] for each in got]

    with ThreadPoolExecutor(servers) as pool:
        taken = [number for mine in pool.map(work, range(servers)) for number in mine]
    assert sorted(taken) == list(range(60))

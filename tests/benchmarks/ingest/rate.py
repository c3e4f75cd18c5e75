"""Events a second over HTTP, beside plain inserts of the same JSON."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles

import httpx
import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.ingest_keys import create_key
from tests.benchmarks.ingest.events import NAMESPACE, run_events
from tests.benchmarks.sub_app import running_sub_app
from tests.databases import make_database
from tests.live.postgres import postgres_url

SINGLE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast events were taken in."""

    title: str
    events: int
    seconds: float
    p95_ms: float | None = None

    @property
    def per_second(self) -> float:
        return self.events / self.seconds


def rates(events: int, clients: Iterable[int]) -> list[Rate]:
    """Plain inserts first, then every number of clients, then batches; each with runs of its own."""
    url = postgres_url("ingest_rate")
    make_database(url).dispose()
    found = [_plain_inserts(url, _bodies(events, 0))]
    key = _ingest_key(url)
    with running_sub_app(url) as client:
        base = client.base_url
        _post(base, SINGLE, _bodies(200, 1), key)  # jobs and datasets are there, caches are warm
        for turn, count in enumerate(clients, start=2):
            found.append(_post_from(count, base, SINGLE, _bodies(events, turn), key))
        batches = _batches(_bodies(events, 100))
        rate = _post_from(1, base, BATCH, batches, key)
        found.append(Rate(f"HTTP, 1 client, batches of {BATCH_SIZE}", events, rate.seconds))
    return found


def _ingest_key(url: str) -> str:
    """What producers send with: looking it up is part of the cost."""
    engine = create_engine(url)
    try:
        with Session(engine) as session, session.begin():
            return create_key(
                "benchmark",
                [NAMESPACE],
                created_by=None,
                expires_at=None,
                now=datetime.now(UTC),
                session=session,
            )
    finally:
        engine.dispose()


def _bodies(events: int, turn: int) -> list[bytes]:
    return [json.dumps(event).encode() for event in run_events(events // 2, turn * 1_000_000)]


def _batches(bodies: Sequence[bytes]) -> list[bytes]:
    starts = range(0, len(bodies), BATCH_SIZE)
    return [b"[" + b",".join(bodies[start : start + BATCH_SIZE]) + b"]" for start in starts]


def _plain_inserts(url: str, bodies: Sequence[bytes]) -> Rate:
    """One ``executemany`` of an INSERT into a table that has nothing but a key and the JSON."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, body jsonb NOT NULL)")
        rows = [(body.decode(),) for body in bodies]
        began = time.perf_counter()
        with connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO plain (body) VALUES (%s)", rows)
        return Rate("plain executemany inserts, one transaction", len(rows), time.perf_counter() - began)
    finally:
        connection.close()


def _post_from(clients: int, base: httpx.URL, path: str, bodies: Sequence[bytes], key: str) -> Rate:
    """Share the bodies out to clients that post at the same time; a run's events go to the same one."""
    times: list[float] = []
    errors: list[BaseException] = []

    def work(own: list[bytes]) -> None:
        try:
            times.extend(_post(base, path, own, key))
        except BaseException as error:
            errors.append(error)

    pairs = [bodies[start : start + 2] for start in range(0, len(bodies), 2)]
    shares = [[body for pair in pairs[number::clients] for body in pair] for number in range(clients)]
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if errors:
        raise errors[0]
    p95 = quantiles(times, n=20, method="inclusive")[-1] * 1000
    return Rate(f"HTTP, {clients} client{'s' if clients > 1 else ''}", len(bodies), seconds, p95)


def _post(base: httpx.URL, path: str, bodies: Iterable[bytes], key: str) -> list[float]:
    """Seconds that each answer took; anything but a success ends the measurement.

    The plainest client there is: it takes time from the server on a small machine.
    """
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    connection = http.client.HTTPConnection(base.host, base.port, timeout=60)
    found = []
    try:
        for body in bodies:
            began = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            found.append(time.perf_counter() - began)
            if answer.status >= 300 or b'"failed_events":[{' in text.replace(b" ", b""):
                raise RuntimeError(f"{path} answered {answer.status}: {text[:500]!r}")
    finally:
        connection.close()
    return found

"""The routes of the figures by which one sees how lineage does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from airflow_lineage_provider.api.routes.v2 import health
from airflow_lineage_provider.store.dead_letters import DEAD
from tests.api.conftest import MakeClient
from tests.store.chronicle import Chronicle
from tests.store.test_run_detail import VIEWER

SLIS, HISTORY, LETTERS = "/api/v2/health/slis", "/api/v2/health/history", "/api/v2/health/dead-letters"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    health.KEPT.clear()
    yield
    health.KEPT.clear()


def test_the_figures_of_a_window_and_the_same_over_time(db: Any, client_of: MakeClient) -> None:
    chronicle = Chronicle(db)
    chronicle.run("shop.load", at=datetime.now(UTC))
    chronicle.run("shop.load", capture="missing", at=datetime.now(UTC))
    client = client_of(health.router)
    found = client.get(SLIS, params={"hours": 2}).json()
    assert (found["attempts"], found["coverage"], found["drain_p95_seconds"]) == (2, 0.5, 1.0)
    told = client.get(HISTORY, params={"hours": 4, "buckets": 4}).json()
    assert (told["bucket_seconds"], len(told["buckets"])) == (3600.0, 4)
    assert [bucket["attempts"] for bucket in told["buckets"]] == [0, 0, 0, 2]


def test_numbers_are_counted_once_for_many_who_ask(db: Any, client_of: MakeClient) -> None:
    client = client_of(health.router)
    assert client.get(SLIS).json()["attempts"] == 0
    Chronicle(db).run("shop.load", at=datetime.now(UTC))
    assert client.get(SLIS).json()["attempts"] == 0
    assert client.get(SLIS, params={"hours": 25}).json()["attempts"] == 1


def test_dead_letters_come_in_pages_newest_first(db: Any, client_of: MakeClient) -> None:
    for number in range(3):
        values = {"mailbox_key": "k", "dag_id": "d", "run_id": "r", "task_id": f"t{number}", "map_index": -1}
        more = {"reason": "no JSON", "payload": b"", "payload_bytes": 7, "received_at": datetime.now(UTC)}
        db.execute(insert(DEAD).values(**values, **more))
    client = client_of(health.router)
    first = client.get(LETTERS, params={"limit": 2}).json()
    assert [letter["task_id"] for letter in first["letters"]] == ["t2", "t1"]
    second = client.get(LETTERS, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([letter["task_id"] for letter in second["letters"]], second["next_cursor"]) == (["t0"], None)


def test_who_may_not_read_all_dags_is_told_nothing(client_of: MakeClient) -> None:
    client = client_of(health.router, access=VIEWER)
    assert [client.get(url).status_code for url in (SLIS, HISTORY, LETTERS)] == [403, 403, 403]


def test_what_cannot_be_asked_is_refused(client_of: MakeClient) -> None:
    client = client_of(health.router)
    for url, params in (
        (SLIS, {"hours": 0}),
        (SLIS, {"hours": 10**9}),
        (HISTORY, {"buckets": 0}),
        (HISTORY, {"buckets": 201}),
        (LETTERS, {"limit": 0}),
    ):
        assert client.get(url, params=params).status_code == 422, (url, params)
    assert client.get(LETTERS, params={"cursor": "x"}).status_code == 400

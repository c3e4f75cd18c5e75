from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import search
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, run_event, tell
from tests.store.stories import Story, core, entry


@pytest.fixture
def client(client_of: MakeClient, db: Any) -> TestClient:
    tell(
        db,
        run_event("Orders_load", ["orders_raw"], ["b_orders"]),
        run_event("copy", ["b_orders"], ["a_orders", "100%"], at=NOW + timedelta(days=1)),
    )
    return client_of(search.router, prefix="/api/v1")


def names(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["results"]]


def test_jobs_and_datasets_are_found_in_whatever_letters(client: TestClient) -> None:
    answer = client.get("/api/v1/search?q=ORDERS").json()

    assert answer["totalCount"] == 4
    first = answer["results"][0]
    assert first == {
        "type": "JOB",
        "name": "Orders_load",
        "updatedAt": "2026-06-15T12:00:00.000000Z",
        "namespace": JOBS,
        "nodeId": f"job:{JOBS}:Orders_load",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=orders&sort=name", ["Orders_load", "a_orders", "b_orders", "orders_raw"]),
        ("q=orders&sort=updated_at", ["a_orders", "b_orders", "Orders_load", "orders_raw"]),
        ("q=orders&sort=UPDATE_AT&limit=1", ["a_orders"]),
        ("q=orders&filter=JOB", ["Orders_load"]),
        ("q=orders&filter=dataset&limit=2", ["a_orders", "b_orders"]),
        ("q=orders&namespace=s3://lake/", ["a_orders", "b_orders", "orders_raw"]),
        ("q=orders&after=2026-06-16", ["a_orders", "b_orders"]),
        ("q=orders&before=2026-06-16", ["Orders_load", "orders_raw"]),
        ("q=%25", ["100%"]),
        ("q=s_l", ["Orders_load"]),
        ("q=nothing", []),
    ],
)
def test_results_are_filtered_and_sorted(client: TestClient, query: str, found: list[str]) -> None:
    assert names(client, query) == found


@pytest.mark.parametrize("query", ["", "q=", "q=a&sort=colour", "q=a%00", "q=a&namespace=%00", "q=a&limit=0"])
def test_wrong_parameters_are_told(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/search?{query}").status_code == 400


def test_the_address_of_the_web_ui_ends_with_a_slash(client: TestClient) -> None:
    answer = client.get("/api/v1/search/?q=orders&sort=NAME&limit=100", follow_redirects=False)

    assert (answer.status_code, answer.json()["totalCount"]) == (200, 4)


def test_a_reader_finds_what_they_may_see(client_of: MakeClient, db: Any) -> None:
    for dag_id, name in (("seen", "x_mine"), ("hidden", "x_theirs")):
        story = Story(db, dag_id)
        story.ingest(core(story.attempt("x"), outputs=[entry(name)]), "x")
    client = client_of(search.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    assert names(client, "q=x") == ["seen.x", "x_mine"]
    assert client.get("/api/v1/search?q=x").json()["totalCount"] == 2
    assert LAKE in client.get("/api/v1/search?q=x").text

"""Marquez's own Python client, over HTTP, against our routes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
from airflow.api_fastapi.common.db.common import _get_session
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.api.routes.v1 import (
    column_lineage,
    datasets,
    events,
    jobs,
    lineage,
    namespaces,
    runs,
    search,
    unescaped,
)
from airflow_lineage_provider.model.access import FULL_ACCESS
from tests.airflow_rows import NOW
from tests.api.conftest import SomeUser
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, origins, run_event, run_id, tell

ROUTERS = (lineage, column_lineage, namespaces, datasets, jobs, runs, events, search, unescaped)
ORDERS = ("postgres://h:5432", "shop.public.orders")

pytestmark = [
    # The client is old: what it imports and calls is of its own choosing.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
def server(committed: Engine) -> Iterator[str]:
    """Address of a server, mounted where Airflow mounts ours."""
    app = FastAPI()
    for each in ROUTERS:
        app.include_router(each.router, prefix="/api/v1")

    def session() -> Iterator[Session]:
        with Session(committed) as found:
            yield found

    app.dependency_overrides.update(
        {_get_session: session, get_user: SomeUser, access_of: lambda: FULL_ACCESS}
    )
    airflow = FastAPI()
    airflow.mount("/lineage", app)
    running = uvicorn.Server(uvicorn.Config(airflow, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not running.started and time.monotonic() < until:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/lineage"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def client(server: str, committed: Engine) -> Any:
    from marquez_client import MarquezClient

    orders = dataset(ORDERS, **columns(id="int"), **origins(id="/a/b.csv.id"))
    with Session(committed) as session, session.begin():
        tell(
            session,
            run_event("load", ["/a/b.csv"], [orders], run="1"),
            run_event("load", ["/a/b.csv"], [orders], run="2", at=NOW + timedelta(hours=1)),
            run_event("Папка/задача", [ORDERS], phase="FAIL"),
        )
    return MarquezClient(server)


def test_the_client_reads_what_there_is(client: Any) -> None:
    assert [each["name"] for each in client.list_namespaces()["namespaces"]] == sorted(
        [ORDERS[0], LAKE, JOBS]
    )
    assert client.get_namespace(JOBS)["isHidden"] is False
    assert {each["name"]: each["type"] for each in client.list_sources()["sources"]} == {
        ORDERS[0]: "POSTGRESQL",
        LAKE: "S3",
    }
    assert client.get_source(LAKE)["type"] == "S3"
    assert client.list_tags() == {"tags": []}

    assert client.list_datasets(ORDERS[0])["totalCount"] == 1
    assert client.get_dataset(*ORDERS)["fields"][0]["type"] == "int"
    assert client.get_dataset(LAKE, "/a/b.csv")["namespace"] == LAKE
    (version,) = client.list_dataset_versions(*ORDERS)["versions"]
    assert client.get_dataset_version(*ORDERS, version["version"]) == version
    assert version["createdByRun"]["id"] == run_id("1")

    listed = client.list_jobs(JOBS)
    assert (listed["totalCount"], [job["name"] for job in listed["jobs"]]) == (2, ["load", "Папка/задача"])
    assert client.get_job(JOBS, "Папка/задача")["latestRun"]["state"] == "FAILED"
    assert client.get_job(JOBS, "load") == listed["jobs"][0] | {
        "latestRuns": client.get_job(JOBS, "load")["latestRuns"]
    }
    page = client.list_job_runs(JOBS, "load", limit=1, offset=1)
    assert (page["totalCount"], [run["id"] for run in page["runs"]]) == (2, [run_id("1")])
    assert client.get_job_run(run_id("2"))["state"] == "COMPLETED"

    assert client.list_events()["totalCount"] == 3
    assert client.list_events(JOBS, limit=1)["totalCount"] == 3
    assert client.list_events("nothing")["events"] == []


def test_the_client_reads_column_lineage(client: Any) -> None:
    by_dataset = client.get_column_lineage_by_dataset(*ORDERS)
    by_field = client.get_column_lineage_by_dataset_field(*ORDERS, "id")
    by_job = client.get_column_lineage_by_job(JOBS, "load")
    down = client.get_column_lineage_by_dataset_field(LAKE, "a/b.csv", "id", with_downstream=True)

    assert by_dataset == by_field == by_job
    assert [node["data"]["field"] for node in by_field["graph"]] == ["id", "id"]
    assert {node["id"] for node in down["graph"]} == {node["id"] for node in by_field["graph"]}
    version = client.get_dataset(*ORDERS)["currentVersion"]
    assert client.get_column_lineage_by_dataset(*ORDERS, version=version) == by_dataset


def test_the_client_is_told_what_is_not_there(client: Any) -> None:
    from marquez_client.errors import APIError

    for ask in (
        lambda: client.get_dataset(LAKE, "nothing"),
        lambda: client.get_job(JOBS, "nothing"),
        lambda: client.get_namespace("nothing"),
        lambda: client.get_job_run(run_id("nothing")),
        lambda: client.create_namespace("mine", "me"),
    ):
        with pytest.raises(APIError):
            ask()

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import events, jobs, runs
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import (
    JOBS,
    LAKE,
    columns,
    dataset,
    origins,
    parent,
    run_event,
    run_id,
    tell,
)
from tests.store.stories import NAMESPACE, Story, core, entry

DATASET_EVENT = {
    "eventTime": NOW.isoformat(),
    "producer": "https://example.com/producer",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
    "dataset": {"namespace": LAKE, "name": "orders", "facets": {}},
}


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(events.router, prefix="/api/v1")


@pytest.fixture
def told(db: Any) -> list[dict[str, Any]]:
    """Four run events of four hours, and an event that is none."""
    found = [
        run_event(f"job{hour}", namespace="a" if hour < 2 else "b", at=NOW + timedelta(hours=hour))
        for hour in range(4)
    ]
    tell(db, *found, DATASET_EVENT)
    return found


def test_events_come_as_they_were_sent_and_each_once(client: TestClient, db: Any, told: Any) -> None:
    tell(db, *told)

    answer = client.get("/api/v1/events/lineage").json()

    assert answer["events"] == told[::-1]
    assert answer["totalCount"] == 4


@pytest.mark.parametrize(
    ("query", "jobs", "total"),
    [
        ("?sortDirection=asc", ["job0", "job1", "job2", "job3"], 4),
        ("?limit=1&offset=1", ["job2"], 4),
        ("?after=2026-06-15T13:00:00Z&before=2026-06-15T15:00:00%2B00:00", ["job2", "job1"], 2),
        ("?after=2026-06-15T15:00:00", ["job3"], 1),
        ("?before=2026-06-15", [], 0),
        ("?offset=2147483647", [], 4),
    ],
)
def test_events_are_filtered_sorted_and_counted(
    client: TestClient, told: Any, query: str, jobs: list[str], total: int
) -> None:
    answer = client.get(f"/api/v1/events/lineage{query}").json()

    assert [event["job"]["name"] for event in answer["events"]] == jobs
    assert answer["totalCount"] == total


def test_events_of_one_namespace(client: TestClient, told: Any) -> None:
    answer = client.get("/api/v1/events/a?limit=1").json()

    assert ([event["job"]["name"] for event in answer["events"]], answer["totalCount"]) == (["job1"], 2)
    assert client.get("/api/v1/events").json()["totalCount"] == 4


@pytest.mark.parametrize(
    "query",
    [
        "?before=yesterday",
        "?sortDirection=up",
        "?limit=1001",
        "?offset=-1",
        "?before=0001-01-01T00:00:00%2B10:00",
    ],
)
def test_wrong_parameters_are_named(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/events/lineage{query}")

    assert answer.status_code == 400
    assert query[1:].partition("=")[0].replace("sortDirection", "sort") in answer.json()["message"]


def test_a_reader_gets_the_events_of_their_jobs_without_the_names_of_others(
    client_of: MakeClient, db: Any
) -> None:
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), outputs=[entry("mine")]))
    lineage = {
        "columnLineage": {
            "fields": {"id": {"inputFields": [{"namespace": LAKE, "name": "hush", "field": "id"}]}}
        }
    }
    tell(
        db,
        run_event("stranger", ["hush"], ["hush2"]),
        run_event(
            "child",
            ["raw"],
            [dataset("made", **lineage)],
            run_facets=parent("seen.load", run_id("x"), NAMESPACE),
        ),
    )
    client = client_of(events.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    answer = client.get("/api/v1/events/lineage")

    (event,) = answer.json()["events"]
    assert answer.json()["totalCount"] == 1
    assert (event["job"]["name"], event["inputs"][0]["name"]) == ("child", "raw")
    assert event["run"]["facets"]["parent"]["job"]["name"] == "seen.load"
    assert client.get(f"/api/v1/events/{JOBS.replace('/', '%2F')}").json()["totalCount"] == 1


def test_sensitive_columns_are_in_no_event(client_of: MakeClient, db: Any) -> None:
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    tell(
        db,
        run_event(
            "load",
            [dataset("raw", **columns(mail="text"), **tags)],
            ["orders"],
            job_facets={"sql": {"query": "select mail from raw"}},
            run_facets={"plan": {"nodes": ["mail"]}},
        ),
        run_event("other", ["open"], job_facets={"sql": {"query": "select 1"}}),
    )
    client = client_of(events.router, prefix="/api/v1", access=Access(None, False))

    answer = client.get("/api/v1/events/lineage")

    assert answer.json()["totalCount"] == 2
    assert "mail" not in answer.text
    assert "select" in answer.text


@pytest.mark.parametrize("has_end", [True, False])
def test_statements_are_hidden_in_events_that_do_not_name_what_they_read(
    client_of: MakeClient, db: Any, has_end: bool
) -> None:
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    query = {"sql": {"query": "select mail from raw"}}
    tell(db, run_event("describe", [dataset("raw", **columns(mail="text"), **tags)]))
    if has_end:
        # The start tells the statement, the end what it reads.
        tell(db, run_event("load", phase="START", job_facets=query), run_event("load", ["raw"]))
    else:
        tell(db, run_event("load", [], [dataset("made", **origins(x="raw.mail"))], job_facets=query))
    everybody, trusted = Access(None, False), Access(None, True)

    def answers(access: Access) -> list[str]:
        client = client_of(events.router, jobs.router, runs.router, prefix="/api/v1", access=access)
        job = f"namespaces/{quote(JOBS, safe='')}/jobs/load"
        paths = ("events/lineage", job, f"{job}/runs", f"jobs/runs/{run_id('load')}/facets?type=job")
        return [client.get(f"/api/v1/{path}").text for path in paths]

    assert not any("select mail" in text for text in answers(everybody))
    assert "select mail" in answers(trusted)[0]
    assert "select mail" in answers(trusted)[1]


def test_statements_of_runs_are_hidden_where_column_lineage_names_what_they_read(
    client_of: MakeClient, db: Any
) -> None:
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    made = dataset("made", **origins(x="raw.mail"))
    plan = {"plan": {"text": "project mail"}}
    tell(db, run_event("describe", [dataset("raw", **tags)]), run_event("load", [], [made], run_facets=plan))
    path = f"/api/v1/jobs/runs/{run_id('load')}/facets?type=run"

    everybody = client_of(runs.router, prefix="/api/v1", access=Access(None, False))
    trusted = client_of(runs.router, prefix="/api/v1")

    assert "project mail" in trusted.get(path).text
    assert "mail" not in everybody.get(path).text

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import jobs, unescaped
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, parent, run_event, run_id, tell
from tests.store.counted import counted
from tests.store.stories import NAMESPACE, Story, core, entry


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(jobs.router, unescaped.router, prefix="/api/v1")


def url(namespace: str, name: str = "", *rest: str) -> str:
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/jobs"
    return "/".join([path, *([quote(name, safe="")] if name else []), *rest])


def test_a_task_is_a_job_of_airflows_namespace(client: TestClient, db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), inputs=[entry("raw")], outputs=[entry("orders")]))

    job = client.get(url(NAMESPACE, "shop.load")).json()

    assert (job["name"], job["simpleName"], job["type"]) == ("shop.load", "load", "BATCH")
    assert job["inputs"] == [{"namespace": LAKE, "name": "raw"}]
    assert job["outputs"] == [{"namespace": LAKE, "name": "orders"}]
    assert (job["latestRun"]["state"], job["latestRun"]["durationMs"]) == ("COMPLETED", 5000)
    assert job["latestRun"] == job["latestRuns"][0]


def test_a_failed_job_and_its_edges_stay(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", ["raw"], ["orders"], phase="FAIL"))

    job = client.get(url(JOBS, "load")).json()

    assert job["latestRun"]["state"] == "FAILED"
    assert (job["inputs"], job["outputs"]) == (
        [{"namespace": LAKE, "name": "raw"}],
        [{"namespace": LAKE, "name": "orders"}],
    )


def test_a_running_job_has_its_edges_at_once_and_those_of_before(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", ["raw"], ["orders"], run="first"))
    tell(db, run_event("load", ["other"], run="second", phase="START", at=NOW + timedelta(hours=1)))

    job = client.get(url(JOBS, "load")).json()

    assert job["latestRun"]["state"] == "RUNNING"
    assert [each["name"] for each in job["inputs"]] == ["other", "raw"]
    assert [each["name"] for each in job["outputs"]] == ["orders"]


def test_a_late_start_never_reopens_a_run(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", at=NOW + timedelta(minutes=1)), run_event("load", phase="START"))

    (run,) = client.get(url(JOBS, "load", "runs")).json()["runs"]

    assert (run["state"], run["startedAt"]) == ("COMPLETED", "2026-06-15T12:00:00.000000Z")
    assert run["durationMs"] == 60_000


def test_a_version_is_made_when_the_job_touches_something_new(client: TestClient, db: Any) -> None:
    for hour, outputs in enumerate([["a"], ["a"], ["a", "b"], ["b"]]):
        tell(db, run_event("load", ["raw"], outputs, run=f"r{hour}", at=NOW + timedelta(hours=hour)))

    answer = client.get(url(JOBS, "load", "versions")).json()

    assert answer["totalCount"] == 2
    assert [[each["name"] for each in version["outputs"]] for version in answer["versions"]] == [
        ["a", "b"],
        ["a"],
    ]
    job = client.get(url(JOBS, "load")).json()
    assert job["currentVersion"] == answer["versions"][0]["version"]
    assert job["latestRun"]["jobVersion"]["version"] == job["currentVersion"]
    one = client.get(url(JOBS, "load", "versions", answer["versions"][1]["version"])).json()
    assert one == answer["versions"][1]
    assert client.get(url(JOBS, "load", "versions", run_id("no version"))).status_code == 404


def test_runs_are_paged_newest_first_with_the_versions_they_met(client: TestClient, db: Any) -> None:
    for hour in range(3):
        output = dataset("orders", **columns(id="int"))
        tell(db, run_event("load", outputs=[output], run=f"r{hour}", at=NOW + timedelta(hours=hour)))

    answer = client.get(url(JOBS, "load", "runs") + "?limit=2").json()

    assert [run["id"] for run in answer["runs"]] == [run_id("r2"), run_id("r1")]
    assert answer["totalCount"] == 3
    versions = {run["outputDatasetVersions"][0]["datasetVersionId"]["version"] for run in answer["runs"]}
    assert len(versions) == 1
    assert None not in versions


def test_jobs_of_all_namespaces_are_filtered_by_the_state_of_their_newest_run(
    client: TestClient, db: Any
) -> None:
    tell(
        db,
        run_event("a", phase="FAIL", run="a1"),
        run_event("a", run="a2", at=NOW + timedelta(hours=1)),
        run_event("b", phase="FAIL"),
        run_event("c", phase="START", namespace="other"),
    )

    def names(query: str) -> list[str]:
        answer = client.get(f"/api/v1/jobs{query}").json()
        assert answer["totalCount"] == len(answer["jobs"])
        return [job["name"] for job in answer["jobs"]]

    assert names("") == ["c", "a", "b"]
    assert names("?lastRunStates=FAILED") == ["b"]
    assert names("?lastRunStates=RUNNING&lastRunStates=completed") == ["c", "a"]
    assert client.get("/api/v1/jobs?lastRunStates=GREEN").status_code == 400


def test_the_newest_runs_of_a_page_of_jobs_cost_the_same_for_one_and_for_many(
    client: TestClient, db: Any
) -> None:
    tell(db, run_event("one", ["raw"], ["orders"]))
    with counted(db) as few:
        client.get(url(JOBS))
    for number in range(30):
        tell(db, *(run_event(f"job{number}", ["raw"], ["orders"], run=f"{number}.{run}") for run in range(3)))

    with counted(db) as many:
        answer = client.get(url(JOBS)).json()

    assert len(many) == len(few)
    assert {len(job["latestRuns"]) for job in answer["jobs"]} == {1, 3}


def test_only_ten_runs_are_shown_with_a_job(client: TestClient, db: Any) -> None:
    tell(db, *(run_event("load", run=f"r{hour}", at=NOW + timedelta(hours=hour)) for hour in range(12)))

    runs = client.get(url(JOBS, "load")).json()["latestRuns"]

    assert [run["id"] for run in runs] == [run_id(f"r{hour}") for hour in range(11, 1, -1)]


def test_parents_facets_and_places_come_with_a_job(client: TestClient, db: Any) -> None:
    facets = {
        "jobType": {"processingType": "STREAMING", "integration": "FLINK", "jobType": "JOB"},
        "documentation": {"description": "Loads."},
        "sourceCodeLocation": {"type": "git", "url": "https://example.com/repo"},
    }
    tell(
        db,
        run_event("app", run="app", phase="START"),
        run_event("app.step", job_facets=facets, run_facets=parent("app", run_id("app"), JOBS)),
    )

    job = client.get(url(JOBS, "app.step")).json()

    assert (job["type"], job["description"], job["location"]) == (
        "STREAM",
        "Loads.",
        "https://example.com/repo",
    )
    assert (job["parentJobName"], job["simpleName"]) == ("app", "step")
    assert set(facets) <= set(job["facets"])


def test_jobs_with_slashes_are_read_however_they_are_sent(client: TestClient, db: Any) -> None:
    tell(db, run_event("dir/jobs/runs"))

    assert client.get(url(JOBS, "dir/jobs/runs")).json()["name"] == "dir/jobs/runs"
    assert client.get(url(JOBS, "dir/jobs/runs", "runs")).json()["totalCount"] == 1
    plain = f"/api/v1/namespaces/{JOBS}/jobs"
    assert client.get(f"{plain}/dir/jobs/runs").json()["name"] == "dir/jobs/runs"
    assert client.get(f"{plain}/dir/jobs/runs/runs").json()["totalCount"] == 1
    assert client.get(f"{plain}/dir/jobs/runs/versions").json()["totalCount"] == 0
    assert client.get(f"{plain}/dir/jobs/nothing").status_code == 404


def test_a_reader_is_shown_the_jobs_of_their_dags_and_what_these_started(
    client_of: MakeClient, db: Any
) -> None:
    stories = {dag_id: Story(db, dag_id) for dag_id in ("seen", "hidden")}
    for story in stories.values():
        story.ingest(core(story.attempt(), outputs=[entry("x")]))
    tell(
        db,
        run_event("child", run_facets=parent("seen.load", run_id("x"), NAMESPACE)),
        run_event("stranger"),
    )
    client = client_of(jobs.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    answer = client.get("/api/v1/jobs").json()

    assert ([job["name"] for job in answer["jobs"]], answer["totalCount"]) == (["seen.load", "child"], 2)
    for namespace, name in ((NAMESPACE, "hidden.load"), (JOBS, "stranger")):
        for rest in ([], ["runs"], ["versions"]):
            assert client.get(url(namespace, name, *rest)).status_code == 404

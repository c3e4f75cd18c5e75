from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.marquez.runs import run_state
from airflow_lineage_provider.api.routes.v1 import runs
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.ingest import RUN
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, run_event, run_id, tell
from tests.store.stories import WAREHOUSE_NAMESPACE, Story, core, entry, sql


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(runs.router, prefix="/api/v1")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("success", "COMPLETED"),
        ("running", "RUNNING"),
        ("failed", "FAILED"),
        ("upstream_failed", "FAILED"),
        ("aborted", "ABORTED"),
        ("skipped", "ABORTED"),
        ("removed", "ABORTED"),
        (None, "NEW"),
        ("queued", "NEW"),
    ],
)
def test_airflows_states_have_a_word_in_marquez(state: str | None, shown: str) -> None:
    assert run_state(state) == shown


def test_a_run_comes_with_its_facets(client: TestClient, db: Any) -> None:
    nominal = {"nominalStartTime": "2026-06-15T00:00:00Z", "nominalEndTime": "2026-06-16T00:00:00Z"}
    tell(
        db,
        run_event(
            "load",
            ["raw"],
            [dataset("orders", **columns(id="int"))],
            run_facets={"nominalTime": nominal},
            job_facets={"documentation": {"description": "Loads."}},
        ),
    )

    run = client.get(f"/api/v1/jobs/runs/{run_id('load')}").json()

    assert (run["id"], run["state"]) == (run_id("load"), "COMPLETED")
    assert (run["nominalStartTime"], run["nominalEndTime"]) == tuple(nominal.values())
    assert run["facets"]["nominalTime"]["nominalEndTime"] == nominal["nominalEndTime"]
    (read,), (written,) = run["inputDatasetVersions"], run["outputDatasetVersions"]
    assert read["datasetVersionId"] == {"namespace": LAKE, "name": "raw", "version": None}
    assert written["datasetVersionId"]["version"] is not None
    assert run["jobVersion"]["namespace"] == JOBS
    of_run = client.get(f"/api/v1/jobs/runs/{run_id('load')}/facets?type=run").json()
    of_job = client.get(f"/api/v1/jobs/runs/{run_id('load')}/facets?type=job").json()
    assert of_run == {"runId": run_id("load"), "facets": run["facets"]}
    assert of_job["facets"]["documentation"]["description"] == "Loads."


def test_of_attempts_with_one_id_the_newest_is_meant(client: TestClient, db: Any) -> None:
    story = Story(db)
    second = story.attempt(try_number=2)
    first = story.attempt(try_number=1, archived=True, state="failed")
    story.ingest(core(first, Outcome.FAILED))
    story.ingest(core(second), try_number=2)
    db.execute(RUN.update().values(openlineage_run_id=UUID(run_id("shared"))))

    assert client.get(f"/api/v1/jobs/runs/{run_id('shared')}").json()["state"] == "COMPLETED"


def test_unknown_runs_and_wrong_words_are_told(client: TestClient) -> None:
    unknown = client.get(f"/api/v1/jobs/runs/{run_id('nobody')}")

    assert unknown.status_code == 404
    assert unknown.json() == {"code": 404, "message": f"Run '{run_id('nobody')}' not found."}
    assert client.get("/api/v1/jobs/runs/1").status_code == 400
    assert client.get(f"/api/v1/jobs/runs/{run_id('nobody')}/facets?type=dataset").status_code == 400
    assert client.get(f"/api/v1/jobs/runs/{run_id('nobody')}/facets").status_code == 400


def test_a_run_of_a_dag_that_may_not_be_read_is_not_known(client_of: MakeClient, db: Any) -> None:
    story = Story(db, "hidden")
    attempt = story.attempt()
    story.ingest(core(attempt, outputs=[entry("x")]))
    tell(db, run_event("load"))
    client = client_of(runs.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    for each in (str(attempt), run_id("load")):
        assert client.get(f"/api/v1/jobs/runs/{each}").status_code == 404
        assert client.get(f"/api/v1/jobs/runs/{each}/facets?type=run").status_code == 404


def test_statements_over_sensitive_columns_are_not_shown_to_everybody(client_of: MakeClient, db: Any) -> None:
    story = Story(db)
    attempt = story.attempt()
    story.ingest(core(attempt, **sql("INSERT INTO orders SELECT mail FROM raw")))
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    told = dataset((WAREHOUSE_NAMESPACE, "shop.public.raw"), **tags)
    tell(db, run_event("describe", [told], at=NOW + timedelta(hours=1)))
    path = f"/api/v1/jobs/runs/{attempt}/facets?type=run"

    everybody = client_of(runs.router, prefix="/api/v1", access=Access(None, False))
    trusted = client_of(runs.router, prefix="/api/v1")

    assert "statements" in trusted.get(path).json()["facets"]
    assert "mail" not in everybody.get(path).text

"""The client of Marquez, with an Airflow token, reads what a live Airflow recorded."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from tests.system.conftest import Lineage

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports what is deprecated
    from marquez_client import MarquezClient
    from marquez_client.client import _HEADERS

pytestmark = pytest.mark.system

DAG_ID = "evidence_sources"
JOB = f"{DAG_ID}.file_transfer"


@pytest.fixture(scope="module")
def run_id(live: Lineage) -> str:
    run_id = live.run(DAG_ID)
    live.settled(DAG_ID, run_id)
    return run_id


@pytest.fixture
def marquez(live: Lineage, run_id: str) -> Any:
    """The client; it keeps its headers for the whole process, so the token is taken out again."""
    before = dict(_HEADERS)
    yield MarquezClient(f"{live.airflow.api_url}/lineage", api_key=live.airflow.token)
    _HEADERS.clear()
    _HEADERS.update(before)


def test_namespaces_jobs_and_datasets_are_listed(marquez: Any) -> None:
    namespaces = {namespace["name"] for namespace in marquez.list_namespaces()["namespaces"]}
    assert "default" in namespaces
    assert JOB in {job["name"] for job in marquez.list_jobs("default", limit=1000)["jobs"]}
    assert marquez.get_namespace("default")["name"] == "default"


def test_a_job_has_its_datasets_and_its_latest_run(marquez: Any) -> None:
    job = marquez.get_job("default", JOB)
    assert job["id"] == {"namespace": "default", "name": JOB}
    (source,) = [one["name"] for one in job["inputs"] if one["name"].endswith("to-read.txt")]
    assert any(one["name"].endswith("transferred.txt") for one in job["outputs"])
    assert job["latestRun"]["state"] == "COMPLETED"
    dataset = marquez.get_dataset(job["inputs"][0]["namespace"], source)
    assert dataset["name"] == source


def test_runs_are_listed_and_read(marquez: Any) -> None:
    runs = marquez.list_job_runs("default", JOB)["runs"]
    assert runs
    run = marquez.get_job_run(runs[0]["id"])
    assert (run["id"], run["state"]) == (runs[0]["id"], "COMPLETED")


def test_columns_of_a_dataset_are_followed(live: Lineage, marquez: Any) -> None:
    """A dataset of which no column is known to come from another has an empty graph, and that is no error."""
    job = marquez.get_job("default", JOB)
    one = job["outputs"][0]
    answer = marquez.get_column_lineage_by_dataset(one["namespace"], one["name"])
    assert isinstance(answer["graph"], list)


def test_what_is_unknown_is_the_clients_own_error(marquez: Any) -> None:
    from marquez_client.errors import APIError

    with pytest.raises(APIError) as raised:
        marquez.get_job("default", "no.such_job")
    assert raised.value.__cause__.response.status_code == 404

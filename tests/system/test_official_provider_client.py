"""Another Airflow's official OpenLineage provider sends to us: its jobs stand in our graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from example_dags.demo.live_airflow import LiveAirflow
from tests.live.ingest_key import create_key
from tests.live.postgres import postgres_url
from tests.system.conftest import Lineage, warehouse_connection

pytestmark = pytest.mark.system

OWN, OTHER = "our-airflow", "their-airflow"
DAG_ID = "two_reporters"
JOB = f"{DAG_ID}.totals"
DAG = f"""
from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import chain, dag


@dag(schedule=None, default_args={{"owner": "their-team"}})
def {DAG_ID}():
    chain(
        SQLExecuteQueryOperator(
            task_id="orders", conn_id="warehouse", sql="CREATE TABLE told_orders AS SELECT 1 AS id, 10 AS amount"
        ),
        SQLExecuteQueryOperator(
            task_id="totals",
            conn_id="warehouse",
            sql="CREATE TABLE told_totals AS SELECT id, sum(amount) AS total FROM told_orders GROUP BY id",
        ),
    )


{DAG_ID}()
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lineage]:
    """An Airflow whose official provider posts, with a key, to the API server of the same Airflow.

    The two providers are told different namespaces, so that to ours what arrives is another Airflow's.
    """
    folder = tmp_path_factory.mktemp("told")
    dags, client = folder / "dags", folder / "openlineage.yml"
    dags.mkdir()
    (dags / "two_reporters.py").write_text(DAG)
    database_url = postgres_url("told")
    airflow = LiveAirflow(
        folder / "home",
        dags_folder=dags,
        database_url=database_url,
        triggerer=False,
        env={
            "AIRFLOW_CONN_WAREHOUSE": warehouse_connection(postgres_url("told_data")),
            "AIRFLOW__LINEAGE_PROVIDER__NAMESPACE": OWN,
            "AIRFLOW__LINEAGE_PROVIDER__RECONCILE_INTERVAL": "2",
            "AIRFLOW__OPENLINEAGE__NAMESPACE": OTHER,
            # Port and key are known once Airflow is up; no task runs before the file is written.
            "AIRFLOW__OPENLINEAGE__CONFIG_PATH": str(client),
        },
    )
    with airflow:
        write_client(client, airflow.api_url, create_key(airflow, "their-airflow", OTHER))
        lineage = Lineage(airflow, database_url)
        run_id = lineage.run(DAG_ID)
        assert airflow.run_state(DAG_ID, run_id) == "success", airflow.task_log(DAG_ID, run_id, "totals")
        lineage.settled(DAG_ID, run_id)
        airflow.wait(
            lambda: finished(lineage, "totals") and finished(lineage, "orders"),
            60,
            "the official provider's events have arrived",
        )
        yield lineage


def write_client(path: Path, url: str, key: str) -> None:
    transport = {
        "type": "http",
        "url": url,
        # The client joins both as a browser would: a path at the end of the URL would be lost.
        "endpoint": "lineage/api/v1/lineage",
        "auth": {"type": "api_key", "apiKey": key},
    }
    # JSON is YAML.
    path.write_text(json.dumps({"transport": transport}))


def finished(lineage: Lineage, task_id: str) -> bool:
    """Whether the run of the other Airflow's job has ended."""
    found = lineage.query(
        "SELECT r.state FROM lineage_run r JOIN lineage_job j ON j.id = r.job_id "
        "WHERE j.namespace = :namespace AND j.name = :name AND r.capture = 'external'",
        namespace=OTHER,
        name=f"{DAG_ID}.{task_id}",
    )
    return [tuple(row) for row in found] == [("success",)]


def shape(graph: dict[str, Any]) -> tuple[set[str], set[tuple[str, str]]]:
    """(ids of nodes, edges), tables by their own name."""

    def short(node_id: str) -> str:
        return node_id.rpartition(".")[2] if node_id.startswith("dataset:") else node_id

    nodes = {short(node["id"]) for node in graph["nodes"]}
    return nodes, {(short(edge["source"]), short(edge["target"])) for edge in graph["edges"]}


THEIRS = [f"job:{OTHER}:{DAG_ID}.orders", f"job:{OTHER}:{JOB}"]
OURS = [f"job:{OWN}:{DAG_ID}.orders", f"job:{OWN}:{JOB}"]
EDGES = {
    edge
    for orders, totals in (THEIRS, OURS)
    for edge in ((orders, "told_orders"), ("told_orders", totals), (totals, "told_totals"))
}


def test_what_both_say_of_a_table_meets_in_it(told: Lineage) -> None:
    """The same data under the same name, whoever told of it."""
    graph = told.command("graph", "--node", dataset_of(told, "told_orders"), "--depth", "4")
    assert shape(graph) == ({*THEIRS, *OURS, "told_orders", "told_totals"}, EDGES)


def test_the_api_answers_the_same_graph(told: Lineage) -> None:
    answer = told.airflow.request(
        "GET",
        "/lineage/api/v2/graph",
        params={"nodeId": dataset_of(told, "told_orders"), "depth": 4, "granularity": "task"},
    )
    assert answer.status_code == 200, answer.text
    assert shape(answer.json()) == ({*THEIRS, *OURS, "told_orders", "told_totals"}, EDGES)


def test_no_event_of_the_client_was_refused(told: Lineage) -> None:
    """DAG events arrive too, and every run of theirs has its start and its end."""
    events = told.query(
        "SELECT j.name, e.phase FROM lineage_event e JOIN lineage_job j ON j.id = e.job_id ORDER BY e.event_at"
    )
    phases: dict[str, list[str]] = {}
    for name, phase in events:
        phases.setdefault(name, []).append(phase)
    expected = {name: ["START", "COMPLETE"] for name in (DAG_ID, f"{DAG_ID}.orders", JOB)}
    assert phases == expected


def dataset_of(told: Lineage, name: str) -> str:
    found = {row["name"].rpartition(".")[2]: row for row in told.command("datasets", "--search", name)}
    return f"dataset:{found[name]['namespace']}:{found[name]['name']}"

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import lineage
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, run_event, run_id, tell
from tests.store.counted import counted
from tests.store.stories import NAMESPACE, Story, core, entry


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(lineage.router, prefix="/api/v1")


def graph(client: TestClient, node_id: str, **params: Any) -> dict[str, Any]:
    """Nodes by id."""
    answer = client.get("/api/v1/lineage", params={"nodeId": node_id, **params})
    assert answer.status_code == 200, answer.text
    nodes = answer.json()["graph"]
    assert [node["id"] for node in nodes] == sorted(node["id"] for node in nodes)
    return {node["id"]: node for node in nodes}


def named(nodes: dict[str, Any]) -> set[str]:
    return {node["data"]["name"] for node in nodes.values()}


def test_edges_point_the_way_data_flows(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", ["raw"], [dataset("orders", **columns(id="int"))]))

    nodes = graph(client, f"dataset:{LAKE}:orders")

    job, orders = nodes[f"job:{JOBS}:load"], nodes[f"dataset:{LAKE}:orders"]
    edge = {"origin": job["id"], "destination": orders["id"]}
    assert (orders["type"], orders["inEdges"], orders["outEdges"]) == ("DATASET", [edge], [])
    assert (job["type"], job["outEdges"]) == ("JOB", [edge])
    assert job["inEdges"] == [{"origin": f"dataset:{LAKE}:raw", "destination": job["id"]}]
    assert orders["data"]["fields"][0]["name"] == "id"
    assert job["data"]["latestRun"]["state"] == "COMPLETED"
    assert job["data"]["inputs"] == [{"namespace": LAKE, "name": "raw"}]


def test_history_running_and_failed_jobs_stay_in_the_graph(client: TestClient, db: Any) -> None:
    tell(
        db,
        run_event("load", ["old"], ["orders"], run="1"),
        run_event("load", ["new"], ["orders"], run="2", phase="FAIL", at=NOW + timedelta(hours=1)),
        run_event("load", run="3", phase="START", at=NOW + timedelta(hours=2)),
        run_event("report", ["orders"], phase="START"),
    )

    assert named(graph(client, f"dataset:{LAKE}:orders")) == {"old", "new", "load", "orders", "report"}


def test_depth_is_counted_from_the_node_and_siblings_are_left_out(client: TestClient, db: Any) -> None:
    tell(
        db,
        run_event("a", ["raw"], ["x"]),
        run_event("b", ["x"], ["y"]),
        run_event("sibling", ["raw"], ["z"]),
    )

    assert named(graph(client, f"dataset:{LAKE}:x")) == {"raw", "a", "x", "b", "y"}
    assert named(graph(client, f"dataset:{LAKE}:x", depth=1)) == {"a", "x", "b"}
    assert named(graph(client, f"dataset:{LAKE}:x", depth=0)) == {"x"}
    assert named(graph(client, f"job:{JOBS}:a", depth=1)) == {"raw", "a", "x"}


def test_a_dataset_that_no_job_touches_stands_alone(client: TestClient, db: Any) -> None:
    event = run_event("x")
    event["dataset"] = dataset("alone")
    for key in ("run", "job", "inputs", "outputs", "eventType"):
        del event[key]
    event["schemaURL"] = event["schemaURL"].replace("RunEvent", "DatasetEvent")
    tell(db, event)

    assert named(graph(client, f"dataset:{LAKE}:alone")) == {"alone"}


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("trino://h:1337", "2024.daily"),
        ("jdbc:h2:mem:x", "a:b"),
        ("abfss://c@account.dfs.core.windows.net", "/t"),
        ("mine", "таблица"),
    ],
)
def test_colons_and_ports_in_node_ids_are_read_by_what_there_is(
    client: TestClient, db: Any, namespace: str, name: str
) -> None:
    tell(db, run_event(name, namespace=namespace))

    (node,) = graph(client, f"job:{namespace}:{name}").values()

    assert node["data"]["id"] == {"namespace": namespace, "name": name}
    apart = client.get("/api/v1/lineage", params={"type": "job", "namespace": namespace, "name": name})
    assert [each["id"] for each in apart.json()["graph"]] == [node["id"]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nodeId=dataset:x:nothing", 404),
        ("nodeId=job:x:nothing", 404),
        ("nodeId=nonsense", 400),
        ("nodeId=dataset:%00:x", 400),
        ("nodeId=" + ":" * 5000, 400),
        ("", 400),
        ("nodeId=dataset:x:y&depth=-1", 400),
        ("nodeId=dataset:x:y&depth=99999999999999999999", 400),
    ],
)
def test_what_cannot_be_answered_is_told(client: TestClient, query: str, code: int) -> None:
    answer = client.get(f"/api/v1/lineage?{query}")

    assert (answer.status_code, answer.json()["code"]) == (code, code)


def test_a_big_graph_costs_no_query_for_each_node(client: TestClient, db: Any) -> None:
    tell(db, run_event("job", ["raw"], ["d0"]))
    with counted(db) as few:
        graph(client, f"dataset:{LAKE}:raw")
    tell(db, *(run_event(f"job{number}", ["raw"], [f"d{number}"]) for number in range(40)))

    with counted(db) as many:
        nodes = graph(client, f"dataset:{LAKE}:raw")

    assert len(nodes) == 82
    assert len(many) <= len(few) + 2


def test_neighbours_that_may_not_be_seen_have_no_name(client_of: MakeClient, db: Any) -> None:
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), inputs=[entry("shared")], outputs=[entry("mine")]))
    tell(db, run_event("hush", ["hush_raw"], ["shared"]))
    client = client_of(lineage.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    answer = client.get("/api/v1/lineage", params={"nodeId": f"dataset:{LAKE}:mine"})

    nodes = {node["id"]: node for node in answer.json()["graph"]}
    masked = next(node for node in nodes.values() if node["data"].get("masked"))
    assert (masked["type"], masked["data"]["name"]) == ("JOB", "masked")
    assert masked["outEdges"] == [{"origin": masked["id"], "destination": f"dataset:{LAKE}:shared"}]
    assert "hush" not in answer.text
    hidden = client.get("/api/v1/lineage", params={"nodeId": f"job:{JOBS}:hush"})
    nothing = client.get("/api/v1/lineage", params={"nodeId": f"job:{JOBS}:nothing"})
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert hidden.json()["message"].replace("hush", "nothing") == nothing.json()["message"]


def upstream(client: TestClient, run: str, **params: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/runlineage/upstream", params={"runId": run, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["runs"]
    return found


def test_runs_upstream_are_those_that_made_what_was_read(client: TestClient, db: Any) -> None:
    hours = iter(range(10))
    for job, inputs, outputs, run in (
        ("a", ["raw"], ["x"], "a1"),
        ("b", ["x"], ["y"], "b1"),
        ("a", ["raw"], ["x"], "a2"),
        ("c", ["y", "x"], ["z"], "c1"),
    ):
        at = NOW + timedelta(hours=next(hours))
        tell(
            db,
            run_event(job, inputs, outputs, run=run, phase="START", at=at),
            run_event(job, inputs, outputs, run=run, at=at + timedelta(minutes=1)),
        )

    runs = upstream(client, run_id("c1"))

    assert runs[0]["run"]["id"] == run_id("c1")
    assert {each["run"]["id"] for each in runs} == {run_id(name) for name in ("c1", "b1", "a1", "a2")}
    made_by = {each["name"]: each["producedByRunId"] for each in runs[0]["inputs"]}
    assert made_by == {"x": run_id("a2"), "y": run_id("b1")}
    (read,) = next(each for each in runs if each["run"]["id"] == run_id("b1"))["inputs"]
    assert read["producedByRunId"] == run_id("a1")
    assert runs[0]["run"]["status"] == "COMPLETED"
    assert {each["run"]["id"] for each in upstream(client, run_id("c1"), depth=1)} == {
        run_id(name) for name in ("c1", "b1", "a2")
    }
    assert len(upstream(client, run_id("c1"), depth=0)) == 1


def test_runs_that_may_not_be_seen_are_left_out(client_of: MakeClient, db: Any) -> None:
    tell(
        db,
        run_event("hush", ["hush_raw"], ["shared"], run="hush", phase="START", at=NOW - timedelta(hours=2)),
        run_event("hush", ["hush_raw"], ["shared"], run="hush", at=NOW - timedelta(hours=1)),
    )
    story = Story(db, "seen")
    attempt = story.attempt()
    story.ingest(core(attempt, inputs=[entry("shared")]))
    client = client_of(lineage.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    (run,) = upstream(client, str(attempt))

    assert run["job"]["namespace"] == NAMESPACE
    assert [(read["name"], read["producedByRunId"]) for read in run["inputs"]] == [("shared", None)]
    path = "/api/v1/runlineage/upstream"
    assert client.get(path, params={"runId": run_id("hush")}).status_code == 404
    assert client.get(path, params={"runId": "x"}).status_code == 400

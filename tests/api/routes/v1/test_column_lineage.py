from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import column_lineage, datasets, jobs
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, origins, run_event, run_id, tell
from tests.store.stories import Story, core, entry


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(column_lineage.router, datasets.router, jobs.router, prefix="/api/v1")


@pytest.fixture
def chain(db: Any) -> None:
    """raw.a -> orders.id -> report.total; orders.note comes from nowhere."""
    tell(
        db,
        run_event(
            "load",
            [dataset("raw", **columns(a="int"))],
            [dataset("orders", **columns(id="bigint", note="text"), **origins(id="raw.a"))],
        ),
        run_event("report", ["orders"], [dataset("report", **origins(total="orders.id"))]),
    )


def field(name: str) -> str:
    """``orders.id`` to its node id."""
    table, _, column = name.partition(".")
    return f"datasetField:{LAKE}:{table}:{column}"


def graph(client: TestClient, node_id: str, **params: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/column-lineage", params={"nodeId": node_id, **params})
    assert answer.status_code == 200, answer.text
    return {node["id"]: node for node in answer.json()["graph"]}


def test_columns_upstream_of_a_column(client: TestClient, chain: None) -> None:
    nodes = graph(client, field("orders.id"))

    assert set(nodes) == {field("raw.a"), field("orders.id")}
    node = nodes[field("orders.id")]
    assert node["type"] == "DATASET_FIELD"
    assert node["data"]["field"] == "id"
    assert (node["data"]["dataset"], node["data"]["fieldType"]) == ("orders", "bigint")
    (source,) = node["data"]["inputFields"]
    assert (source["dataset"], source["field"], source["transformationType"]) == (
        "raw",
        "a",
        "DIRECT:IDENTITY",
    )
    assert source["datasetVersion"] is not None


def test_edges_lead_where_the_web_ui_looks_for_them(client: TestClient, chain: None) -> None:
    nodes = graph(client, field("orders.id"), withDownstream=True)

    assert set(nodes) == {field("raw.a"), field("orders.id"), field("report.total")}
    # The other end of an edge is its destination, on both sides.
    assert nodes[field("orders.id")]["inEdges"] == [
        {"origin": field("orders.id"), "destination": field("raw.a")}
    ]
    assert nodes[field("orders.id")]["outEdges"] == [
        {"origin": field("orders.id"), "destination": field("report.total")}
    ]


def test_a_column_that_comes_from_nowhere_is_itself_the_answer(client: TestClient, chain: None) -> None:
    (node,) = graph(client, field("raw.a")).values()

    assert (node["inEdges"], node["outEdges"], node["data"]["inputFields"]) == ([], [], [])


def test_of_a_dataset_all_columns_are_asked(client: TestClient, chain: None) -> None:
    assert set(graph(client, f"dataset:{LAKE}:orders")) == {
        field("raw.a"),
        field("orders.id"),
        field("orders.note"),
    }


def test_of_a_job_the_columns_that_it_writes(client: TestClient, chain: None) -> None:
    assert set(graph(client, f"job:{JOBS}:report")) == {
        field("report.total"),
        field("orders.id"),
        field("raw.a"),
    }
    assert set(graph(client, f"job:{JOBS}:report", depth=1)) == {field("report.total"), field("orders.id")}


def test_an_input_column_that_no_schema_has_is_kept(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", [dataset("raw", **columns(b="int"))], [dataset("x", **origins(id="raw.a"))]))

    nodes = graph(client, field("x.id"))

    assert nodes[field("raw.a")]["data"]["fieldType"] is None


def test_a_version_shows_the_columns_of_its_time(client: TestClient, db: Any) -> None:
    for hour, source in enumerate(["raw.a", "raw.b"]):
        types = columns(id="int" if hour == 0 else "bigint")
        tell(
            db,
            run_event(
                "load",
                ["raw"],
                [dataset("orders", **types, **origins(id=source))],
                run=f"r{hour}",
                at=NOW + timedelta(hours=hour),
            ),
        )
    newest, oldest = client.get("/api/v1/namespaces/s3%3A%2F%2Flake/datasets/orders/versions").json()[
        "versions"
    ]

    assert set(graph(client, f"{field('orders.id')}#{oldest['version']}")) == {
        field("orders.id"),
        field("raw.a"),
    }
    now = graph(client, f"dataset:{LAKE}:orders#{newest['version']}")
    assert set(now) == {field("orders.id"), field("raw.a"), field("raw.b")}
    assert now[field("orders.id")]["data"]["fieldType"] == "bigint"
    unknown = client.get("/api/v1/column-lineage", params={"nodeId": f"{field('orders.id')}#{run_id('x')}"})
    assert unknown.status_code == 404
    both = {"nodeId": f"{field('orders.id')}#{oldest['version']}", "withDownstream": "true"}
    assert client.get("/api/v1/column-lineage", params=both).status_code == 400


def test_a_version_of_a_job_can_be_asked_too(client: TestClient, db: Any) -> None:
    tell(db, run_event("load", ["raw"], [dataset("x", **origins(id="raw.a"))], run="1"))
    later = NOW + timedelta(hours=1)
    tell(db, run_event("load", ["raw"], ["x", dataset("y", **origins(id="raw.a"))], run="2", at=later))
    path = "/api/v1/namespaces/spark%3A%2F%2Fcluster%3A7077/jobs/load/versions"
    newest, oldest = client.get(path).json()["versions"]

    assert field("y.id") in graph(client, f"job:{JOBS}:load#{newest['version']}")
    assert set(graph(client, f"job:{JOBS}:load#{oldest['version']}")) == {field("x.id"), field("raw.a")}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nodeId=datasetField:x:y:z", 404),
        ("nodeId=dataset:x:y", 404),
        ("nodeId=job:x:y", 404),
        ("nodeId=run:1", 404),
        ("nodeId=dag:x:y", 404),
        ("nodeId=datasetField:x", 400),
        ("nodeId=", 400),
        ("nodeId=x%00:y", 400),
        ("", 400),
    ],
)
def test_what_cannot_be_answered_is_told(client: TestClient, query: str, code: int) -> None:
    answer = client.get(f"/api/v1/column-lineage?{query}")

    assert (answer.status_code, answer.json()["code"]) == (code, code)


def test_columns_of_datasets_that_may_not_be_seen_have_no_name(client_of: MakeClient, db: Any) -> None:
    tell(db, run_event("hush", ["hush_raw"], [dataset("shared", **origins(id="hush_raw.hush"))]))
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), inputs=[entry("shared")]))
    client = client_of(column_lineage.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    answer = client.get("/api/v1/column-lineage", params={"nodeId": field("shared.id")})

    assert answer.status_code == 200, answer.text
    assert "hush" not in answer.text
    assert [node["data"].get("masked", False) for node in answer.json()["graph"]] == [False, True]
    assert client.get("/api/v1/column-lineage", params={"nodeId": f"job:{JOBS}:hush"}).status_code == 404
    assert client.get("/api/v1/column-lineage", params={"nodeId": field("hush_raw.hush")}).status_code == 404


def test_sensitive_columns_have_no_name(client_of: MakeClient, db: Any) -> None:
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    raw = dataset("raw", **columns(mail="text"), **tags)
    tell(db, run_event("load", [raw], [dataset("x", **origins(id="raw.mail"))]))
    client = client_of(column_lineage.router, prefix="/api/v1", access=Access(None, False))

    answer = client.get("/api/v1/column-lineage", params={"nodeId": f"dataset:{LAKE}:x"})

    assert len(answer.json()["graph"]) == 2
    assert "mail" not in answer.text
    assert client.get("/api/v1/column-lineage", params={"nodeId": field("raw.mail")}).status_code == 404

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.api.routes.v2.graph import router
from airflow_lineage_provider.api.schemas.graph import GraphAnswer
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from tests.airflow_rows import NOW
from tests.store.graph.asked import short
from tests.store.landscape import Landscape

ORDERS = "dataset:s3://lake:orders"
SHOP = Access(frozenset({"shop"}), True)


@pytest.fixture
def land(db: Any) -> Landscape:
    land = Landscape(db)
    load = land.flow("shop.load", "raw", "orders")
    land.flow("shop.report", "orders", "report")
    land.flow("hr.secret", "report", "salaries")
    land.column(load, "raw.id", "orders.id")
    return land


@pytest.fixture
def client(land: Landscape, client_of: Any) -> Any:
    return client_of(router)


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {short(node["id"]) for node in answer.json()["nodes"]}


def test_the_graph_around_a_dataset(client: Any) -> None:
    answer = client.get("/api/v2/graph", params={"nodeId": ORDERS, "depth": 1})
    assert answer.json() == {
        "root": ORDERS,
        "granularity": "task",
        "nodes": [
            {"id": ORDERS, "type": "dataset", "namespace": "s3://lake", "name": "orders"},
            *(
                {
                    "id": f"job:airflow:shop.{task}",
                    "type": "job",
                    "namespace": "airflow",
                    "name": f"shop.{task}",
                    "dag_id": "shop",
                    "task_id": task,
                    "operator": "airflow.operators.Some",
                }
                for task in ("load", "report")
            ),
        ],
        "edges": [
            {
                "source": source,
                "target": target,
                "evidence": ["hook"],
                "first_seen": "2026-06-15T12:00:00+00:00",
                "last_seen": "2026-06-15T12:00:00+00:00",
                "runs": 1,
                "last_run_id": 1,
            }
            for source, target in (
                ("job:airflow:shop.load", ORDERS),
                (ORDERS, "job:airflow:shop.report"),
            )
        ],
        "columns": [],
        "truncated": False,
    }


@pytest.mark.parametrize("granularity", ["task", "dag", "table", "column"])
@pytest.mark.parametrize("access", [FULL_ACCESS, SHOP])
def test_answers_are_what_the_document_says(
    land: Landscape, client_of: Any, granularity: str, access: Access
) -> None:
    params = {"nodeId": ORDERS, "granularity": granularity, "columns": True}
    answer = client_of(router, access=access).get("/api/v2/graph", params=params).json()
    known = GraphAnswer.model_validate(answer).model_dump(mode="json", exclude_unset=True)
    assert shape(known) == shape(answer)


def shape(document: Any) -> Any:
    """Keys without values: nothing is told that the document does not know."""
    if isinstance(document, dict):
        return {key: shape(value) for key, value in document.items()}
    return [shape(each) for each in document] if isinstance(document, list) else None


def test_a_node_by_its_parts(client: Any) -> None:
    params = {
        "namespace": "airflow",
        "name": "shop.load",
        "type": "job",
        "direction": "downstream",
        "depth": 1,
    }
    assert ids(client.get("/api/v2/graph", params=params)) == {"shop.load", "orders"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"direction": "upstream"}, {"orders", "shop.load", "raw"}),
        ({"depth": 0}, {"orders"}),
        ({"max_nodes": 2}, {"orders", "shop.load"}),
        ({"as_of": "2026-06-14T00:00:00"}, {"orders"}),
        ({"since": "2026-06-15T14:00:01+02:00"}, {"orders"}),
        ({"granularity": "table", "direction": "upstream"}, {"orders", "raw"}),
        ({"granularity": "column"}, {"column:orders:id", "column:raw:id"}),
        ({"column": "id"}, {"column:orders:id", "column:raw:id"}),
        ({"granularity": "dag", "depth": 1}, {"orders", "dag:shop"}),
    ],
)
def test_what_is_asked_for(client: Any, params: dict[str, Any], expected: set[str]) -> None:
    assert ids(client.get("/api/v2/graph", params={"nodeId": ORDERS, **params})) == expected


def test_columns_on_request(client: Any) -> None:
    answer = client.get("/api/v2/graph", params={"nodeId": ORDERS, "columns": True}).json()
    (link,) = answer["columns"]
    assert link["input"] == {"dataset": "dataset:s3://lake:raw", "column": "id"}


def test_a_restricted_reader_gets_masked_neighbours(land: Landscape, client_of: Any) -> None:
    answer = client_of(router, access=SHOP).get("/api/v2/graph", params={"nodeId": ORDERS})
    assert "masked:1" in ids(answer)
    assert "secret" not in answer.text
    assert {"id": "masked:1", "type": "job", "masked": True} in answer.json()["nodes"]


@pytest.mark.parametrize("path", ["/api/v2/graph", "/api/v2/impact", "/api/v2/graph/export"])
def test_what_may_not_be_seen_answers_as_what_is_not_there(
    land: Landscape, client_of: Any, path: str
) -> None:
    client = client_of(router, access=SHOP)
    hidden = client.get(path, params={"nodeId": "dataset:s3://lake:salaries"})
    missing = client.get(path, params={"nodeId": "dataset:s3://lake:nothing"})
    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 400),
        ({"nodeId": ORDERS, "namespace": "s3://lake"}, 400),
        ({"namespace": "s3://lake"}, 400),
        ({"nodeId": "orders"}, 400),
        ({"nodeId": ORDERS, "granularity": "run"}, 400),
        ({"nodeId": "run:x"}, 400),
        ({"nodeId": "run:99999999999999999999999"}, 404),
        ({"nodeId": "run:9223372036854775807"}, 404),
        ({"nodeId": "job:airflow:shop.load", "column": "id"}, 400),
        ({"nodeId": ORDERS, "column": "nothing"}, 404),
        ({"nodeId": ORDERS, "depth": -1}, 422),
        ({"nodeId": ORDERS, "depth": 10**30}, 422),
        ({"nodeId": ORDERS, "max_nodes": 10_001}, 422),
        ({"nodeId": ORDERS, "as_of": "0001-01-01T00:00:00+14:00"}, 422),
        ({"nodeId": ORDERS, "since": "yesterday"}, 422),
        ({"nodeId": "dataset:\x00:b"}, 422),
        ({"nodeId": "dataset:" + "a:" * 1000 + "b"}, 400),
    ],
)
def test_wrong_questions_are_told_what_is_wrong(client: Any, params: dict[str, Any], status: int) -> None:
    answer = client.get("/api/v2/graph", params=params)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["graph", "impact", "graph/export"]),
    params=st.dictionaries(
        st.sampled_from(
            ["namespace", "name", "type", "column", "depth", "as_of", "since", "cursor", "format", "limit"]
        ),
        st.text(max_size=12) | st.integers().map(str),
        max_size=4,
    ),
    node=st.one_of(
        st.none(),
        st.sampled_from([ORDERS, "dag:airflow:shop", "column:s3://lake:orders:id"]),
        st.builds(
            "{}:{}".format,
            st.sampled_from(["dataset", "job", "dag", "run", "column", "x"]),
            st.text(max_size=15) | st.integers().map(str),
        ),
    ),
)
def test_no_question_breaks_the_server(
    client: Any, path: str, params: dict[str, str], node: str | None
) -> None:
    if node is not None:
        params["nodeId"] = node
    encoded = {key: value.encode("utf-8", "surrogatepass") for key, value in params.items()}
    assert client.get(f"/api/v2/{path}", params=encoded).status_code < 500


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("graphml", "application/graphml+xml"),
        ("mermaid", "text/vnd.mermaid; charset=utf-8"),
        ("openlineage", "application/x-ndjson"),
    ],
)
def test_exports(client: Any, format: str, media_type: str) -> None:
    answer = client.get("/api/v2/graph/export", params={"nodeId": ORDERS, "format": format})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith("attachment")
    if format == "json":
        assert answer.json()["root"] == ORDERS
    elif format == "graphml":
        ElementTree.fromstring(answer.content)
    elif format == "openlineage":
        assert {json.loads(line)["job"]["name"] for line in answer.text.splitlines()} == {
            "shop.load",
            "shop.report",
            "hr.secret",
        }
    else:
        assert "orders" in answer.text


def test_the_impact_list_in_pages(client: Any) -> None:
    params: dict[str, Any] = {"nodeId": "dataset:s3://lake:raw", "limit": 2}
    found = []
    for _ in range(5):
        page = client.get("/api/v2/impact", params=params).json()
        found += [(item["degree"], short(item["id"])) for item in page["items"]]
        if not page.get("next_cursor"):
            break
        params["cursor"] = page["next_cursor"]
    assert found == [
        ("1", "shop.load"),
        ("1", "orders"),
        ("2", "shop.report"),
        ("2", "report"),
        ("3+", "hr.secret"),
        ("3+", "salaries"),
    ]
    assert page["total"] == 6


def test_an_item_tells_its_way(client: Any) -> None:
    page = client.get("/api/v2/impact", params={"nodeId": ORDERS, "direction": "upstream"}).json()
    item = page["items"][1]
    assert (item["id"], item["distance"]) == ("dataset:s3://lake:raw", 2)
    assert item["path"] == [ORDERS, "job:airflow:shop.load", "dataset:s3://lake:raw"]
    assert item["status"] == "unknown"


def test_the_whole_list_as_csv(client: Any) -> None:
    answer = client.get("/api/v2/impact", params={"nodeId": ORDERS, "format": "csv", "limit": 1})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["name"] for row in rows] == ["shop.report", "report", "hr.secret", "salaries"]
    assert rows[0]["dags"] == "shop"


def test_a_cursor_of_another_list_is_refused(client: Any) -> None:
    answer = client.get("/api/v2/impact", params={"nodeId": ORDERS, "cursor": "x" * 40})
    assert answer.status_code == 400


def test_the_default_granularity_fits_the_node(client: Any) -> None:
    answer = client.get("/api/v2/graph", params={"nodeId": "dag:airflow:shop"}).json()
    assert answer["granularity"] == "dag"
    answer = client.get("/api/v2/graph", params={"nodeId": "column:s3://lake:orders:id"}).json()
    assert answer["granularity"] == "column"


def test_time_travel(land: Landscape, client_of: Any) -> None:
    land.flow("shop.later", "orders", "", first_seen=NOW + timedelta(days=3))
    client = client_of(router)
    before = {"nodeId": ORDERS, "depth": 1, "as_of": (NOW + timedelta(days=2)).isoformat()}
    after = {"nodeId": ORDERS, "depth": 1, "as_of": (NOW + timedelta(days=3)).isoformat()}
    assert "shop.later" not in ids(client.get("/api/v2/graph", params=before))
    assert "shop.later" in ids(client.get("/api/v2/graph", params=after))

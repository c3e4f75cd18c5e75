from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.marquez.namespaces import source_type
from airflow_lineage_provider.api.routes.v1 import namespaces, unescaped
from airflow_lineage_provider.model.access import Access
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, dataset, run_event, tell
from tests.store.stories import NAMESPACE, Story, core, entry


@pytest.fixture
def client(client_of: MakeClient, db: Any) -> TestClient:
    tags = {"tags": {"tags": [{"key": "gold", "value": "true"}, {"key": "team", "value": "shop"}]}}
    tell(db, run_event("load", ["raw"], [dataset(("postgres://h:5432", "shop.public.orders"), **tags)]))
    return client_of(namespaces.router, unescaped.router, prefix="/api/v1")


def test_namespaces_are_those_of_jobs_and_of_datasets(client: TestClient) -> None:
    found = client.get("/api/v1/namespaces").json()["namespaces"]

    assert [each["name"] for each in found] == ["postgres://h:5432", LAKE, JOBS]
    assert client.get("/api/v1/namespaces?limit=1&offset=1").json()["namespaces"] == [found[1]]
    for each in found:
        assert client.get(f"/api/v1/namespaces/{quote(each['name'], safe='')}").json() == each
        assert client.get(f"/api/v1/namespaces/{each['name']}").json() == each
    assert client.get("/api/v1/namespaces/nothing").json() == {
        "code": 404,
        "message": "Namespace 'nothing' not found.",
    }
    assert client.get("/api/v1/namespaces/a%2F%00").status_code == 404


def test_sources_are_of_the_type_that_their_scheme_tells(client: TestClient) -> None:
    found = client.get("/api/v1/sources").json()["sources"]

    assert {each["name"]: each["type"] for each in found} == {"postgres://h:5432": "POSTGRESQL", LAKE: "S3"}
    assert client.get("/api/v1/sources/s3%3A%2F%2Flake").json()["connectionUrl"] == LAKE
    assert client.get(f"/api/v1/sources/{LAKE}").json()["type"] == "S3"
    assert client.get("/api/v1/sources/nothing").status_code == 404


@pytest.mark.parametrize(
    ("namespace", "kind"),
    [
        ("postgres://h:5432", "POSTGRESQL"),
        ("mysql://h:3306", "MYSQL"),
        ("snowflake://org-account", "SNOWFLAKE"),
        ("bigquery", "BIGQUERY"),
        ("file", "FILE"),
        ("gs://bucket", "GCS"),
        ("food_delivery", "OTHER"),
    ],
)
def test_types_of_sources(namespace: str, kind: str) -> None:
    assert source_type(namespace) == kind


def test_tags_are_those_that_producers_gave(client: TestClient) -> None:
    assert client.get("/api/v1/tags").json() == {
        "tags": [{"name": "gold", "description": None}, {"name": "team:shop", "description": None}]
    }


def test_a_reader_is_shown_the_places_that_their_dags_touch(client_of: MakeClient, db: Any) -> None:
    tags = {"tags": {"tags": [{"key": "gold", "value": "true"}]}}
    tell(db, run_event("load", outputs=[dataset(("postgres://h:5432", "shop.public.orders"), **tags)]))
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), outputs=[entry("x")]))
    client = client_of(namespaces.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    found = client.get("/api/v1/namespaces").json()["namespaces"]

    assert [each["name"] for each in found] == [NAMESPACE, LAKE]
    assert [each["name"] for each in client.get("/api/v1/sources").json()["sources"]] == [LAKE]
    assert client.get("/api/v1/sources/postgres%3A%2F%2Fh%3A5432").status_code == 404
    assert client.get("/api/v1/namespaces/postgres%3A%2F%2Fh%3A5432").status_code == 404
    assert client.get("/api/v1/tags").json() == {"tags": []}

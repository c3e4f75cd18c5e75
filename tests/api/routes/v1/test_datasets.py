from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v1 import datasets, jobs, namespaces, unescaped
from airflow_lineage_provider.model.access import Access
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v1.telling import JOBS, LAKE, columns, dataset, origins, run_event, run_id, tell
from tests.store.counted import counted
from tests.store.stories import Story, core, entry

ODD_NAMES = [
    (LAKE, "a/b.csv"),
    ("s3://odd", "/a/b.csv"),
    ("postgres://h:5432", "shop.public.orders"),
    ("file", "/"),
    ("bigquery", "project.set.table$20240101"),
    ("mine", "a/versions"),
    ("mine", "x/datasets/y"),
    ("mine", "100% gut?#&+ x"),
    ("mine", "таблица"),
]


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of(datasets.router, unescaped.router, prefix="/api/v1")


def url(namespace: str, name: str = "", *rest: str) -> str:
    """Percent-encoded as clients do it."""
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/datasets"
    return "/".join([path, *([quote(name, safe="")] if name else []), *rest])


@pytest.mark.parametrize(("namespace", "name"), ODD_NAMES)
def test_a_dataset_is_found_whatever_is_in_its_name(
    client: TestClient, db: Any, namespace: str, name: str
) -> None:
    tell(db, run_event("load", outputs=[dataset((namespace, name), **columns(id="int"))]))

    answer = client.get(url(namespace, name))

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["id"], found["fields"][0]["name"]) == (
        {"namespace": found["namespace"], "name": found["name"]},
        "id",
    )
    versions = client.get(url(namespace, name, "versions")).json()
    assert versions["totalCount"] == 1
    one = client.get(url(namespace, name, "versions", versions["versions"][0]["version"])).json()
    assert one == versions["versions"][0]
    assert one["version"] == found["currentVersion"]


@pytest.mark.parametrize(
    ("namespace", "name"),
    [("s3://odd", "/a/b.csv"), ("postgres://h:5432", "shop.public.orders"), (LAKE, "a/b")],
)
def test_slashes_that_a_proxy_unescaped_are_read_by_what_there_is(
    client: TestClient, db: Any, namespace: str, name: str
) -> None:
    tell(db, run_event("load", outputs=[dataset((namespace, name), **columns(id="int"))]))
    plain = f"/api/v1/namespaces/{namespace}/datasets"
    stored = name.lstrip("/")  # in a bucket it means nothing

    assert client.get(f"{plain}/{name}").json()["name"] == stored
    assert client.get(f"{plain}/{name}/versions").json()["totalCount"] == 1
    assert [each["name"] for each in client.get(plain).json()["datasets"]] == [stored]


def test_the_versions_of_one_are_not_taken_for_another(client: TestClient, db: Any) -> None:
    both = [dataset(("mine", "a"), **columns(id="int")), dataset(("mine", "a/versions"))]
    tell(db, run_event("load", outputs=both))

    assert client.get("/api/v1/namespaces/mine/datasets/a/versions").json()["totalCount"] == 1
    assert client.get("/api/v1/namespaces/mine/datasets/a%2Fversions").json()["name"] == "a/versions"


def test_a_version_is_made_when_columns_change_and_not_for_each_run(client: TestClient, db: Any) -> None:
    for day, types in enumerate([{"id": "int"}, {"id": "int"}, {"id": "bigint"}, {"id": "bigint"}]):
        tell(
            db,
            run_event(
                "load",
                outputs=[dataset("orders", **columns(**types))],
                run=f"r{day}",
                at=NOW + timedelta(hours=day),
            ),
        )

    answer = client.get(url(LAKE, "orders", "versions")).json()

    assert answer["totalCount"] == 2
    newest, oldest = answer["versions"]
    assert (newest["fields"][0]["type"], oldest["fields"][0]["type"]) == ("bigint", "int")
    assert (newest["createdByRun"]["id"], oldest["createdByRun"]["id"]) == (run_id("r2"), run_id("r0"))
    assert newest["id"] == {"namespace": LAKE, "name": "orders", "version": newest["version"]}
    again = client.get(url(LAKE, "orders", "versions")).json()
    assert again == answer
    second = client.get(url(LAKE, "orders", "versions") + "?limit=1&offset=1").json()
    assert second == {"versions": [oldest], "totalCount": 2}


def test_facets_tags_and_column_lineage_come_with_a_dataset(client: TestClient, db: Any) -> None:
    facets = {
        **columns(id="int", mail="text"),
        **origins(id="raw.id"),
        "documentation": {"description": "What was ordered."},
        "tags": {
            "tags": [
                {"key": "gold", "value": "true"},
                {"key": "tier", "value": "1", "field": "mail"},
            ]
        },
    }
    tell(db, run_event("load", inputs=["raw"], outputs=[dataset("orders", **facets)]))

    found = client.get(url(LAKE, "orders")).json()

    assert found["description"] == "What was ordered."
    assert found["tags"] == ["gold"]
    assert {field["name"]: field["tags"] for field in found["fields"]} == {"id": [], "mail": ["tier:1"]}
    assert "documentation" in found["facets"]
    (line,) = found["columnLineage"]
    (source,) = line["inputFields"]
    assert (line["name"], source["namespace"], source["dataset"], source["field"]) == (
        "id",
        LAKE,
        "raw",
        "id",
    )
    assert source["transformationType"] == "DIRECT:IDENTITY"
    assert (found["sourceName"], found["type"], found["deleted"]) == (LAKE, "DB_TABLE", False)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_facet_that_its_producer_deleted_is_there_no_more(
    client_of: MakeClient, db: Any, order: tuple[int, int]
) -> None:
    told = {"documentation": {"description": "Ours."}, "tags": {"tags": [{"key": "gold", "value": "true"}]}}
    facets = [told, {name: {**body, "_deleted": True} for name, body in told.items()}]
    for hour in order:
        output = dataset("orders", **facets[hour])
        at = NOW + timedelta(hours=hour)
        tell(db, run_event("load", outputs=[output], job_facets=facets[hour], run=f"r{hour}", at=at))
    client = client_of(datasets.router, jobs.router, namespaces.router, prefix="/api/v1")

    found = client.get(url(LAKE, "orders")).json()
    job = client.get(f"/api/v1/namespaces/{quote(JOBS, safe='')}/jobs/load").json()

    assert (found["description"], found["tags"]) == (job["description"], job["tags"]) == (None, [])
    assert not told.keys() & {*found["facets"], *job["facets"]}
    assert client.get("/api/v1/tags").json()["tags"] == []


def test_a_list_is_paged_and_counted_in_as_many_queries_however_long_it_is(
    client: TestClient, db: Any
) -> None:
    tell(db, run_event("load", outputs=[dataset(f"d{number}", **columns(id="int")) for number in range(3)]))
    with counted(db) as few:
        client.get(url(LAKE))
    tell(db, run_event("more", outputs=[dataset(f"e{number}", **columns(id="int")) for number in range(40)]))

    with counted(db) as many:
        answer = client.get(url(LAKE) + "?limit=2&offset=1").json()
        client.get(url(LAKE))

    assert [each["name"] for each in answer["datasets"]] == ["d1", "d2"]
    assert answer["totalCount"] == 43
    assert len(many) <= 2 * len(few)


def test_what_is_not_known_is_said_as_marquez_says_it(client: TestClient, db: Any) -> None:
    answer = client.get(url(LAKE, "nothing"))

    assert (answer.status_code, answer.json()) == (
        404,
        {"code": 404, "message": "Dataset 'nothing' not found."},
    )
    wrong = client.get(url(LAKE) + "?limit=0")
    assert wrong.status_code == 400
    assert wrong.json()["code"] == 400
    assert "limit" in wrong.json()["message"]
    assert client.get(url(LAKE, "orders", "versions", "no-uuid")).status_code == 400
    assert client.get(url("a%00b", "c%00")).status_code == 404
    assert client.get("/api/v1/namespaces/a%00/datasets/b%ff%00").status_code == 404


def test_a_reader_is_shown_what_their_dags_touch(client_of: MakeClient, db: Any) -> None:
    for dag_id, name in (("seen", "mine"), ("hidden", "theirs")):
        story = Story(db, dag_id)
        story.ingest(core(story.attempt(), outputs=[entry(name)]))
    client = client_of(datasets.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    answer = client.get(url(LAKE)).json()

    assert ([each["name"] for each in answer["datasets"]], answer["totalCount"]) == (["mine"], 1)
    assert client.get(url(LAKE, "theirs")).status_code == 404
    assert client.get(url(LAKE, "theirs", "versions")).status_code == 404


def test_the_run_of_a_job_that_may_not_be_seen_is_not_told(client_of: MakeClient, db: Any) -> None:
    tell(db, run_event("export", outputs=[dataset("shared", **columns(id="int"))]))
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), inputs=[entry("shared")]))
    client = client_of(datasets.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))

    (version,) = client.get(url(LAKE, "shared", "versions")).json()["versions"]

    assert version["createdByRun"] is None
    assert version["fields"][0]["name"] == "id"


def test_sensitive_columns_keep_their_place_only(client_of: MakeClient, db: Any) -> None:
    tags = {"tags": {"tags": [{"key": "classification", "value": "pii", "field": "mail"}]}}
    facets = {**columns(id="int", mail="text"), **origins(id="raw.id", mail="raw.mail"), **tags}
    tell(db, run_event("load", inputs=["raw"], outputs=[dataset("orders", **facets)]))
    client = client_of(datasets.router, prefix="/api/v1", access=Access(None, False))

    answer = client.get(url(LAKE, "orders"))

    assert [field["name"] for field in answer.json()["fields"]] == ["id", "masked"]
    versions = client.get(url(LAKE, "orders", "versions"))
    assert "mail" not in answer.text + versions.text
    assert "text" not in versions.text


def test_facets_name_nothing_that_may_not_be_seen(client_of: MakeClient, db: Any) -> None:
    tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}]}}
    raw = dataset("hush", **columns(mail="text"), **tags)
    facets = {**columns(id="int"), **origins(id="hush.mail"), "lineageNote": {"from": raw}}
    tell(db, run_event("export", [raw], [dataset("shared", **facets)]))
    story = Story(db, "seen")
    story.ingest(core(story.attempt(), inputs=[entry("shared")]))
    restricted = client_of(datasets.router, prefix="/api/v1", access=Access(frozenset({"seen"}), True))
    everybody = client_of(datasets.router, prefix="/api/v1", access=Access(None, False))
    trusted = client_of(datasets.router, prefix="/api/v1")

    assert "hush" in str(trusted.get(url(LAKE, "shared")).json()["facets"])
    assert "hush" not in restricted.get(url(LAKE, "shared")).text
    assert "mail" not in everybody.get(url(LAKE, "shared")).text

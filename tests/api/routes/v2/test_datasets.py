"""Routes of datasets."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.api.routes.v2 import datasets
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.landscape import LAKE
from tests.store.test_run_detail import VIEWER, tag_column

URL = "/api/v2/datasets"
ORDERS = {"namespace": LAKE, "name": "orders"}
WINDOW = {"since": "2026-06-15T00:00:00Z", "until": "2026-06-16T00:00:00Z"}
NAMED = ("profile", "schema-history", "why")


def test_datasets_are_listed_in_pages(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(datasets.router)
    first = client.get(URL, params={"limit": 2}).json()
    assert [entry["name"] for entry in first["datasets"]] == ["raw", "orders"]
    assert (first["datasets"][1]["writers"], first["datasets"][1]["readers"]) == (1, 0)
    second = client.get(URL, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [entry["name"] for entry in second["datasets"]] == ["salaries"]
    assert second["next_cursor"] is None
    found = client.get(URL, params={"search": "ORD", "namespace": LAKE}).json()
    assert [entry["node_id"] for entry in found["datasets"]] == [f"dataset:{LAKE}:orders"]
    assert client.get(URL, params={"search": "%"}).json()["datasets"] == []


def test_a_profile_is_read_by_name_or_node(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(datasets.router)
    found = client.get(f"{URL}/profile", params=ORDERS).json()
    assert [column["name"] for column in found["columns"]] == ["id", "email"]
    assert [writer["last_run"]["id"] for writer in found["writers"]["jobs"]] == [shop.first]
    assert [count["rows"] for count in found["trend"]] == [20, 10]
    assert found["owners"] == []
    assert client.get(f"{URL}/profile", params={"nodeId": f"dataset:{LAKE}:orders"}).json() == found


def test_the_history_of_columns_is_read_in_pages(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(datasets.router)
    first = client.get(f"{URL}/schema-history", params={**ORDERS, "limit": 1}).json()
    (newest,) = first["versions"]
    assert [(change["kind"], change["name"]) for change in newest["changes"]] == [("type_changed", "id")]
    assert newest["run"]["id"] == shop.second
    rest = client.get(
        f"{URL}/schema-history", params={**ORDERS, "limit": 1, "cursor": first["next_cursor"]}
    ).json()
    assert rest["versions"][0]["changes"] is None
    assert rest["next_cursor"] is None


def test_why_tells_what_happened(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(datasets.router)
    found = client.get(f"{URL}/why", params={**ORDERS, **WINDOW}).json()
    assert [each["kind"] for each in found["happenings"]] == [
        "written",
        "sql_changed",
        "schema_changed",
        "written",
    ]
    assert not found["is_truncated"]
    nothing = client.get(f"{URL}/why", params={**ORDERS, "until": "1990-01-01"}).json()
    assert nothing["happenings"] == []


@pytest.mark.parametrize("route", NAMED)
def test_what_may_not_be_seen_is_not_found(shop: Shop, client_of: MakeClient, route: str) -> None:
    client = client_of(datasets.router, access=VIEWER)
    for name in ("salaries", "nobody's"):
        assert client.get(f"{URL}/{route}", params={"namespace": LAKE, "name": name}).status_code == 404
        assert client.get(f"{URL}/{route}", params={"nodeId": f"dataset:{LAKE}:{name}"}).status_code == 404
    listed = client.get(URL).json()["datasets"]
    assert [entry["name"] for entry in listed] == ["raw", "orders"]


@pytest.mark.parametrize("route", NAMED)
def test_sensitive_columns_are_masked(shop: Shop, client_of: MakeClient, route: str) -> None:
    tag_column(shop.chronicle, "orders", "email")
    tag_column(shop.chronicle, "orders", "email")
    answer = client_of(datasets.router, access=VIEWER).get(f"{URL}/{route}", params={**ORDERS, **WINDOW})
    assert answer.status_code == 200
    assert "email" not in answer.text


@pytest.mark.parametrize("route", NAMED)
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, 400),
        ({"namespace": LAKE}, 400),
        ({**ORDERS, "nodeId": "dataset:a:b"}, 400),
        ({"nodeId": "job:a:b"}, 404),
        ({"nodeId": "nonsense"}, 400),
        ({"nodeId": "dataset:" + "a:" * 1500}, 404),
        ({"namespace": "a\x00", "name": "b"}, 422),
        ({"namespace": "a", "name": "b" * 5000}, 422),
    ],
)
def test_what_names_no_dataset_is_refused(
    shop: Shop, client_of: MakeClient, route: str, params: dict[str, Any], code: int
) -> None:
    assert client_of(datasets.router).get(f"{URL}/{route}", params=params).status_code == code


def test_a_window_that_ends_before_it_starts_is_refused(shop: Shop, client_of: MakeClient) -> None:
    params = {**ORDERS, "since": WINDOW["until"], "until": WINDOW["since"]}
    answer = client_of(datasets.router).get(f"{URL}/why", params=params)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "since must be before until"

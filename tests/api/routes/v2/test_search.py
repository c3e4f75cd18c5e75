"""The route of search."""

from __future__ import annotations

import pytest

from airflow_lineage_provider.api.routes.v2 import search
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.test_run_detail import VIEWER

URL = "/api/v2/search"


def test_hits_come_in_pages_with_their_types(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(search.router)
    found = []
    params = {"q": "LOAD", "limit": "1"}
    while True:
        page = client.get(URL, params=params).json()
        found += page["hits"]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert [(hit["type"], hit["name"], hit["dag_id"]) for hit in found] == [
        ("job", "shop.load", "shop"),
        ("job", "payroll.load", "payroll"),
    ]
    typed = client.get(URL, params=[("q", "e"), ("type", "column"), ("type", "dag")]).json()["hits"]
    assert [(hit["type"], hit["name"], hit["columns"]) for hit in typed] == [("column", "orders", ["email"])]


def test_what_may_not_be_seen_is_not_found(shop: Shop, client_of: MakeClient) -> None:
    hits = client_of(search.router, access=VIEWER).get(URL, params={"q": "load"}).json()["hits"]
    assert [hit["name"] for hit in hits] == ["shop.load"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 422),
        ("q=", 422),
        ("q=%00", 422),
        ("q=a&type=x", 422),
        ("q=a&cursor=x", 400),
        ("q=" + "%25" * 500, 200),
        ("q=" + "x" * 501, 422),
        ("q=%ED%A0%80", 200),
        ("q=%F0%9F%92%A9", 200),
    ],
)
def test_odd_questions_are_refused_or_answered(
    shop: Shop, client_of: MakeClient, query: str, code: int
) -> None:
    assert client_of(search.router).get(f"{URL}?{query}").status_code == code

"""The route of coverage."""

from __future__ import annotations

from airflow_lineage_provider.api.routes.v2 import coverage
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.test_run_detail import VIEWER

URL = "/api/v2/coverage"
WINDOW = {"since": "2026-06-15T00:00:00Z", "until": "2026-06-16T00:00:00Z"}


def test_groups_come_in_pages_with_the_total(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(coverage.router)
    first = client.get(URL, params={**WINDOW, "limit": 1}).json()
    assert [(row["dag_id"], row["counts"]["attempts"]) for row in first["rows"]] == [("payroll", 1)]
    assert (first["total"]["attempts"], first["total"]["coverage"]) == (3, 1.0)
    second = client.get(URL, params={**WINDOW, "limit": 1, "cursor": first["next_cursor"]}).json()
    assert [(row["dag_id"], row["counts"]["with_io"]) for row in second["rows"]] == [("shop", 2)]
    assert second["next_cursor"] is None


def test_each_grouping_is_answered_and_others_are_refused(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(coverage.router)
    for by in ("dag", "task", "operator"):
        assert client.get(URL, params={**WINDOW, "by": by}).json()["rows"]
    assert client.get(URL, params={"by": "moon"}).status_code == 422
    assert client.get(URL, params={"cursor": "x"}).status_code == 400


def test_a_restricted_reader_counts_own_dags(shop: Shop, client_of: MakeClient) -> None:
    found = client_of(coverage.router, access=VIEWER).get(URL, params=WINDOW).json()
    assert [row["dag_id"] for row in found["rows"]] == ["shop"]
    assert found["total"]["attempts"] == 2

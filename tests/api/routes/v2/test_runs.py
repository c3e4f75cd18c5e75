"""Routes of runs."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.api.routes.v2 import runs
from airflow_lineage_provider.model.access import FULL_ACCESS
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.landscape import JOBS
from tests.store.test_run_detail import VIEWER, tag_column

URL = "/api/v2/runs"


def test_runs_are_listed_in_pages(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(runs.router)
    first = client.get(URL, params={"limit": 2}).json()
    assert [entry["run"]["id"] for entry in first["runs"]] == [shop.payroll, shop.second]
    second = client.get(URL, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [entry["run"]["id"] for entry in second["runs"]] == [shop.first]
    assert second["next_cursor"] is None
    entry = second["runs"][0]
    assert (entry["inputs"], entry["outputs"], entry["run"]["duration"]) == (1, 1, 10)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"dag_id": "shop"}, ["second", "first"]),
        ({"dag_id": "shop", "run_id": "r1"}, ["first"]),
        ({"task_id": "load", "state": "failed"}, []),
        ({"dag_id": "shop", "map_index": "-1"}, ["second", "first"]),
        ({"dag_id": "shop", "map_index": "0"}, []),
        ({"job": f"job:{JOBS}:payroll.load"}, ["payroll"]),
        ({"job": f"job:{JOBS}:nobody"}, []),
        ({"since": "2026-06-15T13:00:00Z", "until": "2026-06-15T14:00"}, ["second"]),
    ],
)
def test_filters_narrow_the_list(
    shop: Shop, client_of: MakeClient, params: dict[str, str], expected: list[str]
) -> None:
    answer = client_of(runs.router).get(URL, params=params).json()
    assert [entry["run"]["id"] for entry in answer["runs"]] == [getattr(shop, name) for name in expected]


def test_a_run_is_read_by_each_of_its_names(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(runs.router)
    by_id = client.get(f"{URL}/{shop.first}").json()
    assert by_id["run"]["id"] == shop.first
    assert by_id["outputs"][0]["columns"][1]["name"] == "email"
    assert client.get(f"{URL}/{shop.chronicle.uuid_of(shop.first)}").json() == by_id
    named = {"dag_id": "shop", "run_id": "r1", "task_id": "load", "map_index": -1, "try_number": 1}
    assert client.get(f"{URL}/attempt", params=named).json() == by_id
    named["try_number"] = 2
    assert client.get(f"{URL}/attempt", params=named).status_code == 404


def test_a_run_is_compared_with_the_one_before_or_with_any(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(runs.router)
    url = f"{URL}/{shop.second}/diff"
    found = client.get(url).json()
    assert found["before"]["id"] == shop.first
    assert [entry["fingerprint"] for entry in found["statements_added"]] == ["f2"]
    orders = next(entry for entry in found["datasets"] if entry["name"] == "orders")
    assert orders["rows"] == {"before": 10, "after": 20, "ratio": 2.0}
    assert [(change["kind"], change["name"]) for change in orders["columns"]] == [("type_changed", "id")]
    assert found["is_same"] is False
    assert client.get(url, params={"with": "last-success"}).json() == found
    other = client.get(url, params={"with": str(shop.payroll)}).json()
    assert [entry["name"] for entry in other["outputs_removed"]] == ["salaries"]


def test_what_is_not_there_or_may_not_be_seen_is_not_found(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(runs.router, access=VIEWER)
    for path in (
        f"{shop.payroll}",
        f"{shop.payroll}/diff",
        f"{shop.second}/diff?with={shop.payroll}",
        f"{shop.first}/diff",
        "0",
        "nonsense",
        "9" * 200,
        "attempt?dag_id=payroll&run_id=x&task_id=load",
    ):
        answer = client.get(f"{URL}/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["detail"]
    assert len(client.get(URL).json()["runs"]) == 2


def test_sensitive_columns_and_statements_are_masked(shop: Shop, client_of: MakeClient) -> None:
    tag_column(shop.chronicle, "orders", "email")
    client = client_of(runs.router, access=VIEWER)
    for path in (f"{shop.second}", f"{shop.second}/diff"):
        text = client.get(f"{URL}/{path}").text
        assert "email" not in text
        assert "SELECT f" not in text
    allowed = client_of(runs.router, access=FULL_ACCESS).get(f"{URL}/{shop.second}").text
    assert "email" in allowed
    assert "SELECT f2" in allowed


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"cursor": "x"}, 400),
        ({"job": "dataset:a:b"}, 400),
        ({"job": "job"}, 400),
        ({"dag_id": "a\x00"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 10**30}, 422),
        ({"since": "0001-01-01T00:00:00+14:00"}, 422),
        ({"until": "9999-12-31T23:59:59-14:00"}, 422),
        ({"since": "1e300"}, 422),
        ({"state": "x" * 1000}, 422),
        ({"job": "job:" + "a:" * 1500}, 200),
    ],
)
def test_odd_parameters_are_refused_and_never_an_error_of_ours(
    shop: Shop, client_of: MakeClient, params: dict[str, Any], code: int
) -> None:
    assert client_of(runs.router).get(URL, params=params).status_code == code

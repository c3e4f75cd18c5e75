"""The routes of DAG runs."""

from __future__ import annotations

from airflow_lineage_provider.api.routes.v2 import dag_runs
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.test_run_detail import VIEWER

DETAIL, DIFF, NEXT = "/api/v2/dag-runs/detail", "/api/v2/dag-runs/diff", "/api/v2/dags/next-runs"
SECOND = {"dag_id": "shop", "run_id": "r2"}


def test_a_dag_run_tells_what_its_attempts_touched(shop: Shop, client_of: MakeClient) -> None:
    found = client_of(dag_runs.router).get(DETAIL, params=SECOND).json()
    (attempt,) = found["runs"]
    assert (attempt["run"]["id"], attempt["run"]["task_id"]) == (shop.second, "load")
    assert [entry["name"] for entry in attempt["inputs"]] == ["raw"]
    assert [(entry["name"], entry["rows"], entry["columns"]) for entry in attempt["outputs"]] == [
        ("orders", 20, [])
    ]
    assert (attempt["statements"], attempt["is_masked"], found["next_cursor"]) == (["f2"], False, None)


def test_a_dag_run_is_compared_with_the_one_before(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(dag_runs.router)
    for with_ in ("previous", "last-success", "r1"):
        found = client.get(DIFF, params={**SECOND, "with": with_}).json()
        assert (found["before_run_id"], found["after_run_id"], found["is_same"]) == ("r1", "r2", False)
        (task,) = found["tasks"]
        assert (task["task_id"], [each["fingerprint"] for each in task["diff"]["statements_added"]]) == (
            "load",
            ["f2"],
        )
    assert client.get(DIFF, params={"dag_id": "shop", "run_id": "r1"}).status_code == 404


def test_what_is_unknown_or_hidden_is_not_found(shop: Shop, client_of: MakeClient) -> None:
    client = client_of(dag_runs.router, access=VIEWER)
    for url in (DETAIL, DIFF):
        for dag_id, run_id in (("payroll", "r1"), ("nosuch", "r1"), ("shop", "nosuch")):
            assert client.get(url, params={"dag_id": dag_id, "run_id": run_id}).status_code == 404
        assert client.get(url, params={"dag_id": "shop"}).status_code == 422
        assert client.get(url, params={"dag_id": "a\0b", "run_id": "r"}).status_code == 422
    assert client.get(DETAIL, params={**SECOND, "cursor": "x"}).status_code == 400
    assert client.get(DIFF, params={**SECOND, "with": "nosuch"}).status_code == 404


def test_next_runs_are_asked_for_some_dags_at_once(client_of: MakeClient) -> None:
    client = client_of(dag_runs.router)
    assert client.get(NEXT, params={"dag_id": ["nosuch", "another"]}).json() == {"dags": []}
    assert client.get(NEXT).status_code == 422
    assert client.get(NEXT, params={"dag_id": [str(number) for number in range(201)]}).status_code == 422
    assert client.get(NEXT, params={"dag_id": "x" * 251}).status_code == 422

"""Owners over HTTP, with Airflow's own auth manager for who may change them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.api.invalid_request import answer_invalid_request
from airflow_lineage_provider.api.routes.v2 import owners
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.store.stories import dataset

ORDERS = {"namespace": dataset("orders").namespace, "name": dataset("orders").name}
UNSEEN = {"namespace": "postgres://pg:5432", "name": "shop.public.unseen"}
ONLY_SHOP = Access(frozenset({"shop"}), False)


def client(
    client_of: MakeClient, monkeypatch: pytest.MonkeyPatch, access: Access, role: str = "ADMIN"
) -> TestClient:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    made = client_of(owners.router, access=access)
    made.app.add_exception_handler(RequestValidationError, answer_invalid_request)  # type: ignore[attr-defined]
    user = SimpleAuthManagerUser(username="ann", role=role, teams=None)
    made.app.dependency_overrides[get_user] = lambda: user  # type: ignore[attr-defined]
    return made


@pytest.fixture
def admin(client_of: MakeClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(client_of, monkeypatch, FULL_ACCESS)


@pytest.fixture
def reader(client_of: MakeClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return client(client_of, monkeypatch, ONLY_SHOP, "VIEWER")


def put(client: TestClient, owner: str, **body: Any) -> dict[str, Any]:
    answer = client.put("/api/v2/owners", json={**ORDERS, "owner": owner, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(client: TestClient, **query: str) -> list[str]:
    answer = client.get("/api/v2/owners", params={**ORDERS, **query})
    assert answer.status_code == 200, answer.text
    return [owner["name"] for owner in answer.json()["owners"]]


def test_an_owner_is_set_read_and_ended(admin: TestClient, shop: Shop) -> None:
    assert put(admin, "ann", channel="#shop")["action"] == "created"
    assert put(admin, "bob", replaces=True)["ended"] == ["ann"]
    assert of(admin) == ["bob"]
    assert of(admin, at="2020-01-01") == ["ann", "bob"]
    by_node = admin.get(
        "/api/v2/owners", params={"nodeId": f"dataset:{ORDERS['namespace']}:{ORDERS['name']}"}
    ).json()
    assert [(owner["name"], owner["channel"]) for owner in by_node["departed"]] == [("ann", "#shop")]
    ended = admin.delete("/api/v2/owners", params={**ORDERS, "owner": "bob"})
    assert (ended.status_code, ended.json()["owner"]) == (200, "bob")
    assert of(admin) == []
    assert admin.delete("/api/v2/owners", params={**ORDERS, "owner": "bob"}).status_code == 404


def test_what_cannot_be_registered_is_refused_with_the_reason(admin: TestClient) -> None:
    for body, said in (
        ({"owner": "airflow"}, "what Airflow writes"),
        ({"owner": "a", "valid_from": "2026-02-02", "valid_to": "2026-02-01"}, "before it begins"),
        ({"owner": "a", "valid_from": "0001-01-01"}, "years 1970 to 8999"),
    ):
        answer = admin.put("/api/v2/owners", json={**ORDERS, **body})
        assert (answer.status_code, said in answer.json()["detail"]) == (400, True)
    assert admin.put("/api/v2/owners", json={**ORDERS, "owner": "a", "kind": "robot"}).status_code == 422
    assert admin.put("/api/v2/owners", json={**ORDERS, "owner": "a", "typo": 1}).status_code == 422


def test_only_who_may_edit_all_dags_changes_owners(reader: TestClient, shop: Shop) -> None:
    assert reader.put("/api/v2/owners", json={**ORDERS, "owner": "eve"}).status_code == 403
    assert reader.delete("/api/v2/owners", params={**ORDERS, "owner": "eve"}).status_code == 403
    assert reader.post("/api/v2/owners/import", json={"source": "x", "text": "* eve"}).status_code == 403
    assert of(reader) == []


def test_a_dataset_that_nobody_has_seen_is_answered_to_who_may_see_all(
    admin: TestClient, reader: TestClient, shop: Shop
) -> None:
    put(admin, "ann", **UNSEEN)
    assert of(admin, **UNSEEN) == ["ann"]
    assert reader.get("/api/v2/owners", params=UNSEEN).status_code == 404
    hidden = {"namespace": ORDERS["namespace"], "name": "salaries"}
    assert reader.get("/api/v2/owners", params=hidden).status_code == 404
    assert admin.get("/api/v2/owners", params={"name": "x"}).status_code == 400


def test_the_register_in_pages(admin: TestClient, reader: TestClient, shop: Shop) -> None:
    put(admin, "team", namespace="*", name="*", is_glob=True)
    put(admin, "ann")
    put(admin, "hr", name="salaries")
    first = admin.get("/api/v2/owners/registered", params={"limit": 2}).json()
    assert [(row["owner"], row["is_glob"], row["set_by"]) for row in first["owners"]] == [
        ("team", True, "ann"), ("ann", False, "ann"),
    ]  # fmt: skip
    second = admin.get(
        "/api/v2/owners/registered", params={"limit": 2, "cursor": first["next_cursor"]}
    ).json()
    assert ([row["owner"] for row in second["owners"]], second["next_cursor"]) == (["hr"], None)
    seen = reader.get("/api/v2/owners/registered").json()
    assert [row["owner"] for row in seen["owners"]] == ["ann"]
    assert admin.get("/api/v2/owners/orphans", params={"cursor": first["next_cursor"]}).status_code == 400


def test_a_text_is_imported_whole_or_not_at_all(admin: TestClient, shop: Shop) -> None:
    refused = admin.post("/api/v2/owners/import", json={"source": "team", "text": "orders ann\nx\n"})
    assert (refused.status_code, refused.json()["detail"]["problems"]) == (
        400, [{"line": 2, "message": "names no owner of 'x'; add a person or a team, or remove the line"}],
    )  # fmt: skip
    assert of(admin) == []
    body = {"source": "team", "text": "raw bob\norders ann\norders ann"}
    dry = admin.post("/api/v2/owners/import", json={**body, "dry_run": True}).json()
    assert ([each["owner"] for each in dry["added"]], dry["warnings"][0]["line"]) == (["bob", "ann"], 2)
    assert of(admin) == []
    assert admin.post("/api/v2/owners/import", json=body).json()["source"] == "api:team"
    assert of(admin) == ["ann"]
    again = admin.post("/api/v2/owners/import", json={"source": "team", "text": "raw bob"}).json()
    assert ([each["owner"] for each in again["removed"]], again["kept"]) == (["ann"], 1)
    assert admin.post("/api/v2/owners/import", json={"source": "x", "text": "x" * 2**21}).status_code == 422


def test_orphans_in_pages_and_only_visible_ones(
    admin: TestClient, reader: TestClient, shop: Shop, db: Any
) -> None:
    db.add(DagBundleModel(name="tests"))
    db.flush()
    for dag_id in ("shop", "payroll"):
        db.add(DagModel(dag_id=dag_id, bundle_name="tests", is_stale=False, owners="airflow"))
    db.flush()
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = admin.get("/api/v2/owners/orphans", params=query).json()
        seen += [(orphan["name"], orphan["writers"], orphan["readers"]) for orphan in page["orphans"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [
        ("orders", ["shop.load"], []),
        ("raw", [], ["shop.load"]),
        ("salaries", ["payroll.load"], []),
    ]
    restricted = reader.get("/api/v2/owners/orphans").json()["orphans"]
    assert [(orphan["name"], orphan["known_by"]) for orphan in restricted] == [("orders", []), ("raw", [])]
    put(admin, "ann", namespace="*", name="*", is_glob=True)
    assert admin.get("/api/v2/owners/orphans").json() == {"orphans": [], "next_cursor": None}


TEXT = st.text(max_size=30) | st.sampled_from(
    ["", " ", "airflow", "a\x00b", "*", "[", "s3://x", "\ud800", "x \ud800=", "x ann kind=\ud800"]
)


@given(st.fixed_dictionaries({"namespace": TEXT, "name": TEXT, "owner": TEXT, "channel": TEXT, "is_glob": st.booleans()}),
       TEXT)  # fmt: skip
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_input_is_an_error_of_the_server(admin: TestClient, body: dict[str, Any], text: str) -> None:
    named = {key: body[key] for key in ("namespace", "name", "owner")}
    headers = {"Content-Type": "application/json"}
    assert admin.put("/api/v2/owners", content=json.dumps(body), headers=headers).status_code in (
        200,
        400,
        422,
    )
    imported = admin.post(
        "/api/v2/owners/import", content=json.dumps({"source": body["owner"], "text": text}), headers=headers
    )
    assert imported.status_code in (200, 400, 422)
    if any("\ud800" in value for value in named.values()):
        return
    assert admin.get("/api/v2/owners", params={"namespace": body["namespace"], "name": body["name"]}).status_code in (
        200, 400, 422,
    )  # fmt: skip
    assert admin.delete("/api/v2/owners", params={**named, "is_glob": body["is_glob"]}).status_code in (
        200, 400, 404, 422,
    )  # fmt: skip

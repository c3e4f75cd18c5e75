"""Waivers, grants and the baseline over HTTP, with Airflow's own auth manager."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v2 import baseline, grants, waivers
from airflow_lineage_provider.model.access import Access
from tests.api.conftest import MakeClient

WAIVER = {"rule": "owner-missing", "dag_id": "shop", "reason": "the team moves", "days": 14}
GRANT = {"name": "quarter-end", "dag_id": "finance_*", "reason": "close the books", "days": 3}


class OnlyShop(SimpleAuthManager):
    """Roles as usual; a USER may edit the DAG ``shop`` only."""

    def is_authorized_dag(
        self, *, method: Any, user: Any, access_entity: Any = None, details: Any = None
    ) -> bool:
        if user.role == "USER":
            return details is not None and details.id == "shop"
        return bool(
            super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
        )


@pytest.fixture
def client(client_of: MakeClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", OnlyShop())
    return client_of(waivers.router, grants.router, baseline.router)


def become(client: TestClient, name: str, role: str = "ADMIN") -> None:
    user = SimpleAuthManagerUser(username=name, role=role, teams=None)
    client.app.dependency_overrides[get_user] = lambda: user  # type: ignore[attr-defined]


def test_a_waiver_is_asked_for_by_one_and_approved_by_another(client: TestClient) -> None:
    become(client, "ann")
    made = client.post("/api/v2/waivers", json=WAIVER)
    assert (made.status_code, made.json()["state"], made.json()["author"]) == (201, "pending", "ann")
    waiver = made.json()["id"]
    refused = client.post(f"/api/v2/waivers/{waiver}/approve")
    assert refused.status_code == 400
    assert "somebody else" in refused.json()["detail"]
    become(client, "bob")
    assert client.post(f"/api/v2/waivers/{waiver}/approve").json()["state"] == "active"
    assert [item["approver"] for item in client.get("/api/v2/waivers").json()["waivers"]] == ["bob"]
    assert client.post(f"/api/v2/waivers/{waiver}/revoke").json()["revoked_by"] == "bob"
    assert client.get("/api/v2/waivers", params={"state": "active"}).json()["waivers"] == []


def test_who_may_edit_one_dag_asks_for_that_dag_only_and_approves_nothing(client: TestClient) -> None:
    become(client, "dan", "USER")
    made = client.post("/api/v2/waivers", json=WAIVER)
    assert made.status_code == 201
    for scope in ({"dag_id": "other"}, {"dag_id": "sh*"}, {"dag_id": None, "name": "t"}):
        answer = client.post("/api/v2/waivers", json={**WAIVER, **scope})
        assert answer.status_code == 403, scope
    assert client.post(f"/api/v2/waivers/{made.json()['id']}/approve").status_code == 403
    assert client.post("/api/v2/grants", json=GRANT).status_code == 403
    assert client.post("/api/v2/baseline/take").status_code == 403


def test_what_cannot_be_is_refused_with_its_reason(client: TestClient) -> None:
    become(client, "ann")
    for change, status, word in (
        ({"rule": "owner-mising"}, 400, "owner-missing"),
        ({"days": 91}, 400, "90 days"),
        ({"days": 0}, 422, "days"),
        ({"oops": 1}, 422, "oops"),
    ):
        answer = client.post("/api/v2/waivers", json={**WAIVER, **change})
        assert answer.status_code == status
        assert word in answer.text
    assert client.post("/api/v2/waivers/77/approve").status_code == 404
    assert client.get("/api/v2/waivers", params={"state": "x"}).status_code == 400


def test_waivers_are_paged(client: TestClient) -> None:
    become(client, "ann")
    made = [client.post("/api/v2/waivers", json=WAIVER).json()["id"] for _ in range(3)]
    first = client.get("/api/v2/waivers", params={"limit": 2}).json()
    rest = client.get("/api/v2/waivers", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in first["waivers"] + rest["waivers"]] == sorted(made, reverse=True)
    assert rest["next_cursor"] is None


def test_a_grant_is_asked_for_by_one_and_approved_by_another(client: TestClient) -> None:
    become(client, "ann")
    asked = client.post("/api/v2/grants", json=GRANT).json()
    assert asked["state"] == "pending"
    one = f"/api/v2/grants/{asked['id']}"
    assert client.post("/api/v2/grants", json=GRANT).status_code == 400
    assert client.post(f"{one}/approve").status_code == 400
    become(client, "bob")
    assert client.post(f"{one}/approve").json()["state"] == "active"
    assert client.post(f"{one}/revoke").json()["state"] == "revoked"
    assert client.post("/api/v2/grants/77/revoke").status_code == 404


@pytest.mark.parametrize("name", ["finance/q2", "..", "a?b#c", "7"])
def test_a_grant_is_approved_whatever_its_name(name: str, client: TestClient) -> None:
    become(client, "ann")
    asked = client.post("/api/v2/grants", json={**GRANT, "name": name}).json()
    become(client, "bob")
    approved = client.post(f"/api/v2/grants/{asked['id']}/approve").json()
    assert (approved["name"], approved["state"]) == (name, "active")


def test_who_may_not_read_every_dag_sees_no_grants_and_no_baseline(
    client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", OnlyShop())
    restricted = client_of(
        waivers.router, grants.router, baseline.router, access=Access(frozenset({"shop"}), False)
    )
    become(restricted, "ann")
    restricted.post("/api/v2/waivers", json=WAIVER)
    restricted.post("/api/v2/waivers", json={**WAIVER, "dag_id": "other"})
    restricted.post("/api/v2/waivers", json={**WAIVER, "dag_id": None, "name": "t"})
    assert [item["dag_id"] for item in restricted.get("/api/v2/waivers").json()["waivers"]] == ["shop"]
    assert restricted.get("/api/v2/grants").status_code == 403
    assert restricted.get("/api/v2/baseline").status_code == 403


def test_the_baseline_is_taken_and_read(client: TestClient) -> None:
    become(client, "ann")
    assert client.post("/api/v2/baseline/take").json() == {"added": 0, "removed": 0}
    assert client.post("/api/v2/baseline/shrink").json() == {"added": 0, "removed": 0}
    assert client.get("/api/v2/baseline").json() == {"findings": []}

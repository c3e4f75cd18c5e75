"""Gate states over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from airflow.models.dag import DagModel
from fastapi.testclient import TestClient
from sqlalchemy import update

from airflow_lineage_provider.api.routes.v2 import gates
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import gate_of, save_gates
from tests.api.conftest import MakeClient
from tests.governance.world import World
from tests.store.test_gate_states import gate

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
HIDDEN = "hr_payroll"


def kept(db: Any, *dag_ids: str, **fields: Any) -> None:
    now = datetime.now(UTC)
    lasts: dict[str, Any] = {
        "judged_at": now,
        "valid_until": now + timedelta(hours=1),
        "verdict_id": None,
        **fields,
    }
    save_gates([gate(dag_id, **lasts) for dag_id in dag_ids], session=db)


def ids(client: TestClient, **params: Any) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = client.get("/api/v2/gates", params={**params, **({"cursor": cursor} if cursor else {})}).json()
        found += [each["dag_id"] for each in page["gates"]]
        if (cursor := page["next_cursor"]) is None:
            return found


def test_they_are_listed_by_dag_in_pages(client_of: MakeClient, db: Any) -> None:
    kept(db, "a", "b", "c")
    kept(db, "quiet", level=Level.OFF, result="pass", findings=(), findings_total=0)
    client = client_of(gates.router)

    assert ids(client, limit=2) == ["a", "b", "c", "quiet"]
    assert ids(client, limit=2, level="block") == ["a", "b", "c"]
    assert ids(client, result="pass") == ["quiet"]
    assert ids(client, dag_id="[ab]") == ["a", "b"]
    assert ids(client, dag_id="b") == ["b"]
    assert client.get("/api/v2/gates", params={"level": "loud"}).status_code == 422


def test_who_may_read_some_dags_sees_those(client_of: MakeClient, db: Any) -> None:
    kept(db, "a", HIDDEN, "z")
    client = client_of(gates.router, access=Access(frozenset({"a", "z"}), True))

    assert ids(client, limit=1) == ["a", "z"]
    assert client.get("/api/v2/gates/a").status_code == 200
    assert client.get(f"/api/v2/gates/{HIDDEN}").status_code == 404


def test_it_says_what_would_happen_now(
    client_of: MakeClient, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(db, "a")
    client = client_of(gates.router)
    answer = client.get("/api/v2/gates/a").json()
    assert (answer["mode"], answer["level"], answer["effective"]) == ("observe", "block", "observe")
    assert "would be blocked, but the gate may only observe here" in answer["reason"]
    assert answer["message"] == gate("a").message
    assert answer["findings"] == [{"key": "0" * 64, "rule": "owner-missing", "level": "block"}]

    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE", "block")
    assert client.get("/api/v2/gates/a").json()["effective"] == "block"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES", '{"a*": "warn"}')
    assert client.get("/api/v2/gates/a").json()["effective"] == "warn"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE", "off")
    answer = client.get("/api/v2/gates/a").json()
    assert (answer["effective"], answer["reason"]) == ("off", "the dag-run gate is off for this DAG")


def test_an_expired_answer_is_none(client_of: MakeClient, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    past = datetime.now(UTC) - timedelta(hours=2)
    kept(db, "a", judged_at=past, valid_until=past + timedelta(hours=1))
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE", "block")
    client = client_of(gates.router)
    answer = client.get("/api/v2/gates/a").json()
    assert (answer["is_expired"], answer["level"], answer["effective"]) == (True, "block", "warn")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "closed")
    assert client.get("/api/v2/gates/a").json()["effective"] == "block"


def test_a_dag_is_judged_on_demand_by_who_may_govern(
    client_of: MakeClient, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    world = World(db)
    world.dag("shop", "report")
    world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
    db.execute(update(DagModel).values(is_stale=False))
    client = client_of(gates.router)

    def become(role: str) -> None:
        user = SimpleAuthManagerUser(username="ann", role=role, teams=None)
        client.app.dependency_overrides[get_user] = lambda: user  # type: ignore[attr-defined]

    become("VIEWER")
    assert client.post("/api/v2/gates/shop/judge").status_code == 403
    become("ADMIN")
    assert client.post("/api/v2/gates/nobody/judge").status_code == 404
    answer = client.post("/api/v2/gates/shop/judge").json()
    assert (answer["result"], answer["datasets"]) == ("fail", 1)
    assert "owner-missing" in answer["message"]
    assert answer["verdict_id"] is not None
    again = client.post("/api/v2/gates/shop/judge").json()
    assert again["verdict_id"] == answer["verdict_id"], "the same answer has the same verdict"
    found = gate_of("shop", connection=db)
    assert found is not None
    assert found.judged_at.isoformat() == again["judged_at"].replace("Z", "+00:00")


def test_names_of_others_are_not_told(
    client_of: MakeClient, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.governance.gates.judge_now import judge_now

    world = World(db)
    world.dag("shop", "report")
    world.dag(HIDDEN, "pay", owners="carol_of_hr")
    world.record(HIDDEN, "pay", "r0", writes=(ORDERS,), dag_run_id=99, state="failed")
    world.record(HIDDEN, "pay", "r1", writes=(ORDERS,), dag_run_id=98)
    world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
    judge_now("shop", now=datetime.now(UTC), session=db)
    client = client_of(gates.router, access=Access(frozenset({"shop"}), False))

    whole = client_of(gates.router).get("/api/v2/gates/shop").json()["message"]
    assert "carol_of_hr" in whole
    told = client.get("/api/v2/gates/shop").text
    assert "carol_of_hr" not in told
    assert HIDDEN not in told

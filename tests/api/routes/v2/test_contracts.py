"""Routes of contracts."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.routes.v2 import contracts
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.contract_problems import note_problem
from airflow_lineage_provider.store.contracts import BoundSchema, current_for
from tests.airflow_rows import NOW
from tests.api.conftest import MakeClient
from tests.api.routes.v2.conftest import Shop
from tests.contracts.corpus import COLUMNS, HEAD, head
from tests.store.landscape import LAKE
from tests.store.stories import dataset
from tests.store.test_contracts import body, put

URL = "/api/v2/contracts"
ONLY_SHOP = Access(frozenset({"shop"}), has_sensitive=True)
YAML = {"content-type": "application/yaml; charset=utf-8"}
BINDING = (
    "schema:\n  - name: orders\n    customProperties:\n"
    f"      - {{property: openlineageNamespace, value: '{LAKE}'}}\n"
    "      - {property: openlineageName, value: orders}\n"
)


def governed(client: TestClient, monkeypatch: pytest.MonkeyPatch, role: str = "ADMIN") -> TestClient:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    user = SimpleAuthManagerUser(username="ann", role=role, teams=None)
    client.app.dependency_overrides[get_user] = lambda: user  # type: ignore[attr-defined]
    return client


def fill(session: Any) -> None:
    """A contract that speaks for what the shop writes, one for the payroll's, one for both, one for nothing."""
    orders, salaries = dataset("orders"), dataset("salaries")
    schema = [{"name": "o", "properties": [{"name": "id"}]}]
    put(session, body(schema=schema), BoundSchema("o", orders, "server"))
    put(session, body("2.0.0", schema=schema), BoundSchema("o", orders, "server"), minute=1)
    put(session, body(contract_id="pay"), BoundSchema("s", salaries, "server"))
    put(
        session,
        body(contract_id="both"),
        BoundSchema("o", orders, "server"),
        BoundSchema("s", salaries, "server"),
    )
    put(session, body(contract_id="loose"), BoundSchema("x", None, "unbound", "no server"))


def test_contracts_are_listed_in_pages(db: Any, shop: Shop, client_of: MakeClient) -> None:
    fill(db)
    client = client_of(contracts.router)
    first = client.get(URL, params={"limit": 3}).json()
    assert [entry["contract_id"] for entry in first["contracts"]] == ["both", "loose", "orders"]
    assert first["contracts"][2]["version"] == "2.0.0"
    assert first["contracts"][1]["bindings"] == [
        {"schema_name": "x", "namespace": None, "name": None, "bound_by": "unbound", "detail": "no server"}
    ]
    second = client.get(URL, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert ([entry["contract_id"] for entry in second["contracts"]], second["next_cursor"]) == (["pay"], None)


def test_who_may_read_some_dags_sees_the_contracts_of_what_they_touch(
    db: Any, shop: Shop, client_of: MakeClient
) -> None:
    fill(db)
    client = client_of(contracts.router, access=ONLY_SHOP)
    page = client.get(URL, params={"limit": 1}).json()
    assert [entry["contract_id"] for entry in page["contracts"]] == ["both"]
    assert [item["name"] for item in page["contracts"][0]["bindings"]] == ["orders"]
    page = client.get(URL, params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert ([entry["contract_id"] for entry in page["contracts"]], page["next_cursor"]) == (["orders"], None)
    for params in ({"id": "pay"}, {"id": "nobody"}):
        answer = client.get(f"{URL}/detail", params=params)
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            f"no contract {params['id']!r} is known",
        )
    whole = client.get(f"{URL}/detail", params={"id": "orders"}).json()
    part = client.get(f"{URL}/detail", params={"id": "both"}).json()
    assert (whole["contract"]["id"], part["contract"], part["text"]) == ("orders", None, None)
    states = client.get(f"{URL}/status").json()
    assert "salaries" not in str(states)
    assert "pay" not in str(states)
    assert states["files"] == []


def test_a_contract_with_masked_columns_is_not_shown_to_who_may_not_see_them(
    db: Any, shop: Shop, client_of: MakeClient
) -> None:
    schema = [{"name": "o", "properties": [{"name": "email", "classification": "restricted"}]}]
    put(db, body(schema=schema), BoundSchema("o", dataset("orders"), "server"))
    params = {"id": "orders"}
    masked = client_of(contracts.router, access=Access(None, has_sensitive=False))
    assert "email" not in masked.get(f"{URL}/detail", params=params).text
    assert "email" in client_of(contracts.router).get(f"{URL}/detail", params=params).text


def test_a_version_is_read_with_what_else_there_is(db: Any, shop: Shop, client_of: MakeClient) -> None:
    fill(db)
    client = client_of(contracts.router)
    found = client.get(f"{URL}/detail", params={"id": "orders"}).json()
    assert [(each["version"], each["is_current"]) for each in found["versions"]] == [
        ("2.0.0", True),
        ("1.0.0", False),
    ]
    assert yaml.safe_load(found["text"]) == found["contract"]
    old = client.get(f"{URL}/detail", params={"id": "orders", "version": "1.0.0"}).json()
    assert old["contract"]["version"] == "1.0.0"
    assert client.get(f"{URL}/detail", params={"id": "orders", "version": "7"}).status_code == 404


def test_status_has_states_and_files(db: Any, shop: Shop, client_of: MakeClient) -> None:
    fill(db)
    note_problem("/c/bad", [{"line": 3, "path": "id", "message": "is missing"}], managed_by="/c",
                 contract_id=None, now=NOW, session=db)  # fmt: skip
    found = client_of(contracts.router).get(f"{URL}/status").json()
    assert {each["contract_id"]: each["state"] for each in found["contracts"]} == {
        "both": "duplicate",
        "loose": "unbound",
        "orders": "duplicate",
        "pay": "duplicate",
    }
    assert found["files"] == [
        {"source": "/c/bad", "contract_id": None, "problems": ["line 3, id: is missing"]}
    ]


def test_a_first_contract_is_valid(db: Any, shop: Shop, client_of: MakeClient) -> None:
    client = client_of(contracts.router)
    params = {"namespace": LAKE, "name": "orders", "id": "o"}
    text = client.get(f"{URL}/infer", params=params).json()["text"]
    assert load_text(text).contract_id == "o"
    checked = client.post(f"{URL}/validate", content=text, headers=YAML).json()
    assert (checked["is_valid"], checked["problems"]) == (True, [])
    hidden = client_of(contracts.router, access=ONLY_SHOP)
    assert hidden.get(f"{URL}/infer", params={**params, "name": "salaries"}).status_code == 404


@pytest.mark.parametrize(
    "text", [b"", b"\x00", b"[", b"a: [1, 2", b"- x", b"&a [*a]", b"9" * 400, b"kind: x", b"\xef\xbb\xbf"]
)
def test_any_text_gets_an_answer_with_its_problems(client_of: MakeClient, text: bytes) -> None:
    answer = client_of(contracts.router).post(f"{URL}/validate", content=text, headers=YAML)
    assert answer.status_code == 200
    assert answer.json()["is_valid"] is False
    assert answer.json()["problems"][0]["message"]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (b"\xff", "application/yaml", 400),
        (b"a" * (2 * 1024 * 1024 + 1), "application/yaml", 413),
        (b"a: 1", "text/plain", 415),
        (b"{}", "application/json", 415),
        (b"", "", 415),
    ],
)
def test_what_is_no_text_of_a_contract_is_refused(
    client_of: MakeClient, text: bytes, kind: str, code: int
) -> None:
    client = client_of(contracts.router)
    assert client.post(f"{URL}/validate", content=text, headers={"content-type": kind}).status_code == code


def test_validation_stores_nothing(db: Any, client_of: MakeClient) -> None:
    client = client_of(contracts.router)
    found = client.post(
        f"{URL}/validate", content=HEAD + COLUMNS.replace("required", "requird"), headers=YAML
    ).json()
    assert found["problems"] == [
        {
            "line": 12,
            "path": "schema[0].properties[0].requird",
            "message": "unknown key; did you mean 'required'?",
        }
    ]
    assert client.get(URL).json()["contracts"] == []


def test_a_contract_is_applied_and_taken_out_of_force(
    db: Any, shop: Shop, client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = governed(client_of(contracts.router), monkeypatch)
    applied = client.post(URL, content=HEAD + BINDING, headers=YAML).json()
    assert (applied["contract_id"], applied["action"]) == ("orders", "created")
    assert applied["bindings"][0]["name"] == "orders"
    assert list(current_for([dataset("orders").digest], session=db)) == [dataset("orders").digest]
    listed = client.get(URL).json()["contracts"][0]
    assert (listed["applied_by"], listed["source"]) == ("ann", "API")
    gone = client.delete(URL, params={"id": "orders"})
    assert (gone.status_code, gone.json()["version"]) == (200, "1.0.0")
    assert client.delete(URL, params={"id": "orders"}).status_code == 404
    assert client.get(URL).json()["contracts"] == []


def test_an_invalid_text_is_refused_with_every_problem(
    client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = governed(client_of(contracts.router), monkeypatch)
    answer = client.post(URL, content=head(version=None, status=None) + COLUMNS, headers=YAML)
    assert answer.status_code == 400
    assert [each["path"] for each in answer.json()["detail"]["problems"]] == ["status", "version"]


def test_only_who_may_edit_all_dags_decides(client_of: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client = governed(client_of(contracts.router), monkeypatch, role="VIEWER")
    assert client.post(URL, content=HEAD + BINDING, headers=YAML).status_code == 403
    assert client.delete(URL, params={"id": "orders"}).status_code == 403
    assert client.post(f"{URL}/prune", json={"keep": ["orders"]}).status_code == 403


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    db: Any, shop: Shop, client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = governed(client_of(contracts.router), monkeypatch)

    def applied(**params: Any) -> Any:
        return client.post(URL, content=HEAD + BINDING, headers=YAML, params=params).json()

    tried = applied(dry_run=True)
    assert (tried["action"], tried["bindings"][0]["name"]) == ("created", "orders")
    assert client.get(URL).json()["contracts"] == []
    assert applied()["action"] == "created"
    assert applied(dry_run=True)["action"] == "unchanged"
    assert (
        client.post(URL, content=HEAD, headers=YAML, params={"dry_run": True}).json()["action"] == "updated"
    )


def test_what_the_api_applied_and_nobody_names_any_more_goes_out_of_force(
    db: Any, shop: Shop, client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db)  # from files, whatever they are called
    client = governed(client_of(contracts.router), monkeypatch)
    for name in ("first", "second"):
        text = (HEAD + BINDING).replace("id: orders", f"id: {name}")
        assert client.post(URL, content=text, headers=YAML).json()["contract_id"] == name

    def in_force() -> set[str]:
        return {each["contract_id"] for each in client.get(URL).json()["contracts"]}

    everything = in_force()
    assert {"first", "second", "pay"} <= everything
    body = {"keep": ["first", "nobody-knows"]}
    tried = client.post(f"{URL}/prune", json=body, params={"dry_run": True}).json()
    assert ([each["contract_id"] for each in tried["contracts"]], in_force()) == (["second"], everything)
    gone = client.post(f"{URL}/prune", json=body).json()
    assert (gone, in_force()) == (tried, everything - {"second"})
    assert client.post(f"{URL}/prune", json=body).json() == {"contracts": []}


@pytest.mark.parametrize(
    "body", [{}, {"keep": []}, {"keep": [""]}, {"keep": "first"}, {"keep": ["a"], "all": True}]
)
def test_nothing_is_pruned_by_a_body_that_names_nothing(
    client_of: MakeClient, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    client = governed(client_of(contracts.router), monkeypatch)
    assert client.post(f"{URL}/prune", json=body).status_code == 422

"""What nobody can use is refused, never a failure of the server: on each database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.invalid_request import answer_invalid_request
from airflow_lineage_provider.api.routes.v2 import baseline, findings, grants, judge, verdicts, waivers
from tests.api.conftest import MakeClient

WAIVER: dict[str, Any] = {"rule": "owner-missing", "dag_id": "shop", "reason": "r", "days": 14}
GRANT: dict[str, Any] = {"name": "g", "dag_id": "shop", "reason": "r", "days": 3}
ASKED: dict[str, Any] = {"datasets": [{"namespace": "n", "name": "t"}]}
ODD: tuple[Any, ...] = (
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff",
    "\u202e",
    "",
    " ",
    "x" * 100_000,
    10**400,
    -1,
    2**63,
    1.5,
    True,
    None,
    [],
    {},
    [["a"]],
    {"\ud800": "\0"},
)


@pytest.fixture
def client(client_of: MakeClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    client = client_of(*(each.router for each in (baseline, findings, grants, judge, verdicts, waivers)))
    app: Any = client.app
    app.add_exception_handler(RequestValidationError, answer_invalid_request)
    app.dependency_overrides[get_user] = lambda: SimpleAuthManagerUser(
        username="ann", role="ADMIN", teams=None
    )
    return client


def post(client: TestClient, path: str, body: str) -> Any:
    return client.post(f"/api/v2/{path}", content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize(("path", "body"), [("waivers", WAIVER), ("grants", GRANT), ("judge", ASKED)])
def test_no_value_of_any_field_is_a_failure(client: TestClient, path: str, body: dict[str, Any]) -> None:
    fields = {*body, "namespace", "name", "subject", "ticket", "most_uses", "level", "depth", "nosuch"}
    for field in sorted(fields):
        for value in ODD:
            answer = post(client, path, json.dumps({**body, field: value}))
            assert answer.status_code < 500, (field, value)
            answer.json()


@pytest.mark.parametrize("path", ["waivers", "grants", "judge"])
@pytest.mark.parametrize(
    "body",
    [
        "[" * 5_000,
        '{"a":' * 5_000,
        "",
        "null",
        "\\ud800",
        '"\\ud800"',
        '{"\\ud800": 1}',
        "NaN",
        '{"days": 1e999}',
    ],
)
def test_no_document_is_a_failure(client: TestClient, path: str, body: str) -> None:
    assert 400 <= post(client, path, body).status_code < 500


@pytest.mark.parametrize("path", ["waivers/1/approve", "waivers/1/revoke", "grants/7/approve", "waivers/0/approve",
                                  f"waivers/{10**30}/approve", f"grants/{10**30}/approve", "grants/g/revoke"])  # fmt: skip
def test_what_is_not_there_cannot_be_decided(client: TestClient, path: str) -> None:
    assert 400 <= post(client, path, "").status_code < 500


@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "9" * 400, "-1", "x" * 5_000, "%FF", "[]", "AAAA"])
def test_no_parameter_is_a_failure(client: TestClient, value: str) -> None:
    names = (
        "cursor",
        "limit",
        "dag_id",
        "rule",
        "level",
        "state",
        "owner",
        "name",
        "namespace",
        "result",
        "gate",
    )
    for path in ("findings", "findings/counts", "verdicts", "waivers", "grants"):
        for name in names:
            assert client.get(f"/api/v2/{path}?{name}={value}").status_code < 500, (path, name)
    for path in ("findings", "verdicts"):
        assert client.get(f"/api/v2/{path}/{value}").status_code in (404, 422)


def test_an_answer_names_the_field_and_does_not_repeat_what_was_sent(client: TestClient) -> None:
    answer = post(client, "waivers", json.dumps({**WAIVER, "days": "s3cret"}))

    assert answer.status_code == 422
    assert ["body", "days"] in [item["loc"] for item in answer.json()["detail"]]
    assert "s3cret" not in answer.text

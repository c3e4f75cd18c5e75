"""Times of routes."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.metrics import QueryTimer
from airflow_lineage_provider.store import metrics

Noted = list[tuple[str, str, int]]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    found: Noted = []
    monkeypatch.setattr(metrics, "is_on", lambda: True)

    def note(route: str, method: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        found.append((route, method, status))

    monkeypatch.setattr(metrics, "note_query", note)
    return found


@pytest.fixture
def client() -> TestClient:
    sub_app = FastAPI()
    sub_app.add_middleware(QueryTimer)

    @sub_app.get("/api/v2/runs/{run}")
    def run(run: str) -> str:
        if run == "none":
            raise HTTPException(404)
        if run == "bad":
            raise RuntimeError
        return run

    app = FastAPI()
    app.mount("/lineage", sub_app)
    return TestClient(app, raise_server_exceptions=False)


def test_requests_are_timed_by_the_template_of_their_route(client: TestClient, noted: Noted) -> None:
    for run in ("5", "none", "bad"):
        client.get(f"/lineage/api/v2/runs/{run}")
    assert noted == [("/api/v2/runs/{run}", "GET", status) for status in (200, 404, 500)]


def test_what_is_no_route_is_not_counted(client: TestClient, noted: Noted) -> None:
    assert client.get("/lineage/secret-of-somebody").status_code == 404
    assert noted == []


def test_where_metrics_are_off_requests_pass(client: TestClient, noted: Noted, monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "is_on", lambda: False)
    assert client.get("/lineage/api/v2/runs/5").json() == "5"
    assert noted == []

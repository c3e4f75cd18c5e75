from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from airflow_lineage_provider.api import ui_bundle
from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.api.app import create_app
from airflow_lineage_provider.api.ui_bundle import versioned
from airflow_lineage_provider.model.access import FULL_ACCESS


def client(*, root_path: str = "", refused: HTTPException | None = None) -> TestClient:
    """The sub-app where Airflow mounts it."""

    def who() -> Any:
        if refused is not None:
            raise refused
        return FULL_ACCESS

    app = create_app()
    app.dependency_overrides[access_of] = who
    outer = FastAPI(root_path=root_path)
    outer.mount("/lineage", app)
    return TestClient(outer)


@pytest.mark.parametrize("root", ["", "/team/airflow"])
def test_the_page_loads_the_interface_from_where_airflow_is(root: str) -> None:
    answer = client(root_path=root).get(f"{root}/lineage/page")
    assert answer.status_code == 200
    assert f'<base href="{root}/">' in answer.text
    assert f'src="{root}/lineage/static/{versioned("standalone.js")}"' in answer.text


def test_the_page_runs_no_script_of_its_own_and_none_from_elsewhere() -> None:
    answer = client().get("/lineage/page")
    assert answer.text.count("<script") == 1
    assert "></script>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "refused", [HTTPException(401, "Not authenticated"), HTTPException(403, "Invalid JWT token")], ids=str
)
def test_who_is_not_signed_in_is_sent_there_and_back(refused: HTTPException) -> None:
    answer = client(refused=refused).get("/lineage/page?view=graph&node=a%22b")
    assert answer.status_code == 401
    assert "url=/api/v2/auth/login?next=%2Flineage%2Fpage%3Fview%3Dgraph%26node%3Da%2522b" in answer.text


def test_who_may_not_is_told_so_and_not_sent_to_sign_in_for_ever() -> None:
    answer = client(refused=HTTPException(403, "Forbidden")).get("/lineage/page")
    assert (answer.status_code, answer.json()) == (403, {"detail": "Forbidden"})


def test_without_a_build_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_bundle, "DIST", tmp_path)
    assert client().get("/lineage/page").status_code == 503

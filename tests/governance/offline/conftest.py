from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.governance.offline.project import DATASET, Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))  # Airflow adds the folder for good
    return Project(tmp_path)


@pytest.fixture
def finds(session: Any) -> Any:
    """Makes the deployment find something wrong with a dataset."""
    from airflow_lineage_provider.store.findings import Judged, SeenFinding
    from airflow_lineage_provider.store.verdicts import Gate, save_verdict

    def save(rule: str, subject: str, message: str, dataset: Any = DATASET, **evidence: Any) -> None:
        seen = SeenFinding(
            key=f"{rule}:{subject}".ljust(64)[:64], rule=rule, level="block", result="fail", message=message,
            fix="mend it", digest=dataset.digest, namespace=dataset.namespace, name=dataset.name, subject=subject,
            evidence=json.dumps(evidence),
        )  # fmt: skip
        nothing: frozenset[Any] = frozenset()
        save_verdict(
            Gate("cli"), result="fail", message="", datasets=1, findings=[seen], known_as=[seen],
            judged=Judged(nothing, nothing, None, nothing, nothing, nothing), body={}, facts=[], grant_id=None,
            now=datetime(2026, 6, 15, tzinfo=UTC), session=session,
        )  # fmt: skip

    return save


@pytest.fixture
def transport(world: Any, session: Any, finds: Any) -> Any:
    """The routes of a deployment where ``board.show`` reads orders and its last quality check failed."""
    from airflow.api_fastapi.common.db.common import _get_session
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from airflow_lineage_provider.api.access import access_of
    from airflow_lineage_provider.api.routes.v2 import datasets, findings, graph, waivers
    from airflow_lineage_provider.model.access import FULL_ACCESS

    world.dag("board", "show")
    world.record("board", "show", reads=(DATASET,))
    finds("quality-failed", "not_null of id", "check failed")
    app = FastAPI()
    for router in (datasets.router, graph.router, findings.router, waivers.router):
        app.include_router(router, prefix="/lineage/api/v2")

    def given() -> Any:
        yield session

    app.dependency_overrides[_get_session] = given
    app.dependency_overrides[get_user] = object
    app.dependency_overrides[access_of] = lambda: FULL_ACCESS
    with TestClient(app) as client:

        class Routes(httpx.BaseTransport):
            """What the client asks over the network goes to the routes in this process."""

            def handle_request(self, request: httpx.Request) -> httpx.Response:
                answer = client.get(str(request.url))
                return httpx.Response(answer.status_code, content=answer.content)

        yield Routes()


@pytest.fixture
def live(transport: httpx.BaseTransport) -> Any:
    from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage

    found = LiveLineage("http://testserver", "token", transport=transport)
    yield found
    found.close()

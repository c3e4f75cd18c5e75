"""The committed OpenAPI document is what the routes say, and no request makes a server error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.common.db.common import _get_session
from airflow.api_fastapi.core_api.security import get_user
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.api.app import create_app
from airflow_lineage_provider.api.drain_thread import DrainThread
from airflow_lineage_provider.model.access import FULL_ACCESS
from docs.scripts.openapi import DOCUMENT, document


def test_the_committed_document_is_what_the_routes_say() -> None:
    assert DOCUMENT.read_text() == document(), "run python -m docs.scripts.openapi"


def _sessions() -> Iterator[Any]:
    from airflow import settings as airflow_settings

    session = airflow_settings.NonScopedSession()
    try:
        yield session
    finally:
        session.rollback()
        session.close()


APP = create_app()
APP.openapi_url = "/openapi.json"
APP.setup()
APP.dependency_overrides |= {
    _get_session: _sessions,
    get_user: lambda: SimpleAuthManagerUser(username="somebody", role="ADMIN"),
    access_of: lambda: FULL_ACCESS,
}
APP.state.drain_thread = DrainThread()
schema = schemathesis.openapi.from_asgi("/openapi.json", APP)


def check(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=[not_a_server_error])


@pytest.mark.usefixtures("metadata_db")
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_makes_a_server_error(case: schemathesis.Case) -> None:
    check(case)


@pytest.mark.slow
@pytest.mark.usefixtures("metadata_db")
@schema.parametrize()
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_of_many_makes_a_server_error(case: schemathesis.Case) -> None:
    check(case)

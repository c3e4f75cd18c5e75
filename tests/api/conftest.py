"""The sub-app's routes without an API server: Airflow's sign-in and session are given by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from airflow.api_fastapi.common.db.common import _get_session
from airflow.api_fastapi.core_api.security import get_user
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.model.access import FULL_ACCESS, Access

MakeClient = Callable[..., TestClient]


class SomeUser:
    """A signed-in user."""

    def get_id(self) -> str:
        return "somebody"

    def get_name(self) -> str:
        return "somebody"


@pytest.fixture
def client_of(db: Any) -> Iterator[MakeClient]:
    """Makes a client of routers on each database: ``client_of(router, ..., access=Access(...), prefix="/api/v2")``."""
    clients: list[TestClient] = []

    def make(*routers: APIRouter, access: Access = FULL_ACCESS, prefix: str = "/api/v2") -> TestClient:
        app = FastAPI()
        for router in routers:
            app.include_router(router, prefix=prefix)

        def session() -> Iterator[Any]:
            yield db

        app.dependency_overrides[_get_session] = session
        app.dependency_overrides[get_user] = SomeUser
        app.dependency_overrides[access_of] = lambda: access
        client = TestClient(app)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()

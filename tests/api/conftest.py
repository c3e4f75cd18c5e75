"""The sub-app's routes without an API server: Airflow's sign-in and session are given by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from airflow.api_fastapi.common.db.common import _get_session
from airflow.api_fastapi.core_api.security import get_user
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import State

from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.model.access import FULL_ACCESS, Access

MakeClient = Callable[..., TestClient]


class SomeUser:
    """A signed-in user."""

    def get_id(self) -> str:
        return "somebody"

    def get_name(self) -> str:
        return "somebody"


def _build(routers: tuple[APIRouter, ...], prefix: str) -> FastAPI:
    app = FastAPI()
    for router in routers:
        app.include_router(router, prefix=prefix)
    return app


# By the routers' ids and the prefix; the routers are kept with it, so that no other takes over the id of one.
_KEPT: dict[tuple[Any, ...], tuple[FastAPI, tuple[APIRouter, ...]]] = {}


def _fresh(app: FastAPI) -> FastAPI:
    """An application as it was built: to build one takes longer than most tests of it."""
    app.dependency_overrides = {}
    app.exception_handlers = FastAPI().exception_handlers
    app.middleware_stack = None
    app.state = State()
    return app


@pytest.fixture
def client_of(db: Any) -> Iterator[MakeClient]:
    """Makes a client of routers on each database: ``client_of(router, ..., access=Access(...), prefix="/api/v2")``."""
    clients: list[TestClient] = []
    taken: set[tuple[Any, ...]] = set()

    def make(*routers: APIRouter, access: Access = FULL_ACCESS, prefix: str = "/api/v2") -> TestClient:
        key = (*map(id, routers), prefix)
        if key in taken:
            # A test's clients of the same routes differ in who asks: only one can have the kept application.
            app = _build(routers, prefix)
        else:
            taken.add(key)
            if key not in _KEPT:
                _KEPT[key] = _build(routers, prefix), routers
            app = _fresh(_KEPT[key][0])

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

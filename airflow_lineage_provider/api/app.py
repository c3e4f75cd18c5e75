"""The sub-app that Airflow's API server mounts at ``/lineage``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from airflow.api_fastapi.core_api.security import AccessView, requires_access_view
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError

from airflow_lineage_provider import __version__
from airflow_lineage_provider.api.access import access_of
from airflow_lineage_provider.api.clean_thread import CleanThread
from airflow_lineage_provider.api.drain_thread import DrainThread
from airflow_lineage_provider.api.forward_thread import ForwardThread
from airflow_lineage_provider.api.gate_thread import GateThread
from airflow_lineage_provider.api.govern_thread import GovernThread
from airflow_lineage_provider.api.ingest_auth import sender_of
from airflow_lineage_provider.api.invalid_request import answer_invalid_request
from airflow_lineage_provider.api.metrics import QueryTimer
from airflow_lineage_provider.api.routes import v1, v2
from airflow_lineage_provider.api.routes.health import health_router
from airflow_lineage_provider.api.routes.page import page_router
from airflow_lineage_provider.api.ui_files import UiFiles

V1, V2 = "/api/v1", "/api/v2"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Drain the mailbox, forward events, clean, govern and keep gate states for as long as the API server lives."""
    threads = (DrainThread(), ForwardThread(), CleanThread(), GovernThread(), GateThread())
    (
        app.state.drain_thread,
        app.state.forward_thread,
        app.state.clean_thread,
        app.state.govern_thread,
        app.state.gate_thread,
    ) = threads
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in reversed(threads):
            thread.stop()


def create_app() -> FastAPI:
    """Build the sub-app.

    A mounted app is open to anybody unless its routes say otherwise, so the dependencies stand here, before
    every router.
    """
    app = FastAPI(
        title="Airflow lineage",
        description="What every task attempt read and wrote.",
        version=__version__,
        lifespan=lifespan,
        # Airflow's docs pages are its own; ours would be open to anybody.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.add_middleware(QueryTimer)
    app.add_exception_handler(RequestValidationError, answer_invalid_request)  # type: ignore[arg-type]
    app.include_router(
        health_router,
        prefix=V2,
        dependencies=[Depends(requires_access_view(access_view=AccessView.JOBS))],
    )
    for router in v1.INGEST_ROUTERS:
        app.include_router(router, prefix=V1, dependencies=[Depends(sender_of)])
    for prefix, routers in ((V1, v1.READ_ROUTERS), (V2, v2.ROUTERS)):
        for router in routers:
            app.include_router(router, prefix=prefix, dependencies=[Depends(access_of)])
    app.include_router(page_router, dependencies=[Depends(access_of)])
    # The one thing that is open to anybody: the user interface without anybody's data.
    app.mount("/static", UiFiles(), name="static")
    return app

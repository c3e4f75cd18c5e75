"""The sub-app that Airflow's API server mounts at ``/lineage``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from airflow.api_fastapi.core_api.security import AccessView, requires_access_view
from fastapi import Depends, FastAPI

from airflow_lineage_provider import __version__
from airflow_lineage_provider.api.drain_thread import DrainThread
from airflow_lineage_provider.api.routes.health import health_router


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Drain the mailbox for as long as the API server lives."""
    thread = DrainThread()
    app.state.drain_thread = thread
    thread.start()
    try:
        yield
    finally:
        thread.stop()


def create_app() -> FastAPI:
    """Build the sub-app.

    A mounted app is open to anybody unless its routes say otherwise, so the dependency stands here, before
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
    signed_in = Depends(requires_access_view(access_view=AccessView.JOBS))
    app.include_router(health_router, prefix="/api/v2", dependencies=[signed_in])
    return app

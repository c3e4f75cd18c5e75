"""Whether lineage is arriving."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Request

from airflow_lineage_provider.store.status import read_status

health_router = APIRouter(tags=["Health"])


@health_router.get("/health")
def health(request: Request, session: SessionDep) -> dict[str, Any]:
    """Queue, dead letters, coverage, and how this server's drainer does."""
    thread = request.app.state.drain_thread
    status = read_status(session=session).to_wire()
    status["drainer"] = {
        "alive": thread.is_alive,
        "last_drained": datetime.fromtimestamp(thread.last_drained, UTC).isoformat()
        if thread.last_drained
        else None,
        "last_error": thread.last_error,
    }
    return status

"""Whether lineage is arriving."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Request

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.kept import Kept
from airflow_lineage_provider.store.status import read_status

health_router = APIRouter(tags=["Health"])

KEPT_SECONDS = 30.0
KEPT: Kept[dict[str, Any]] = Kept(KEPT_SECONDS, most=1)
"""They are counts of whole tables, and monitors ask often."""


@health_router.get("/health")
def health(request: Request, session: SessionDep, access: AccessDep) -> dict[str, Any]:
    """Queue, dead letters, coverage, and how this server's drainer does; the numbers may be 30 seconds old.

    Users who may not read all DAGs get the state of the drainer alone.
    """
    thread = request.app.state.drain_thread
    status = {}
    if access.is_unrestricted:
        status = dict(KEPT.get(None, lambda: read_status(session=session).to_wire()))
    status["drainer"] = {
        "alive": thread.is_alive,
        "last_drained": datetime.fromtimestamp(thread.last_drained, UTC).isoformat()
        if thread.last_drained
        else None,
    }
    gates = getattr(request.app.state, "gate_thread", None)
    if gates is not None:
        status["gates"] = gates.state
    if access.is_unrestricted:
        # What went wrong may name anything.
        status["drainer"]["last_error"] = thread.last_error
        if gates is not None:
            status["gates"]["last_error"] = gates.last_error
    return status

"""Who asks, and what they may see: by Airflow's auth manager."""

from __future__ import annotations

import threading
import time
from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.models.dag import DagModel
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access

KEPT_SECONDS = 5.0
"""How long an answer of the auth manager is used: some ask a service for every DAG."""
MOST_KEPT = 1_000


class _Kept:
    """Rights by user, for some seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rights: dict[str, tuple[float, Access]] = {}

    def get(self, user: str) -> Access | None:
        with self._lock:
            kept = self._rights.get(user)
        return kept[1] if kept is not None and kept[0] > time.monotonic() else None

    def put(self, user: str, access: Access) -> None:
        with self._lock:
            if len(self._rights) >= MOST_KEPT:
                self._rights.clear()
            self._rights[user] = (time.monotonic() + KEPT_SECONDS, access)

    def clear(self) -> None:
        with self._lock:
            self._rights.clear()


KEPT = _Kept()


def access_of(user: GetUserDep, session: SessionDep) -> Access:
    """Rights of the user who asks; a user without any right to DAGs sees nothing."""
    name = f"{type(user).__name__}:{user.get_id()}"
    access = KEPT.get(name)
    if access is None:
        access = _ask(user, session)
        KEPT.put(name, access)
    return access


AccessDep = Annotated[Access, Depends(access_of)]


def _ask(user: Any, session: Session) -> Access:
    auth_manager = get_auth_manager()
    readable = frozenset(auth_manager.get_authorized_dag_ids(user=user, method="GET", session=session))
    # A right to all DAGs, and not only to each that there is today: what is gone, or of others, is in our history.
    has_all = bool(auth_manager.is_authorized_dag(method="GET", user=user)) and readable >= set(
        session.scalars(select(DagModel.dag_id).where(DagModel.bundle_name.is_not(None)))
    )
    # Whoever may read connections may read the data behind them.
    has_sensitive = bool(auth_manager.is_authorized_connection(method="GET", user=user))
    return Access(None if has_all else readable, has_sensitive)

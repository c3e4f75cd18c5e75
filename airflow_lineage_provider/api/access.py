"""Who asks, and what they may see: by Airflow's auth manager."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.models.dag import DagModel
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.kept import Kept
from airflow_lineage_provider.model.access import Access

KEPT_SECONDS = 5.0
"""How long an answer of the auth manager is used: some ask a service for every DAG."""
MOST_KEPT = 1_000
KEPT: Kept[Access] = Kept(KEPT_SECONDS, MOST_KEPT)
"""Rights by user."""


def access_of(user: GetUserDep, session: SessionDep) -> Access:
    """Rights of the user who asks; a user without any right to DAGs sees nothing."""
    name = f"{type(user).__name__}:{user.get_id()}"
    return KEPT.get(name, lambda: _ask(user, session))


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

"""Airflow's simple auth manager, with one user who may read some DAGs only."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

RESTRICTED = "rita"
READABLE = frozenset({"shop_staging", "shop_marts", "shop_exec_summary"})
"""What RESTRICTED may read; its neighbours are masked."""


class PerDagAuthManager(SimpleAuthManager):
    """Roles as usual; RESTRICTED is a viewer of READABLE alone."""

    def is_authorized_dag(
        self, *, method: Any, user: Any, access_entity: Any = None, details: Any = None
    ) -> bool:
        if user.username == RESTRICTED:
            return method == "GET" and (details is None or details.id is None or details.id in READABLE)
        return bool(
            super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
        )

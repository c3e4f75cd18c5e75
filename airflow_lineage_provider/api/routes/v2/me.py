"""What whoever asks may do."""

from __future__ import annotations

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter

from airflow_lineage_provider import __version__, config
from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.schemas.me import Me

router = APIRouter(tags=["Governance"])


@router.get("/me", summary="Read your own rights")
def get_me(user: GetUserDep, access: AccessDep) -> Me:
    """Your name and rights, so that nobody is offered what would be refused."""
    return Me(
        name=user.get_name(),
        may_govern=bool(get_auth_manager().is_authorized_dag(method="PUT", user=user)),
        may_read_all=access.is_unrestricted,
        may_see_sensitive=access.has_sensitive,
        waiver_longest_days=config.waiver_longest().days,
        version=__version__,
    )

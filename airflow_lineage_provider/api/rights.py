"""Who may decide: apply contracts, set owners, ask for and approve waivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, HTTPException, status

_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Governor:
    """Somebody who may decide for every DAG."""

    name: str


def governor_of(user: GetUserDep) -> Governor:
    """The user who asks, if they may edit every DAG: what they decide holds for all of them."""
    if not get_auth_manager().is_authorized_dag(method="PUT", user=user):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "This needs the right to edit all DAGs, for it decides what every DAG may read.",
        )
    return Governor(user.get_name())


GovernDep = Annotated[Governor, Depends(governor_of)]


def author_of(user: GetUserDep, dag_id: str | None) -> str:
    """Name of a user who may ask for an exception: for one DAG whoever may edit it, else whoever may edit all.

    :raises HTTPException: 403 for everybody else.
    """
    if dag_id is None or _GLOB.intersection(dag_id):
        return governor_of(user).name
    if not get_auth_manager().is_authorized_dag(method="PUT", details=DagDetails(id=dag_id), user=user):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, f"Only who may edit the DAG {dag_id} may ask for this."
        )
    return str(user.get_name())

"""Parameters that many routes have."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import Depends, Path, Query

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.marquez.problem import bad_request, not_found
from airflow_lineage_provider.store.catalog.sight import Sight

Limit = Annotated[int, Query(ge=1, le=1000, description="Entries of a page.")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="Entries to leave out before the page.")]
Depth = Annotated[int, Query(ge=0, le=100, description="Edges to go from the node that was asked for.")]
NamespaceName = Annotated[str, Path(description="Namespace, percent-encoded.")]
DatasetName = Annotated[str, Path(description="Name of the dataset, percent-encoded.")]
JobName = Annotated[str, Path(description="Name of the job, percent-encoded.")]


def sight_of(access: AccessDep, session: SessionDep) -> Sight:
    """What the user who asks may see."""
    return Sight(access, session)


SightDep = Annotated[Sight, Depends(sight_of)]


def named(kind: str, name: str) -> str:
    """A name from a path, fit for a query.

    :raises HTTPException: 404 for a name that no database can hold, and so nothing has.
    """
    if not is_storable(name):
        raise not_found(kind, name.replace("\0", ""))
    return name


def asked(name: str, text: str) -> str:
    """A parameter's text, fit for a query.

    :raises HTTPException: 400 for a text that no database takes.
    """
    if not is_storable(text):
        raise bad_request(f"{name} holds a sign that no name can have")
    return text


def is_storable(text: str) -> bool:
    """Whether every database takes the text."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)

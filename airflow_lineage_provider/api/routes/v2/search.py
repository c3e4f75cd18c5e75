"""Search."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Query

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import Cursor, Limit, Namespace, Word
from airflow_lineage_provider.api.schemas.search import Hit, SearchPage
from airflow_lineage_provider.store.search import TYPES, HitType, search

router = APIRouter(tags=["Search"])

_LIST = "search"
MAX_TEXT = 500


@router.get("/search", summary="Search datasets, jobs, DAGs and columns")
def get_search(
    session: SessionDep,
    access: AccessDep,
    text: Annotated[
        Word,
        Query(alias="q", min_length=1, max_length=MAX_TEXT, description="A part of a name or namespace."),
    ],
    types: Annotated[
        list[HitType] | None, Query(alias="type", max_length=20, description="Only these; may be repeated.")
    ] = None,
    namespace: Namespace = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SearchPage:
    """Names that contain the text in whatever letters: exact ones first, then beginnings, then the rest."""
    after = decode_cursor(cursor, int, int, int, scope=_LIST) if cursor is not None else None
    page = search(
        text,
        access,
        types=frozenset(types or TYPES),
        namespace=namespace,
        after=after,  # type: ignore[arg-type]
        limit=limit,
        session=session,
    )
    return SearchPage(
        hits=[Hit.model_validate(hit) for hit in page.hits],
        next_cursor=encode_cursor(page.next_place, scope=_LIST) if page.next_place is not None else None,
        is_truncated=page.is_truncated,
    )

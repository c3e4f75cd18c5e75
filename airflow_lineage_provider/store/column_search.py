"""Columns by a part of their name, in the schemas that datasets have now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store import text_match
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.masking import NOTHING, hidden_columns
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA, read_columns

MOST_COLUMNS = 50
"""Matching columns that are named per dataset."""


@dataclass(frozen=True, slots=True)
class ColumnHit:
    """A dataset with columns that match; ``columns`` is empty where the reader may see none of them."""

    dataset_id: int
    rank: int
    namespace: str
    name: str
    columns: tuple[str, ...]


def column_hits(
    text: str,
    is_behind: Callable[[Any, Any], ColumnElement[bool]],
    namespaces: Collection[str] | None,
    access: Access,
    *,
    floor: int,
    size: int,
    session: Session,
) -> list[ColumnHit]:
    """Datasets whose columns match, at most ``size``, by rank and row id.

    The stored JSON is searched as text: a name stands in it as ``"name":"..."``, and a quote inside of any value
    is escaped, so that no value looks like a name. Only for the lowest rank a row may turn out not to match.
    """
    name = canonical_json(text).decode("utf-8")
    rank: Any = case(
        (text_match.contains(SCHEMA.c.columns, f'"name":{name}'), text_match.EXACT),
        (text_match.contains(SCHEMA.c.columns, f'"name":{name[:-1]}'), text_match.PREFIX),
        else_=text_match.NAME,
    )
    query = (
        select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name, SCHEMA.c.columns, rank.label("rank"))
        .join(HISTORY, HISTORY.c.dataset_id == DATASET.c.id)
        .join(SCHEMA, SCHEMA.c.id == HISTORY.c.schema_id)
        .where(
            HISTORY.c.valid_to.is_(None),
            DATASET.c.id >= floor,
            text_match.contains(SCHEMA.c.columns, name[1:-1]),
            is_behind(rank, DATASET.c.id),
        )
        .order_by(rank, DATASET.c.id)
        .limit(size)
    )
    if namespaces is not None:
        query = query.where(DATASET.c.namespace.in_(namespaces))
    rows = session.execute(query).all()
    hidden = hidden_columns({row.id for row in rows}, access, session=session)
    wanted = text.casefold()
    return [
        ColumnHit(
            row.id,
            row.rank,
            row.namespace,
            row.name,
            tuple(
                column.name
                for column in read_columns(row.columns)
                if wanted in column.name.casefold() and column.name not in hidden.get(row.id, NOTHING)
            )[:MOST_COLUMNS],
        )
        for row in rows
    ]

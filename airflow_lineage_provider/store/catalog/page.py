"""A page of a list by offset, with how many entries the whole list has for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")

Visible = Callable[[Collection[int]], set[int]]
"""Those of some row ids that the reader may see."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some entries of a list."""

    items: tuple[T, ...]
    total: int
    """Entries of the whole list that the reader may see."""


def page_ids(
    query: Select[Any], visible: Visible | None, *, limit: int, offset: int, session: Session
) -> tuple[list[int], int]:
    """Row ids of one page, and the length of the list.

    :param query: selects ids in order.
    :param visible: ``None`` where the reader sees all, so that the database can count and cut.
    """
    if visible is None:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
        return list(session.scalars(query.limit(limit).offset(offset))), total or 0
    ids = list(session.scalars(query))
    seen = visible(ids)
    shown = [row_id for row_id in ids if row_id in seen]
    return shown[offset : offset + limit], len(shown)

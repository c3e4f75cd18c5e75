"""The register in pages, as somebody may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.bound_names import SYMLINK, known_names
from airflow_lineage_provider.store.registered_owners import OWNER
from airflow_lineage_provider.store.visibility import visible_datasets

MOST_ROUNDS = 10
"""How often more is fetched for one page because the reader may not see what was found."""


@dataclass(frozen=True, slots=True)
class RegisteredRow:
    """An owner in the register."""

    id: int
    namespace: str
    name: str
    is_glob: bool
    owner: str
    kind: str | None
    contact: str | None
    channel: str | None
    valid_from: date | None
    valid_to: date | None
    source: str
    position: int
    set_by: str | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RegisteredPage:
    """A page of the register."""

    rows: tuple[RegisteredRow, ...]
    next_id: int | None
    """The page after this one starts after this row; ``None``: there is none."""


def list_registered(access: Access, *, after: int = 0, limit: int, session: Session) -> RegisteredPage:
    """Owners in the order in which they were registered.

    Who may not read every DAG sees owners of datasets that they may see, and no globs: these tell of datasets too.
    """
    found: list[Any] = []
    size = limit + 1 if access.is_unrestricted else max(5 * limit, 500)
    has_more = True
    for _ in range(MOST_ROUNDS):
        query = select(OWNER).where(OWNER.c.id > after).order_by(OWNER.c.id).limit(size)
        rows = session.execute(query).all()
        found += _seen(rows, access, session=session)
        has_more = len(rows) == size
        after = rows[-1].id if rows else after
        if not has_more or len(found) > limit:
            break
    next_id = after if has_more else None
    if len(found) > limit:
        next_id = found[limit - 1].id
    return RegisteredPage(tuple(_read(row) for row in found[:limit]), next_id)


def _seen(rows: Sequence[Any], access: Access, *, session: Session) -> list[Any]:
    if access.is_unrestricted:
        return list(rows)
    exact = {row.id: DatasetId(row.namespace, row.name) for row in rows if row.digest is not None}
    # What another producer calls a dataset must open nothing to anybody.
    known = {
        name: found.row_id
        for name, found in known_names(set(exact.values()), session=session).items()
        if found.via != SYMLINK
    }
    visible = visible_datasets(known.values(), access, session=session)
    return [row for row in rows if row.id in exact and known.get(exact[row.id]) in visible]


def _read(row: Any) -> RegisteredRow:
    values = {name: getattr(row, name) for name in RegisteredRow.__slots__ if name != "is_glob"}
    return RegisteredRow(**values, is_glob=row.digest is None)

"""Contracts as somebody may see them: with the datasets that the DAGs they may read touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.bound_names import SYMLINK, known_names
from airflow_lineage_provider.store.contracts import (
    BoundSchema,
    ContractSummary,
    ContractVersion,
    summaries,
    versions,
)
from airflow_lineage_provider.store.masking import hidden_columns
from airflow_lineage_provider.store.visibility import visible_datasets

MOST_ROUNDS = 10
"""How often more is fetched for one page because the reader may not see what was found."""


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A page of contracts."""

    contracts: tuple[ContractSummary, ...]
    """With the schema objects that may be seen."""
    next_id: str | None
    """The page after this one starts after this contract; ``None``: there is none."""


def list_contract_page(access: Access, *, after: str = "", limit: int, session: Session) -> ContractPage:
    """Contracts in force after an id, in the order of their ids."""
    found: list[ContractSummary] = []
    size = limit + 1 if access.is_unrestricted else max(5 * limit, 500)
    has_more = True
    for _ in range(MOST_ROUNDS):
        rows = summaries(after=after, limit=size, session=session)
        shown = _shown([row.schemas for row in rows], access, session=session)
        found += [
            replace(row, schemas=schemas)
            for row, schemas in zip(rows, shown, strict=True)
            if schemas or access.is_unrestricted
        ]
        has_more = len(rows) == size
        after = rows[-1].contract_id if rows else after
        if not has_more or len(found) > limit:
            break
    next_id = after if access.is_unrestricted and has_more else None
    if len(found) > limit:
        next_id = found[limit - 1].contract_id
    return ContractPage(tuple(found[:limit]), next_id)


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A version of a contract that a reader may see something of."""

    version: ContractVersion
    """With the schema objects that may be seen."""
    is_whole: bool
    """Whether the reader may see its text: it names all its datasets and their columns."""


def seen_versions(contract_id: str, access: Access, *, session: Session) -> list[SeenVersion]:
    """Versions of a contract that the reader may see, the one in force first; none for one that is hidden or unknown."""
    found = versions(contract_id, session=session)
    shown = _shown([each.schemas for each in found], access, session=session)
    seen = []
    for each, schemas in zip(found, shown, strict=True):
        if not schemas and not access.is_unrestricted:
            continue
        is_whole = len(schemas) == len(each.schemas) and _shows_columns(schemas, access, session=session)
        seen.append(SeenVersion(replace(each, schemas=schemas), is_whole))
    return seen


def _shown(
    objects: Sequence[tuple[BoundSchema, ...]], access: Access, *, session: Session
) -> list[tuple[BoundSchema, ...]]:
    """Of each list of schema objects those whose datasets may be seen."""
    if access.is_unrestricted:
        return list(objects)
    known = known_names(
        {item.dataset for items in objects for item in items if item.dataset is not None}, session=session
    )
    # What another producer calls a dataset must open nothing to anybody.
    ids = {name: found.row_id for name, found in known.items() if found.via != SYMLINK}
    visible = visible_datasets(ids.values(), access, session=session)
    return [
        tuple(item for item in items if item.dataset is not None and ids.get(item.dataset) in visible)
        for items in objects
    ]


def _shows_columns(schemas: Sequence[BoundSchema], access: Access, *, session: Session) -> bool:
    """Whether no column of theirs is kept from the reader."""
    if access.has_sensitive:
        return True
    names = {item.dataset for item in schemas if item.dataset is not None}
    known = known_names(names, session=session)
    if len(known) < len(names) or any(item.dataset is None for item in schemas):
        return False  # of what nobody has seen, nobody knows which columns are sensitive
    return not any(
        hidden_columns({found.row_id for found in known.values()}, access, session=session).values()
    )

"""Which contracts in force are bound to names, without what they say."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.contract_writes import BINDING
from airflow_lineage_provider.store.row_ids import chunks, in_digests


class BoundName(NamedTuple):
    """A schema object of a contract and the name that it is bound to."""

    digest: str
    contract_id: str
    status: str | None
    content_hash: str
    """Of the whole contract."""
    schema_name: str


_BOUND = (
    select(
        BINDING.c.digest,
        CONTRACT.c.contract_id,
        CONTRACT.c.status,
        CONTRACT.c.content_hash,
        BINDING.c.schema_name,
    )
    .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
    .where(in_digests(BINDING.c.digest), CONTRACT.c.is_current.is_(True))
)


def bound_names(digests: Collection[str], *, session: Session) -> list[BoundName]:
    """In the order of the contracts' ids."""
    wanted = sorted(digests)
    found: list[BoundName] = []
    for part in chunks(wanted):
        rows = session.execute(_BOUND, {"digests": part}).all()
        found += [BoundName(*row) for row in rows]
    return sorted(found, key=lambda bound: (bound.contract_id, bound.schema_name))

"""Names that contracts are bound to and that the rules of today spell otherwise.

Who binds writes the name of that day, so that such names come only with other rules: after an upgrade, or where aliases
and patterns were changed. They are looked for once, again when contracts or bindings became more or fewer, and after
:data:`SECONDS` in any case.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.tables import Contract, ContractDataset, core_table

CONTRACT = core_table(Contract)
BINDING = core_table(ContractDataset)
SECONDS = 60.0

_STAMP = select(
    select(func.max(CONTRACT.c.id)).scalar_subquery(),
    select(func.count()).select_from(BINDING).scalar_subquery(),
)
_BOUND = (
    select(BINDING.c.digest, BINDING.c.namespace, BINDING.c.name)
    .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
    .where(CONTRACT.c.is_current.is_(True), BINDING.c.digest.is_not(None))
)


@dataclass(frozen=True, slots=True)
class _Known:
    rules: IdentityRules
    engine: Engine
    stamp: tuple[int | None, int]
    read_at: float
    moved: Mapping[str, str]


_lock = Lock()
_known: _Known | None = None


def moved_bindings(*, session: Session) -> Mapping[str, str]:
    """Digest of the name that a contract in force is bound to, to the digest of the dataset's name of today."""
    global _known
    rules = identity_rules()
    engine = session.connection().engine
    newest, count = session.execute(_STAMP).one()
    with _lock:
        known = _known
    if (
        known is not None
        and (known.rules, known.engine, known.stamp) == (rules, engine, (newest, count))
        and time.monotonic() - known.read_at < SECONDS
    ):
        return known.moved
    read_at = time.monotonic()
    moved = {
        row.digest: today
        for row in session.execute(_BOUND)
        if (today := rules.canonical(DatasetId(row.namespace, row.name)).digest) != row.digest
    }
    with _lock:
        _known = _Known(rules, engine, (newest, count), read_at, moved)
    return moved

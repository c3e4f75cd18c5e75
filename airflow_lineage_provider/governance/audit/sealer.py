"""Gives entries their places in the chain: one sealer at a time, whichever server or command it runs in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.chain import CHAIN, GENESIS, entry_hash
from airflow_lineage_provider.store.audit import AUDIT
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.tables import AuditHead
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_missing

HEAD = core_table(AuditHead)

BATCH = 1_000
"""Entries per transaction."""
_UNSEALED = (
    select(AUDIT.c.id, AUDIT.c.kind, AUDIT.c.at, AUDIT.c.actor, AUDIT.c.subject, AUDIT.c.payload_hash)
    .where(AUDIT.c.seq.is_(None))
    .order_by(AUDIT.c.id)
)
_SEAL = (
    AUDIT.update()
    .where(AUDIT.c.id == bindparam("entry"), AUDIT.c.seq.is_(None))
    .values({name: bindparam(f"new_{name}") for name in ("seq", "prev_hash", "entry_hash", "sealed_at")})
)


class ChainBroken(RuntimeError):
    """The end of the chain is not where it was left: nothing is sealed on top of that."""


class End(NamedTuple):
    """Where a chain ends."""

    seq: int
    entry_hash: str


def seal(
    transactions: Transactions, *, batch: int = BATCH, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Seal all that waits, a transaction for each batch. Returns how many were sealed.

    :raises ChainBroken: see :class:`ChainBroken`.
    """
    count = 0
    while not is_stopped():
        with transactions.writing() as session:
            sealed = seal_batch(datetime.now(UTC), batch=batch, session=session)
        count += sealed
        if sealed < batch:
            break
    return count


def seal_batch(now: datetime, *, batch: int = BATCH, session: Session) -> int:
    """Seal the oldest entries that wait; on SQLite in a transaction that writes from its start."""
    end = hold_end(now, session=session)
    last = last_entry(session=session)
    if last != end and not (last is None and end == End(0, GENESIS)):
        found = f"entry {last.seq}" if last is not None else "nothing"
        raise ChainBroken(
            f"The audit's head row names entry {end.seq}, and the chain ends with {found}: entries were removed or "
            "changed, or a part of the database was restored. See `airflow lineage audit verify`; accept it with "
            "`airflow lineage audit reseal --reason '...'`."
        )
    return extend(end, now, batch=batch, session=session)


def hold_end(now: datetime, *, session: Session) -> End:
    """The end as the head row has it. The row is held until the transaction ends, so that the chain never forks."""
    query = select(HEAD.c.seq, HEAD.c.entry_hash).where(HEAD.c.chain == CHAIN).with_for_update()
    held = session.execute(query).first()
    if held is None:
        first = {"chain": CHAIN, "seq": 0, "entry_hash": GENESIS, "updated_at": now}
        insert_missing(HEAD, [first], session=session)
        held = session.execute(query).one()
    return End(*held)


def last_entry(*, session: Session) -> End | None:
    """The end as the entries have it."""
    query = select(AUDIT.c.seq, AUDIT.c.entry_hash).where(AUDIT.c.seq.is_not(None))
    row = session.execute(query.order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return End(*row) if row is not None else None


def extend(end: End, now: datetime, *, batch: int | None = BATCH, session: Session) -> int:
    """Put unsealed entries after an end, in the order in which they were written. The caller holds the head row."""
    changes: list[dict[str, Any]] = []
    for row in session.execute(_UNSEALED.limit(batch)):
        seq = end.seq + 1
        changes.append({"entry": row.id, "new_seq": seq, "new_prev_hash": end.entry_hash})
        end = End(seq, entry_hash(row, seq=seq, prev_hash=end.entry_hash, sealed_at=now))
        changes[-1] |= {"new_entry_hash": end.entry_hash, "new_sealed_at": now}
    if changes:
        session.execute(_SEAL, changes)
        session.execute(
            HEAD.update()
            .where(HEAD.c.chain == CHAIN)
            .values(seq=end.seq, entry_hash=end.entry_hash, updated_at=now)
        )
    return len(changes)

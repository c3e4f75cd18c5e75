"""Goes on after a fault: the fault stays in the chain, and an entry says who accepted it and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.chain import CHAIN, GENESIS
from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint
from airflow_lineage_provider.governance.audit.sealer import End, extend, hold_end, last_entry
from airflow_lineage_provider.governance.audit.told import RESEAL
from airflow_lineage_provider.governance.audit.verification import Verification
from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.store.audit import append

_LARGEST = 2**62


class CannotReseal(RuntimeError):
    """The message is for people."""


def reseal(
    reason: str,
    *,
    actor: str | None,
    checkpoints: Sequence[Checkpoint] = (),
    now: datetime,
    session: Session,
) -> Verification:
    """Accept the faults that there are now and seal on top of them; on SQLite in a transaction that writes.

    Places of entries that are missing stay empty, so that no other entry ever takes the number of one that was.

    :return: what was found before.
    :raises CannotReseal: for a number of an entry after which there is none.
    """
    end = hold_end(now, session=session)
    found = Verifier(session, checkpoints=checkpoints).verify()
    last = last_entry(session=session) or End(0, GENESIS)
    after = last if last.seq > end.seq or last.seq == end.seq else end
    if after.seq > _LARGEST:
        raise CannotReseal(f"Entry {after.seq} leaves no room for one after it; correct its number first.")
    said = {"reason": reason, "faults": [each.to_wire() for each in found.faults], "after": after.seq}
    append(RESEAL, said, actor=actor, subject=CHAIN, now=now, session=session)
    extend(End(max(after.seq, 0), after.entry_hash or GENESIS), now, batch=None, session=session)
    return found

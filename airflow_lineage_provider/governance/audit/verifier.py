"""Reads the chain from its start to its end and names what is not as it was sealed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.chain import CHAIN, GENESIS, entry_hash
from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint
from airflow_lineage_provider.governance.audit.comparison import Comparison
from airflow_lineage_provider.governance.audit.fault import Fault, Problem, fault
from airflow_lineage_provider.governance.audit.readable import Unreadable, read_entries
from airflow_lineage_provider.governance.audit.sealer import HEAD, End
from airflow_lineage_provider.governance.audit.told import KEPT_KINDS, read_purged_before, read_reseals
from airflow_lineage_provider.governance.audit.verification import Verification
from airflow_lineage_provider.store.audit import AUDIT

PAGE = 2_000
_LOOKED_UP = 20
"""Changed entries whose former place is looked for: that reads the whole table each time."""

_LOOKS = 3
"""How often it looks for purges."""


class Verifier:
    """Verifies once.

    :param after: place of the entry after which it begins; checkpoints are compared only from the start.
    :param seconds: time after which it stops, the chain verified as far as it came.
    """

    def __init__(
        self,
        session: Session,
        *,
        checkpoints: Sequence[Checkpoint] = (),
        after: int = 0,
        seconds: float | None = None,
    ) -> None:
        self._session = session
        self._after = after
        self._end = time.monotonic() + seconds if seconds is not None else None
        self._comparison = Comparison(() if after else checkpoints)
        self._faults: list[Fault] = []
        self._purged_before: datetime | None = None
        self._entries = self._purged = 0
        self._last = End(after, GENESIS)
        self._head: End | None = None
        self._before: str | None = None if after else GENESIS
        """Hash of the entry before the next one; ``None`` where it is not known what it was."""
        self._moved = 0
        self._looks = _LOOKS

    def verify(self) -> Verification:
        """Verify. What others seal meanwhile is verified as well."""
        reseals = read_reseals(self._session)
        is_done = self._read_all()
        if is_done:
            self._compare_head()
            self._faults += self._comparison.finish(self._last.seq)
        unsealed, oldest = self._read_tail()
        accepted = {mark for reseal in reseals for mark in reseal.marks}
        faults = sorted(self._faults, key=lambda each: each.order)
        return Verification(
            entries=self._entries,
            size=self._last.seq,
            root=self._comparison.root if is_done and not self._after else None,
            head=self._last.entry_hash if self._entries else None,
            faults=tuple(each for each in faults if each.mark not in accepted),
            accepted=tuple(each for each in faults if each.mark in accepted),
            reseals=tuple(reseals),
            purged=self._purged,
            unsealed=unsealed,
            oldest_unsealed=oldest,
            checkpoints=self._comparison.compared,
            is_complete=is_done and not self._after,
        )

    def _read_all(self) -> bool:
        """Whether it came to the end in time."""
        while True:
            for page in self._pages():
                for row in page:
                    if type(row.seq) is not int:
                        # Only SQLite takes one, and sorts it behind every number: nothing readable follows.
                        self._faults.append(self._misplaced(row))
                        return True
                    self._check(row)
                if self._end is not None and time.monotonic() > self._end:
                    return False
            self._head = self._read_head()
            # Head row and entries change together: where it knows more, more was sealed since the last page.
            if self._head is None or self._head.seq <= self._last.seq or not self._is_more():
                return True

    def _pages(self) -> Iterator[Sequence[Any]]:
        while page := read_entries(self._last.seq if self._entries else self._start(), PAGE, self._session):
            yield page

    def _start(self) -> int:
        # Numbers below 1 are no places of the chain, and somebody may have written one.
        return self._after or -(2**63)

    def _is_more(self) -> bool:
        return bool(read_entries(self._last.seq, 1, self._session))

    def _check(self, row: Any) -> None:
        self._entries += 1
        seq, entry_hash = row.seq, row.entry_hash
        if seq < 1:
            detail = "no place of the chain has this number"
            self._faults.append(fault(seq, Problem.MOVED, detail, seq, *_found(row)))
            self._last = End(seq, entry_hash)
            return
        expected = max(self._last.seq, 0) + 1
        if seq > expected:
            self._faults.append(missing(expected, seq - 1))
            self._before = None
        found = self._fault(row)
        if found is not None:
            self._faults.append(found)
        self._faults += self._comparison.add(seq, entry_hash)
        self._last = End(seq, entry_hash)
        # What follows a changed entry was sealed upon what that was before.
        is_known = found is None or found.problem not in (Problem.CHANGED, Problem.MOVED)
        self._before = entry_hash if is_known else None

    def _misplaced(self, row: Any) -> Fault:
        place = self._last.seq + 1
        return fault(place, Problem.CHANGED, "the place of an entry is no number", place, str(row.seq)[:100])

    def _fault(self, row: Any) -> Fault | None:
        """What is wrong with an entry in its place."""
        seq = row.seq
        if isinstance(row, Unreadable):
            detail = "a field of it cannot be read as what it must be"
            return fault(seq, Problem.CHANGED, detail, seq, row.why)
        try:
            computed = entry_hash(row, seq=seq, prev_hash=row.prev_hash, sealed_at=row.sealed_at)
            actual = hashlib.sha256(row.payload).hexdigest() if row.payload is not None else None
        except (TypeError, ValueError, AttributeError):
            detail = "a field of it is missing or is not what it must be"
            return fault(seq, Problem.CHANGED, detail, seq, *_found(row))
        before = self._before
        if (
            computed == row.entry_hash
            and actual is not None
            and actual == row.payload_hash
            and (before is None or row.prev_hash == before)
        ):
            return None  # nearly all of them
        found = (seq, computed, actual, *_found(row))
        if computed != row.entry_hash:
            return self._changed(row, found)
        if actual is not None and actual != row.payload_hash:
            return fault(seq, Problem.PAYLOAD, "the payload does not match its hash", *found)
        if before is not None and row.prev_hash != before:
            detail = f"it does not follow entry {seq - 1}: one of the two was made anew"
            return fault(seq, Problem.UNLINKED, detail, *found, before)
        if actual is None:
            self._purged += 1
            if row.kind in KEPT_KINDS or not self._is_purged(row.at):
                detail = "its payload is gone, and no purge tells of it"
                return fault(seq, Problem.EMPTIED, detail, *found)
        return None

    def _is_purged(self, at: datetime) -> bool:
        while self._purged_before is None or at >= self._purged_before:
            if not self._looks:
                return False
            # A purge may have come to its end since the last look.
            self._looks -= 1
            self._purged_before = read_purged_before(self._session)
        return True

    def _changed(self, row: Any, found: tuple[object, ...]) -> Fault:
        place = self._former_place(row)
        if place is not None:
            return fault(row.seq, Problem.MOVED, f"it was sealed as entry {place}", *found)
        return fault(
            row.seq, Problem.CHANGED, "its fields do not match its hash: one of them changed", *found
        )

    def _former_place(self, row: Any) -> int | None:
        """Where an entry would be right, told by the entry that it says it follows."""
        self._moved += 1
        if self._moved > _LOOKED_UP:
            return None
        place = 1
        if row.prev_hash != GENESIS:
            query = select(AUDIT.c.seq).where(AUDIT.c.entry_hash == row.prev_hash).limit(1)
            before = self._session.scalar(query)
            if before is None:
                return None
            place = before + 1
        hashed = entry_hash(row, seq=place, prev_hash=row.prev_hash, sealed_at=row.sealed_at)
        return place if place != row.seq and hashed == row.entry_hash else None

    def _read_head(self) -> End | None:
        query = select(HEAD.c.seq, HEAD.c.entry_hash).where(HEAD.c.chain == CHAIN)
        row = self._session.execute(query).first()
        return End(*row) if row is not None else None

    def _compare_head(self) -> None:
        head, last = self._head, self._last
        if head is None:
            if self._entries:
                detail = "the row that names the end of the chain is gone"
                self._faults.append(fault(None, Problem.HEAD, detail, "gone", last.seq))
        elif head.seq > last.seq:
            self._faults.append(missing(max(last.seq, 0) + 1, head.seq))
        elif head.seq < last.seq:
            detail = (
                f"the head row ends the chain at entry {head.seq}, and there are entries up to {last.seq}"
            )
            self._faults.append(fault(head.seq + 1, Problem.HEAD, detail, *head, *last))
        elif self._before is not None and head.entry_hash != self._before:
            detail = "the head row names another hash for the last entry: one of the two was made anew"
            self._faults.append(fault(last.seq or None, Problem.HEAD, detail, *head, *last))

    def _read_tail(self) -> tuple[int, datetime | None]:
        """Number and oldest moment of what is not sealed."""
        query = select(func.count(), func.min(AUDIT.c.at)).where(AUDIT.c.seq.is_(None))
        count, oldest = self._session.execute(query).one()
        return count, oldest


def missing(first: int, last: int) -> Fault:
    """Entries of these places are not there."""
    detail = f"entries {first} to {last} are missing" if last > first else f"entry {first} is missing"
    return fault(first, Problem.MISSING, detail, first, last)


def _found(row: Any) -> tuple[object, ...]:
    return row.entry_hash, row.prev_hash, row.payload_hash

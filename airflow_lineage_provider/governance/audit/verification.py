"""What verifying the chain found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_lineage_provider.governance.audit.fault import Fault

SHOWN = 20
"""Faults that a message names."""


@dataclass(frozen=True, slots=True)
class Reseal:
    """An entry in which somebody accepted the faults of before."""

    seq: int
    at: datetime
    actor: str | None
    reason: str
    marks: frozenset[str]

    def to_wire(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "reason": self.reason,
            "faults": len(self.marks),
        }

    def describe(self) -> str:
        faults = f"{len(self.marks)} faults" if len(self.marks) != 1 else "1 fault"
        return (
            f"resealed at entry {self.seq}, {self.at.isoformat(timespec='seconds')}, by {self.actor or 'somebody'}, "
            f"accepting {faults}: {self.reason}"
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of the chain."""

    entries: int
    """Sealed entries that were looked at."""
    size: int
    """Place of the last one."""
    root: str | None
    """Merkle root of all of them; ``None`` where the start was not looked at."""
    head: str | None
    """Hash of the last one."""
    faults: tuple[Fault, ...]
    """In the order of places, those that nobody accepted."""
    accepted: tuple[Fault, ...]
    reseals: tuple[Reseal, ...]
    purged: int
    """Entries whose payload was purged; their hashes are verified all the same."""
    unsealed: int
    """Entries that are not sealed yet: nothing protects them."""
    oldest_unsealed: datetime | None
    checkpoints: int
    """Checkpoints that the chain was compared with."""
    is_complete: bool = True
    """False: the time was over before its end, or its start was left out."""

    @property
    def is_intact(self) -> bool:
        return not self.faults

    @property
    def first(self) -> Fault | None:
        """The first fault that nobody accepted."""
        return next(iter(self.faults), None)

    def to_wire(self) -> dict[str, Any]:
        """JSON object; at most ``SHOWN`` faults of each sort, with their numbers."""
        return {
            "is_intact": self.is_intact,
            "is_complete": self.is_complete,
            "entries": self.entries,
            "size": self.size,
            "root": self.root,
            "head": self.head,
            "first_bad": self.first.seq if self.first is not None else None,
            "faults": [each.to_wire() for each in self.faults[:SHOWN]],
            "fault_count": len(self.faults),
            "accepted": [each.to_wire() for each in self.accepted[:SHOWN]],
            "accepted_count": len(self.accepted),
            "reseals": [each.to_wire() for each in self.reseals],
            "purged": self.purged,
            "unsealed": self.unsealed,
            "oldest_unsealed": self.oldest_unsealed.isoformat() if self.oldest_unsealed else None,
            "checkpoints": self.checkpoints,
        }

    def describe(self) -> str:
        """Lines for people, the worst first."""
        lines = []
        if self.first is not None:
            where = f"entry {self.first.seq}" if self.first.seq is not None else "the chain"
            lines.append(f"BROKEN at {where} ({self.first.problem.value}): {self.first.detail}")
            rest = self.faults[1:SHOWN]
            lines += [f"  also {self._place(each)} ({each.problem.value}): {each.detail}" for each in rest]
            if len(self.faults) > SHOWN:
                lines.append(f"  and {len(self.faults) - SHOWN} more faults")
        else:
            part = "" if self.is_complete else ", only a part of the chain"
            lines.append(f"intact: {self.entries} entries up to {self.size}{part}")
        lines += [each.describe() for each in self.reseals]
        for each in self.accepted[:SHOWN]:
            lines.append(f"  accepted {self._place(each)} ({each.problem.value}): {each.detail}")
        if len(self.accepted) > SHOWN:
            lines.append(f"  and {len(self.accepted) - SHOWN} more accepted faults")
        lines.append(f"checkpoints compared: {self.checkpoints}")
        if self.purged:
            lines.append(f"payloads purged: {self.purged}; their hashes are verified")
        if self.unsealed:
            since = self.oldest_unsealed.isoformat(timespec="seconds") if self.oldest_unsealed else "?"
            lines.append(f"not sealed yet, so not protected: {self.unsealed} entries, the oldest of {since}")
        return "\n".join(lines)

    @staticmethod
    def _place(each: Fault) -> str:
        return f"entry {each.seq}" if each.seq is not None else "the chain"

"""The chain compared with checkpoints of it, as it is read."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint, is_hash, origin_of
from airflow_lineage_provider.governance.audit.fault import Fault, Problem, fault
from airflow_lineage_provider.governance.audit.merkle import Tree


class Comparison:
    """Grows the tree entry by entry and looks at it wherever a checkpoint was taken."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self._waiting = sorted(checkpoints, key=lambda each: each.size, reverse=True)
        self._tree = Tree()
        self._first = self._last = ""
        self._good = 0
        """Size of the largest checkpoint that fits so far."""
        self.compared = 0

    @property
    def root(self) -> str:
        return self._tree.root()

    def add(self, seq: int, entry_hash: object) -> list[Fault]:
        """The next entry; places between it and the one before are those of entries that are gone."""
        faults = self._skip_to(seq - 1) if self._tree.size != seq - 1 else []
        self._last = str(entry_hash)
        self._first = self._first or self._last
        if is_hash(entry_hash):
            self._tree.append(self._last)
        else:
            self._tree.append_unknown(1)
        while self._waiting and self._waiting[-1].size == seq:
            faults += self._compare(self._waiting.pop())
        return faults

    def finish(self, size: int) -> list[Fault]:
        """What only checkpoints know.

        :param size: place of the last entry.
        """
        faults = []
        for checkpoint in reversed(self._waiting):
            self.compared += 1
            first = max(size, 0) + 1
            gone = f"entries {first} to {checkpoint.size}" if checkpoint.size > first else f"entry {first}"
            detail = f"{_named(checkpoint)} knows {gone}, which the chain does not have: its end was cut off"
            faults.append(_fault(first, detail, checkpoint))
        self._waiting.clear()
        return faults

    def _skip_to(self, seq: int) -> list[Fault]:
        faults = []
        while self._waiting and self._waiting[-1].size <= seq:
            checkpoint = self._waiting.pop()
            self._tree.append_unknown(checkpoint.size - self._tree.size)
            self._last = ""
            faults += self._compare(checkpoint)
        self._tree.append_unknown(seq - self._tree.size)
        return faults

    def _compare(self, checkpoint: Checkpoint) -> list[Fault]:
        self.compared += 1
        is_own = checkpoint.origin == origin_of(self._first)
        if is_own and (checkpoint.root, checkpoint.head) == (self._tree.root(), self._last):
            self._good = checkpoint.size
            return []
        detail = f"{_named(checkpoint)} knows other entries from {self._good + 1} to {checkpoint.size}"
        if not is_own:
            detail += (
                ": the chain was made anew from its first entry, or the checkpoint is another installation's"
            )
        return [_fault(self._good + 1, detail, checkpoint)]


def _named(checkpoint: Checkpoint) -> str:
    return f"the checkpoint of {checkpoint.at.isoformat(timespec='seconds')}"


def _fault(seq: int, detail: str, checkpoint: Checkpoint) -> Fault:
    found = (checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.head)
    return fault(seq, Problem.CHECKPOINT, detail, *found)

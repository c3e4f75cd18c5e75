"""What was done to one dataset, and what an attempt as a whole made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from airflow_lineage_provider.model.io_entry import Column


class Act(IntEnum):
    """One thing done to a file, an object or a dataset."""

    READ = 0
    WRITE = 1
    """Created, overwritten or appended to."""
    UPDATE = 2
    """Opened for reading and writing."""
    DELETE = 3


class Trace:
    """What all acts on one name add up to, as bits of a plain number: an enum costs ten times as much to ask.

    Order matters: a file that the task made itself is no input of it.
    """

    INPUT = 1
    """It was read, and not only what the task had written into it before."""
    OUTPUT = 2
    """It was written and is there."""
    GONE = 4
    """The task made it and deleted it: nobody else will see it."""
    DROPPED = 8
    """It was there before, and the task deleted it."""


def _after(trace: int, act: Act) -> int:
    if act is Act.DELETE:
        if trace & Trace.OUTPUT:
            return trace & ~Trace.OUTPUT | Trace.GONE
        return trace if trace & Trace.GONE else trace | Trace.DROPPED
    if act is not Act.WRITE and not trace & Trace.OUTPUT:
        trace |= Trace.INPUT
    if act is not Act.READ:
        trace = (trace | Trace.OUTPUT) & ~(Trace.GONE | Trace.DROPPED)
    return trace


AFTER: tuple[tuple[int, ...], ...] = tuple(tuple(_after(trace, act) for trace in range(16)) for act in Act)
"""``AFTER[act][trace]``: the trace once the act is done. A table, for this is asked at every ``open``."""


@dataclass(slots=True)
class Detail:
    """What a reader or writer knows beyond the name, where knowing it costs nothing."""

    format: str | None = None
    """``csv``, ``parquet``, ``json``: lower case."""
    rows: int | None = None
    bytes: int | None = None
    columns: tuple[Column, ...] | None = None

    def merge(self, other: Detail) -> None:
        """Take over what another report of the same dataset knows; of two counts the larger one stays."""
        self.format = other.format or self.format
        self.columns = other.columns or self.columns
        self.rows = _larger(self.rows, other.rows)
        self.bytes = _larger(self.bytes, other.bytes)


def _larger(before: int | None, now: int | None) -> int | None:
    return max((count for count in (before, now) if count is not None), default=None)

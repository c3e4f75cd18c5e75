"""What a running task says itself about its inputs and outputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry

MAX_NOTES = 5_000
"""Inputs and outputs of one attempt; further ones are counted."""


@dataclass(slots=True)
class Notes:
    """Notes of one attempt."""

    is_open: bool = False
    """Whether there is an attempt that takes notes."""
    inputs: list[IoEntry] = field(default_factory=list)
    outputs: list[IoEntry] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)
    """What the task said and nobody could understand."""
    lost: int = 0


_notes = Notes()


def reset() -> None:
    """Start a new attempt with empty notes."""
    global _notes
    _notes = Notes(is_open=True)


def is_open() -> bool:
    """Whether an attempt runs in this process whose lineage is captured."""
    return _notes.is_open


def note_input(dataset: DatasetId, columns: tuple[Column, ...] | None = None) -> None:
    """The running attempt, a task of ours, reads ``dataset``; ``columns`` where it has just seen them."""
    note(IoEntry(Evidence.OPERATOR, dataset=dataset, columns=columns), is_output=False)


def note_output(dataset: DatasetId) -> None:
    """The running attempt, a task of ours, writes ``dataset``."""
    note(IoEntry(Evidence.OPERATOR, dataset=dataset), is_output=True)


def note(entry: IoEntry, *, is_output: bool) -> None:
    """The running attempt reads or writes something."""
    entries = _notes.outputs if is_output else _notes.inputs
    if len(_notes.inputs) + len(_notes.outputs) >= MAX_NOTES:
        _notes.lost += 1
    else:
        entries.append(entry)


def note_problem(problem: Exception) -> None:
    """The running attempt said something that is no dataset."""
    if len(_notes.problems) < 20:
        _notes.problems.append(problem)


def taken() -> Notes:
    """Notes of the running attempt so far."""
    return Notes(
        _notes.is_open, list(_notes.inputs), list(_notes.outputs), list(_notes.problems), _notes.lost
    )

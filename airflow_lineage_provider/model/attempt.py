"""States of a task attempt, and how much of it was recorded."""

from __future__ import annotations

from enum import StrEnum

TERMINAL_STATES = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""Airflow's own words for an attempt that is over."""

SUCCESS_STATES = frozenset({"success"})


class Capture(StrEnum):
    """How much of an attempt's lineage arrived."""

    PENDING = "pending"
    """It runs, or it ended a moment ago: its record may still come."""
    ANNOUNCED = "announced"
    """The core segment is there and named a later one, which may still come."""
    RECORDED = "recorded"
    """Everything it announced is there."""
    PARTIAL = "partial"
    """The core segment is there, an announced later segment never came."""
    MISSING = "missing"
    """It ran in a worker and nothing came: killed, or its row was purged."""
    NOT_RUN = "not_run"
    """It never ran in a worker: skipped or failed by the scheduler, or an operator without work."""

    EXTERNAL = "external"
    """A run of another producer, no attempt of ours: nothing is awaited."""

    @property
    def settled(self) -> bool:
        """Nothing more is expected."""
        return self not in (Capture.PENDING, Capture.ANNOUNCED)

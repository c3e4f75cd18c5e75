"""Kinds of rows that may go."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """In the order in which they are cleaned: what one of them leaves without use, a later one takes."""

    EVENTS = "events"
    """Events of other producers as they were sent."""
    VERDICTS = "verdicts"
    FINDINGS = "findings"
    """Findings that are resolved; open ones never go."""
    DEAD_LETTERS = "dead-letters"
    SCHEMAS = "schemas"
    """Schema versions that a dataset has no more."""
    JOBS = "jobs"
    """Jobs that nothing speaks of, only when asked for."""
    DATASETS = "datasets"
    """Datasets that nothing speaks of, only when asked for."""
    RUNS = "runs"
    """Runs with their inputs, outputs and links to facets."""
    FACETS = "facets"
    """Facets that nothing names any more."""
    COLUMNS = "columns"
    """Lists of columns that nothing names any more."""


AGED = (Kind.EVENTS, Kind.VERDICTS, Kind.FINDINGS, Kind.DEAD_LETTERS, Kind.SCHEMAS, Kind.RUNS)
ORPHANS = (Kind.FACETS, Kind.COLUMNS)
UNUSED = (Kind.JOBS, Kind.DATASETS)

"""Runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from airflow_lineage_provider.api.marquez.moment import moment
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.catalog.runs import RunInput, RunView

STATES = {
    "success": "COMPLETED",
    "failed": "FAILED",
    "upstream_failed": "FAILED",
    "aborted": "ABORTED",
    "skipped": "ABORTED",
    "removed": "ABORTED",
    "running": "RUNNING",
    "restarting": "RUNNING",
    "deferred": "RUNNING",
    "up_for_reschedule": "RUNNING",
    "up_for_retry": "FAILED",
    None: "NEW",
    "scheduled": "NEW",
    "queued": "NEW",
    "awaiting_input": "RUNNING",
}
"""Airflow's words, and our own of other producers' runs, to Marquez's; any other one is NEW."""


def run_state(state: str | None) -> str:
    """NEW | RUNNING | COMPLETED | FAILED | ABORTED."""
    return STATES.get(state, "NEW")


def states_of(word: str) -> list[str | None]:
    """Stored states that are shown as one of Marquez's; empty for a word that is none."""
    return [state for state, shown in STATES.items() if shown == word.upper()]


def run_json(run: RunView) -> dict[str, Any]:
    """A run with the versions that it read and wrote."""
    nominal = run.facets.get("nominalTime")
    nominal = nominal if isinstance(nominal, dict) else {}
    return {
        "id": str(run.run_id) if run.run_id else None,
        "createdAt": moment(run.started_at or run.recorded_at),
        "updatedAt": moment(run.recorded_at),
        "nominalStartTime": nominal.get("nominalStartTime"),
        "nominalEndTime": nominal.get("nominalEndTime"),
        "state": run_state(run.state),
        "startedAt": moment(run.started_at),
        "endedAt": moment(run.ended_at),
        "durationMs": _duration(run.started_at, run.ended_at),
        "args": {},
        "jobVersion": {"namespace": run.namespace, "name": run.name, "version": str(run.job_version)},
        "inputDatasetVersions": _versions(run.io, Direction.INPUT),
        "outputDatasetVersions": _versions(run.io, Direction.OUTPUT),
        "facets": dict(run.facets),
    }


def _versions(io: Iterable[RunInput], direction: Direction) -> list[dict[str, Any]]:
    return [
        {
            "datasetVersionId": {
                "namespace": entry.dataset.namespace,
                "name": entry.dataset.name,
                "version": str(entry.version) if entry.version else None,
            },
            "facets": {},
        }
        for entry in io
        if entry.direction is direction
    ]


def _duration(started_at: datetime | None, ended_at: datetime | None) -> int | None:
    if started_at is None or ended_at is None:
        return None
    return round((ended_at - started_at).total_seconds() * 1000)

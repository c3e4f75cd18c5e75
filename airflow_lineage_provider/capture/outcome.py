"""From what ``execute`` raised to how it ended."""

from __future__ import annotations

from airflow_lineage_provider.model.record import Outcome


def outcome_of(error: BaseException) -> Outcome:
    """Read an exception as Airflow's task runner does."""
    from airflow.sdk import exceptions as sdk

    if isinstance(error, sdk.TaskDeferred | sdk.TaskAwaitingInput):
        return Outcome.DEFERRED
    if isinstance(error, sdk.AirflowRescheduleException):
        return Outcome.RESCHEDULED
    if isinstance(error, sdk.AirflowSkipException):
        return Outcome.SKIPPED
    if isinstance(error, sdk.DownstreamTasksSkipped | sdk.DagRunTriggerException):
        # Raised by tasks that did their work: short circuits, branches, TriggerDagRun.
        return Outcome.SUCCESS
    return Outcome.FAILED

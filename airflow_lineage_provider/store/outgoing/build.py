"""What is stored of an attempt as OpenLineage run events, in the official client's own classes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    error_message_run,
    job_type_job,
    nominal_time_run,
    ownership_job,
    parent_run,
    processing_engine_run,
    sql_job,
)
from openlineage.client.serde import Serde

from airflow_lineage_provider import __version__
from airflow_lineage_provider.model.attempt import TERMINAL_STATES
from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.model.openlineage_ids import dag_run_id
from airflow_lineage_provider.store.outgoing.datasets import inputs_of, outputs_of
from airflow_lineage_provider.store.outgoing.facets import ATTEMPT, PRODUCER, AttemptRunFacet
from airflow_lineage_provider.store.outgoing.official import passed_on
from airflow_lineage_provider.store.outgoing.rows import StoredAttempt

OURS = frozenset({"statements", "context", "capture", "errorMessage"})
"""Run facets that are not passed on: those of our own store, and one that is made anew."""
_LONGEST_SQL = 100_000
_TYPES = {
    "success": RunState.COMPLETE,
    # As the official provider does: nothing went wrong. The attempt's own facet tells the two apart.
    "skipped": RunState.COMPLETE,
    "failed": RunState.FAIL,
    "up_for_retry": RunState.FAIL,
}


def type_of(state: str | None, *, is_archived: bool) -> RunState | None:
    """How an attempt ended, in OpenLineage's words; ``None`` while it has not."""
    if state in _TYPES:
        return _TYPES[state]
    return RunState.ABORT if is_archived or state in TERMINAL_STATES else None


def start_event(attempt: StoredAttempt) -> dict[str, Any]:
    """The event that opens the run. What was read and written stands in the one that ends it."""
    return _event(attempt, RunState.START, _started(attempt.run), {}, [], [])


def end_event(attempt: StoredAttempt, kind: RunState) -> dict[str, Any]:
    """The event that ends the run, with all that is known of it now."""
    facets = passed_on(attempt.run_facets, OURS)
    error = attempt.run_facets.get("errorMessage")
    if kind is RunState.FAIL and isinstance(error, dict) and isinstance(error.get("message"), str):
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=clean_message(error["message"]), programmingLanguage="python", producer=PRODUCER
        )
    ended = attempt.run.ended_at or attempt.run.recorded_at
    at = max(ended, _started(attempt.run) + timedelta(microseconds=1))
    return _event(attempt, kind, at, facets, inputs_of(attempt), outputs_of(attempt, kind))


def _event(
    attempt: StoredAttempt,
    kind: RunState,
    at: datetime,
    run_facets: dict[str, Any],
    inputs: list[Any],
    outputs: list[Any],
) -> dict[str, Any]:
    run = attempt.run
    event = RunEvent(
        eventType=kind,
        eventTime=_text(at),
        producer=PRODUCER,
        run=Run(runId=str(run.openlineage_run_id), facets={**run_facets, **_run_facets(attempt, kind)}),
        job=Job(namespace=run.namespace, name=run.name, facets=_job_facets(attempt)),
        inputs=inputs,
        outputs=outputs,
    )
    document: dict[str, Any] = Serde.to_dict(event)
    return document


def _run_facets(attempt: StoredAttempt, kind: RunState) -> dict[str, Any]:
    run, dag_run = attempt.run, attempt.dag_run
    is_start = kind is RunState.START
    facets: dict[str, Any] = {
        ATTEMPT: AttemptRunFacet(
            dagId=run.dag_id,
            taskId=run.task_id,
            runId=run.run_id,
            tryNumber=run.try_number,
            mapIndex=run.map_index,
            operator=run.operator,
            # The event that opens a run is the same however the run ended, so that it is sent once.
            state="running" if is_start else run.state,
            capture="pending" if is_start else run.capture,
            errors=0 if is_start else run.errors,
        ),
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(
            version=_airflow_version(),
            name="Airflow",
            openlineageAdapterVersion=__version__,
            producer=PRODUCER,
        ),
    }
    if dag_run is None:
        return facets
    parent_id = dag_run_id(
        namespace=run.namespace,
        dag_id=run.dag_id,
        clear_number=dag_run.clear_number or 0,
        date=dag_run.logical_date or dag_run.run_after,
    )
    facets["parent"] = parent_run.ParentRunFacet(
        run=parent_run.Run(runId=parent_id),
        job=parent_run.Job(namespace=run.namespace, name=run.dag_id),
        root=parent_run.Root(
            run=parent_run.RootRun(runId=parent_id),
            job=parent_run.RootJob(namespace=run.namespace, name=run.dag_id),
        ),
        producer=PRODUCER,
    )
    if dag_run.data_interval_start is not None:
        end = dag_run.data_interval_end
        facets["nominalTime"] = nominal_time_run.NominalTimeRunFacet(
            nominalStartTime=_text(dag_run.data_interval_start),
            nominalEndTime=_text(end) if end is not None else None,
            producer=PRODUCER,
        )
    return facets


def _job_facets(attempt: StoredAttempt) -> dict[str, Any]:
    facets = passed_on(attempt.job_facets)
    facets["jobType"] = job_type_job.JobTypeJobFacet(
        processingType="BATCH", integration="AIRFLOW", jobType="TASK", producer=PRODUCER
    )
    statements = attempt.run_facets.get("statements") or []
    texts = [statement["sql"] for statement in statements if statement.get("sql")]
    if texts:
        facets["sql"] = sql_job.SQLJobFacet(query=";\n".join(texts)[:_LONGEST_SQL], producer=PRODUCER)
    if attempt.owners and "ownership" not in facets:
        facets["ownership"] = ownership_job.OwnershipJobFacet(
            owners=[ownership_job.Owner(name=owner) for owner in attempt.owners], producer=PRODUCER
        )
    return facets


def _started(run: Any) -> datetime:
    return run.started_at or run.ended_at or run.recorded_at  # type: ignore[no-any-return]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


@cache
def _airflow_version() -> str:
    return version("apache-airflow-core")

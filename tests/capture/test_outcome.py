from __future__ import annotations

from datetime import UTC, datetime

import pytest
from airflow.sdk import exceptions as sdk

from airflow_lineage_provider.capture.outcome import outcome_of
from airflow_lineage_provider.model.record import Outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ValueError("x"), Outcome.FAILED),
        (KeyboardInterrupt(), Outcome.FAILED),
        (SystemExit(1), Outcome.FAILED),
        (sdk.AirflowTaskTimeout("x"), Outcome.FAILED),
        (sdk.AirflowFailException("x"), Outcome.FAILED),
        (sdk.AirflowSkipException("x"), Outcome.SKIPPED),
        (sdk.AirflowRescheduleException(datetime.now(UTC)), Outcome.RESCHEDULED),
        (sdk.DownstreamTasksSkipped(tasks=["b"]), Outcome.SUCCESS),
    ],
)
def test_an_exception_is_read_as_airflow_reads_it(error: BaseException, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


def test_a_deferral_is_no_end() -> None:
    from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

    trigger = TimeDeltaTrigger(delta=datetime.now(UTC) - datetime.now(UTC))
    error = sdk.TaskDeferred(trigger=trigger, method_name="execute_complete")
    assert outcome_of(error) is Outcome.DEFERRED

"""A DAG run of the past that is opened again: attempts whose runs were cleaned away are no missing records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_lineage_provider.store.retention.runs import CLEANED
from airflow_lineage_provider.store.watermarks import write_watermark
from tests.mailbox.office import Office


@pytest.fixture
def office(committed: Any) -> Office:
    return Office(committed)


@pytest.mark.parametrize(("days_ago", "has_cleaned", "runs"), [(500, True, 0), (500, False, 1), (5, True, 1)])
def test_attempts_that_ended_before_what_is_kept_are_looked_for_no_more(
    office: Office, days_ago: int, has_cleaned: bool, runs: int
) -> None:
    now = datetime.now(UTC)
    at = now - timedelta(days=days_ago)
    if has_cleaned:
        with office.session() as session:
            write_watermark(CLEANED, 1, now=now, session=session)
    office.attempt("past", started_at=at, ended_at=at)
    office.drainer.reconcile(force=True)
    assert office.count("lineage_run") == runs

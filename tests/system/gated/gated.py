"""DAGs that the dag-run gate stops. Whatever of them runs leaves a line in a file."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Asset, task

TRACE = Path(os.environ.get("GATED_TRACE", "/dev/null"))
ORDERS = Asset("gated_orders", uri="file:///gated/orders.csv")


def note(line: str) -> None:
    with TRACE.open("a") as trace:
        trace.write(f"{line}\n")


def failed(context: dict[str, Any]) -> None:
    # No task failed, so that Airflow names none: "ti" and "dag_run" are not in the context.
    note(f"callback {context['dag'].dag_id} {context['run_id']}")


@task
def read(run_id: str | None = None) -> None:
    note(f"task read {run_id}")


@task(trigger_rule="all_done")
def report(run_id: str | None = None) -> None:
    note(f"task report {run_id}")


@task
def clean(run_id: str | None = None) -> None:
    note(f"task clean {run_id}")


def tasks() -> None:
    opened = read()
    opened >> report()
    opened >> clean().as_teardown()


with DAG("gated_manual", schedule=None, on_failure_callback=failed, max_active_runs=1):
    tasks()

with DAG("gated_many", schedule=None, max_active_runs=200):
    tasks()

with DAG("gated_scheduled", schedule=timedelta(seconds=10), start_date=datetime(2026, 1, 1), catchup=False):
    tasks()

with DAG("gated_asset", schedule=[ORDERS]):
    tasks()

with DAG("gated_backfill", schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False):
    tasks()

with DAG("produces_orders", schedule=None):

    @task(outlets=[ORDERS])
    def produce() -> None:
        note("task produce")

    produce()

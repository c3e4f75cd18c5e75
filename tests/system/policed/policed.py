"""Two DAGs in one file, of which a policy holds one back, and some whose task is checked before it runs."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import DAG, Asset, BaseOperator, task

HOME = Path(os.environ.get("POLICED_HOME", "/nowhere"))


def before(context: Any) -> None:
    (HOME / "before").touch()


with DAG("policed_bad", schedule=None, doc_md="What it is for."):

    @task
    def wait_until_told() -> None:
        while not (HOME / "go on").exists():
            time.sleep(0.2)

    wait_until_told()

with DAG("policed_good", schedule=None):

    @task
    def work() -> None:
        pass

    work()

with DAG("policed_task", schedule=None):

    @task(inlets=[Asset("nobodys", uri="s3://nobodys/orders.csv")], pre_execute=before, retries=3)
    def load() -> None:
        (HOME / "loaded").touch()

    load()


def count(context: Any) -> None:
    with (HOME / context["dag"].dag_id).open("a") as entries:
        entries.write("entered\n")


DEFERRED = timedelta(seconds=10)
"""Where a busy scheduler hears of the deferral only after the task runs again, Airflow itself fails the task."""


class Defers(BaseOperator):
    """Goes away once and comes back."""

    def execute(self, context: Any) -> None:
        self.defer(trigger=TimeDeltaTrigger(DEFERRED), method_name="resume")

    def resume(self, context: Any, event: Any = None) -> None:
        pass


for dag_id in ("policed_deferral", "free_deferral"):
    with DAG(dag_id, schedule=None):
        Defers(task_id="wait", inlets=[Asset("nobodys", uri="s3://nobodys/orders.csv")], pre_execute=count)

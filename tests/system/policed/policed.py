"""Two DAGs in one file, of which a policy holds one back, and one whose task is checked before it runs."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Asset, task

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

from __future__ import annotations

import os
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from airflow.sdk import BaseOperator

from airflow_lineage_provider.capture.attempt import AttemptCapture
from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import PARENT_VARIABLES
from airflow_lineage_provider.capture.parent_environment import ParentEnvironment
from airflow_lineage_provider.model.openlineage_ids import task_run_id

RUN = RunIdentity("prod", "shop.load", "r-1", "shop", "d-1")
PARENT, ROOT = "prod/shop.load/r-1", "prod/shop/d-1"


@pytest.fixture(autouse=True)
def no_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PARENT_VARIABLES:
        monkeypatch.delenv(name, raising=False)


def named() -> dict[str, str]:
    return {name: os.environ[name] for name in PARENT_VARIABLES if name in os.environ}


def test_the_task_is_named_while_it_runs_and_no_longer() -> None:
    environment = ParentEnvironment()
    environment.begin(RUN)
    assert named() == {"OPENLINEAGE_PARENT_ID": PARENT, "OPENLINEAGE_ROOT_PARENT_ID": ROOT}
    environment.end()
    assert named() == {}
    environment.end()


def test_a_parent_that_somebody_named_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", "a/b/c")
    environment = ParentEnvironment()
    environment.begin(RUN)
    environment.end()
    assert named() == {"OPENLINEAGE_PARENT_ID": "a/b/c"}


def test_what_the_task_itself_has_set_stays() -> None:
    environment = ParentEnvironment()
    environment.begin(RUN)
    os.environ["OPENLINEAGE_PARENT_ID"] = "x/y/z"
    environment.end()
    assert named() == {"OPENLINEAGE_PARENT_ID": "x/y/z"}


@pytest.mark.parametrize("is_on", [True, False])
def test_a_program_that_a_task_starts_finds_its_parent(is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__INJECT_PARENT", str(is_on))
    found: dict[str, str] = {}

    class Task(BaseOperator):
        def execute(self, context: Any) -> None:
            found.update(named())

    task = Task(task_id="load")
    at = datetime(2026, 6, 15, tzinfo=UTC)
    ti = SimpleNamespace(
        id=uuid4(), task=task, dag_id="shop", task_id="load", try_number=2, map_index=-1, state="running"
    )
    AttemptCapture(ti).wrap()
    task.execute({"ti": ti, "dag_run": SimpleNamespace(logical_date=at, run_after=at, clear_number=0)})
    run_id = task_run_id(
        namespace="default", dag_id="shop", task_id="load", try_number=2, map_index=-1, date=at
    )
    assert found.get("OPENLINEAGE_PARENT_ID") == (f"default/shop.load/{run_id}" if is_on else None)
    assert named() == {}

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def policy(metadata_db: None) -> Iterator[Any]:
    from airflow_lineage_provider import policy

    policy._parse_gate.cache_clear()
    policy._task_level.cache_clear()
    yield policy
    policy._parse_gate.cache_clear()
    policy._task_level.cache_clear()


@pytest.fixture
def in_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the process of a task, which has a supervisor to talk to."""
    from airflow.sdk.execution_time import task_runner

    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", object(), raising=False)
    monkeypatch.delitem(sys.modules, "airflow.dag_processing.processor", raising=False)


def task(dag_id: str = "finance_daily", inlets: Any = ("s3://b/orders",)) -> Any:
    from airflow.sdk import DAG, BaseOperator

    with DAG(dag_id, schedule=None):
        return BaseOperator(task_id="load", inlets=list(inlets))


def test_airflow_finds_the_policies_by_entry_point():
    from importlib.metadata import entry_points

    assert [each.value for each in entry_points(group="airflow.policy") if each.name == "lineage"] == [
        "airflow_lineage_provider.policy"
    ]


def test_airflow_calls_the_policies():
    import pluggy
    from airflow import policies

    from airflow_lineage_provider import policy

    manager = pluggy.PluginManager(policies.local_settings_hookspec.project_name)
    manager.add_hookspecs(policies)
    manager.register(policy)

    assert {each.name for each in manager.get_hookcallers(policy) or ()} == {"dag_policy", "task_policy"}


@pytest.mark.usefixtures("in_worker")
def test_a_task_is_gated_where_the_last_glob_says_so(policy: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(
        "AIRFLOW__LINEAGE_PROVIDER__TASK_GATES", '{"finance_*": "block", "finance_old": "off"}'
    )
    gated, old, other, without = task(), task("finance_old"), task("sales"), task(inlets=())
    for each in (gated, old, other, without):
        policy.task_policy(each)

    assert [each._pre_execute_hook is not None for each in (gated, old, other, without)] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.usefixtures("in_worker")
def test_without_the_option_no_task_is_touched(policy: Any):
    untouched = task()

    policy.task_policy(untouched)

    assert untouched._pre_execute_hook is None


@pytest.mark.usefixtures("in_worker")
def test_a_provider_that_is_switched_off_gates_nothing(policy: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TASK_GATES", '{"*": "block"}')
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ENABLED", "False")
    untouched = task()

    policy.task_policy(untouched)

    assert untouched._pre_execute_hook is None


def test_what_a_command_parses_carries_no_hook(policy: Any, monkeypatch: pytest.MonkeyPatch):
    from airflow.sdk.execution_time import task_runner  # loaded by much that runs no task

    monkeypatch.delattr(task_runner, "SUPERVISOR_COMMS", raising=False)
    monkeypatch.delitem(sys.modules, "airflow.dag_processing.processor", raising=False)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TASK_GATES", '{"*": "block"}')
    untouched = task()

    policy.task_policy(untouched)

    assert untouched._pre_execute_hook is None


@pytest.mark.usefixtures("in_worker")
def test_what_the_dag_processor_parses_carries_no_hook(policy: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TASK_GATES", '{"*": "block"}')
    monkeypatch.setitem(sys.modules, "airflow.dag_processing.processor", ModuleType("processor"))
    untouched = task()

    policy.task_policy(untouched)

    assert untouched._pre_execute_hook is None


def test_elsewhere_than_in_the_dag_processor_no_dag_is_held(
    policy: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE", "block")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT", str(tmp_path / "none.json"))
    monkeypatch.delitem(sys.modules, "airflow.dag_processing.processor", raising=False)

    policy.dag_policy(object())

    assert policy._parse_gate.cache_info().currsize == 0


@pytest.mark.usefixtures("in_worker")
def test_a_task_that_is_nothing_known_raises_nothing(policy: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TASK_GATES", '{"*": "block"}')

    class Odd:
        inlets = ("s3://b/x",)

        @property
        def dag_id(self) -> str:
            raise RuntimeError

    policy.task_policy(Odd())

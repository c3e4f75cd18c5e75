from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from airflow.sdk import BaseOperator
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from airflow_lineage_provider.capture import listener as listener_module
from airflow_lineage_provider.capture.listener import TaskListener
from tests.capture.conftest import Supervisor


class Task(BaseOperator):
    def execute(self, context: Any) -> str:
        return "done"


def live(task: BaseOperator, state: str = "running") -> Any:
    """The task instance of a task process."""
    return RuntimeTaskInstance.model_construct(id=uuid4(), task=task, try_number=1, state=state)


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def listener(told: list[Any]) -> TaskListener:
    return TaskListener(on_server=told.append)


def test_a_task_process_captures(listener: TaskListener, supervisor: Supervisor, told: list[Any]) -> None:
    task = Task(task_id="t")
    ti = live(task)
    listener.on_task_instance_running(None, ti)
    assert task.execute({}) == "done"
    listener.on_task_instance_success(None, ti)
    assert supervisor.kinds == ["core"]
    assert told == []


@pytest.mark.parametrize("word", ["success", "skipped", "failed"])
def test_a_server_tells_the_store(listener: TaskListener, told: list[Any], word: str) -> None:
    from airflow.models.taskinstance import TaskInstance

    ti = TaskInstance.__new__(TaskInstance)
    listener.on_task_instance_running(None, ti)
    rest = {"error": None} if word == "failed" else {}
    getattr(listener, f"on_task_instance_{word}")(None, ti, **rest)
    assert told == [ti]


def test_an_attempt_that_will_be_retried_sends_nothing_more(
    listener: TaskListener, supervisor: Supervisor
) -> None:
    task = Task(task_id="t")
    ti = live(task)
    listener.on_task_instance_running(None, ti)
    ti.state = "up_for_retry"
    listener.on_task_instance_failed(None, ti, error=ValueError())
    assert supervisor.sent == []


@pytest.mark.parametrize("word", ["running", "success", "skipped", "failed"])
def test_a_listener_raises_nothing(
    listener: TaskListener, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    def ill(*_: Any, **__: Any) -> Any:
        raise RuntimeError("ill")

    monkeypatch.setattr(listener_module, "AttemptCapture", ill)
    rest = {"error": None} if word == "failed" else {}
    getattr(listener, f"on_task_instance_{word}")(None, live(Task(task_id="t")), **rest)
    TaskListener(on_server=ill).on_task_instance_success(None, object())


def test_airflows_hook_specs_fit_the_listener(told: list[Any]) -> None:
    from airflow._shared.listeners.listener import ListenerManager
    from airflow._shared.listeners.spec import lifecycle, taskinstance

    manager = ListenerManager()
    manager.add_hookspecs(lifecycle)
    manager.add_hookspecs(taskinstance)
    manager.add_listener(TaskListener(on_server=told.append))
    manager.pm.check_pending()
    manager.hook.on_task_instance_failed(previous_state=None, task_instance="row", error="x")
    assert told == ["row"]

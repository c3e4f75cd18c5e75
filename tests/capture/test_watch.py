from __future__ import annotations

import copy
import os
import pickle
from typing import Any

import pytest
from airflow.sdk import BaseOperator

from airflow_lineage_provider.capture.watch import watch_task

ENDS: list[Any] = []


class Plain(BaseOperator):
    """Tells whose execute ran."""

    label = "original"

    def execute(self, context: Any) -> str:
        return f"execute of {self.label}"


class CopiesItself(Plain):
    """Runs a changed copy of itself."""

    def execute(self, context: Any) -> str:
        clone = copy.copy(self)
        clone.label = "clone"
        return Plain.execute(clone, context) + f", {clone.execute.__self__.label}"

    def resume(self, context: Any) -> str:
        clone = copy.copy(self)
        clone.label = "clone"
        return clone.execute.__self__.label


class PicklesItself(Plain):
    def execute(self, context: Any) -> str:
        return pickle.loads(pickle.dumps(self.work))()

    def work(self) -> str:
        return "worked"


def watched(task: BaseOperator) -> BaseOperator:
    ENDS.clear()
    watch_task(task, lambda *_: None, ENDS.append)
    return task


def test_a_task_that_copies_itself_runs_the_copy() -> None:
    task = watched(CopiesItself(task_id="t"))
    assert task.execute({}) == "execute of clone, clone"
    resumed = watched(CopiesItself(task_id="t"))
    assert resumed.resume_execution("resume", {}, {}) == "clone"
    assert ENDS == [None]


def test_a_task_that_pickles_itself_can() -> None:
    assert watched(PicklesItself(task_id="t")).execute({}) == "worked"


def test_an_execute_of_the_instance_is_there_again_while_it_runs() -> None:
    task = Plain(task_id="t")
    calls: list[str] = []

    def own(context: Any) -> str:
        calls.append("own")
        return "again" if len(calls) > 1 else task.execute(context)

    object.__setattr__(task, "execute", own)
    assert watched(task).execute({}) == "again"
    assert calls == ["own", "own"]
    assert ENDS == [None]


@pytest.mark.parametrize("through", [copy.deepcopy, lambda task: pickle.loads(pickle.dumps(task))])
def test_what_is_copied_before_it_runs_has_methods_of_its_own(through: Any) -> None:
    task = watched(Plain(task_id="t"))
    other = through(task)
    other.label = "other"
    assert other.execute({}) == "execute of other"
    assert ENDS == []


def test_a_forked_process_tells_nothing() -> None:
    class Forks(Plain):
        def execute(self, context: Any) -> str:
            child = os.fork()
            if child == 0:
                try:
                    raise RuntimeError("in the child")
                finally:
                    context["child"] = True
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0, "the child told something"
            return "parent"

    task = watched(Forks(task_id="t"))
    context: dict[str, Any] = {}
    try:
        assert task.execute(context) == "parent"
    except RuntimeError:
        # This is the child: what it would have told is its exit code.
        os._exit(0 if ENDS == [] else 1)
    assert ENDS == [None]

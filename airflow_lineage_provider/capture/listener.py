"""Airflow's task listener: one listener, two senders."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from airflow.listeners import hookimpl

# Imported here, not when a task runs: LocalExecutor and Celery fork their task processes from one that has
# loaded its plugins, and what is loaded then costs no task anything.
from airflow_lineage_provider.capture.attempt import AttemptCapture

log = logging.getLogger(__name__)


class TaskListener:
    """In a task process it captures; in the scheduler and the API server it tells the store.

    :param on_server: called with the ORM task instance where there is no task process to capture in
        (executor failures, states set by hand). It runs inside somebody else's transaction.
    """

    def __init__(self, on_server: Callable[[Any], None]) -> None:
        self._on_server = on_server
        self._capture: Any = None

    @hookimpl
    def on_starting(self, component: Any) -> None:
        # LocalExecutor forks its workers from the scheduler, after this. The job does not know its type yet:
        # Airflow sets it later, but no other process with a job has the scheduler's module.
        if "airflow.jobs.scheduler_job_runner" in sys.modules:
            from airflow_lineage_provider.capture.preload import preload

            preload()

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        try:
            if _is_live(task_instance):
                self._capture = AttemptCapture(task_instance)
                self._capture.wrap()
        except Exception:
            log.warning("Lineage capture could not start for this attempt", exc_info=True)

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        self._finished(task_instance, failed=False)

    @hookimpl
    def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
        self._finished(task_instance, failed=False)

    @hookimpl
    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        self._finished(task_instance, failed=True)

    def _finished(self, ti: Any, *, failed: bool) -> None:
        try:
            if not _is_live(ti):
                self._on_server(ti)
                return
            capture, self._capture = self._capture, None
            if _is_up_for_retry(ti):
                return
            if capture is None or capture.ti.id != ti.id:
                # The attempt ended before it was announced as running: its templates did not render.
                capture = AttemptCapture(ti)
            capture.finished(failed=failed)
        except Exception:
            log.warning("Lineage of this attempt could not be completed", exc_info=True)


def _is_live(ti: Any) -> bool:
    """Tell a task process's own task instance from a row of the database."""
    return type(ti).__module__.startswith("airflow.sdk.")


def _is_up_for_retry(ti: Any) -> bool:
    return str(getattr(ti.state, "value", ti.state)) == "up_for_retry"

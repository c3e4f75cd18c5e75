"""Airflow's listener of DAG runs. It is made in every process, so that it imports nothing until a scheduler needs it."""

from __future__ import annotations

import logging
import sys
from typing import Any

from airflow.listeners import hookimpl

log = logging.getLogger(__name__)


class DagRunListener:
    """Has the gate look at each run that the scheduler starts. Never raises."""

    def __init__(self) -> None:
        self._gate: Any = None

    @hookimpl
    def on_starting(self, component: Any) -> None:
        # Else the first run would wait for the import. The job does not know its type yet.
        if "airflow.jobs.scheduler_job_runner" in sys.modules:
            self._ready()

    @hookimpl
    def on_dag_run_running(self, dag_run: Any, msg: str) -> None:
        gate = self._ready()
        if gate is not None:
            gate.meet(dag_run)

    def _ready(self) -> Any:
        if self._gate is None:
            try:
                from airflow_lineage_provider.governance.gates.dag_run_gate import DagRunGate

                self._gate = DagRunGate()
            except Exception:
                self._gate = _NoGate()
                log.exception("The dag-run gate cannot work in this process: no run is checked")
        return self._gate


class _NoGate:
    """Where the gate could not be made; it was said once."""

    def meet(self, dag_run: Any) -> None:
        return None

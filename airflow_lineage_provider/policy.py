"""Airflow's cluster policies: loaded by every process that loads Airflow's settings.

Nothing heavy may be imported here, and nothing here may raise: an exception in a policy hides every DAG of a file.
"""

from __future__ import annotations

import logging
import sys
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from airflow.policies import hookimpl

from airflow_lineage_provider import config
from airflow_lineage_provider.model.level import Level

log = logging.getLogger(__name__)


@hookimpl
def dag_policy(dag: Any) -> None:
    """In the DAG processor: hold a DAG back whose upstream fails, where ``parse_gate`` is on."""
    if _is_dag_processor():
        gate = _parse_gate()
        if gate is not None:
            gate.look(dag)


@hookimpl
def task_policy(task: Any) -> None:
    """Where tasks run: have the inlets of a task judged before it runs, where ``task_gates`` names its DAG."""
    # Whatever else parses a DAG file (the DAG processor, `airflow dags reserialize`) may store what it made of it, and
    # of a hook the source would be stored: a new version of the DAG, for nothing that its author did.
    if not getattr(task, "inlets", None) or not _is_task_process():
        return
    try:
        level = _task_level(task.dag_id)
        if level.rank >= Level.WARN.rank:
            from airflow_lineage_provider.operators.task_gate import gate_task

            gate_task(task, level)
    except Exception:
        log.warning("The lineage gate of a task could not be set up", exc_info=True)


@lru_cache(maxsize=1)
def _parse_gate() -> Any:
    """The gate, ``None`` where it is off: most deployments, which this costs nothing."""
    try:
        if not config.enabled() or config.parse_gate().rank < Level.WARN.rank:
            return None
        from airflow_lineage_provider.governance.gates.parse_gate import ParseGate

        return ParseGate()
    except Exception:
        log.warning("The parse gate could not be set up; DAGs pass", exc_info=True)
        return None


@lru_cache(maxsize=4096)
def _task_level(dag_id: str) -> Level:
    """Level of the last glob that matches."""
    if not config.enabled():
        return Level.OFF
    chosen: Level = Level.OFF
    for glob, level in config.task_gates().items():
        if dag_id == glob or fnmatchcase(dag_id, glob):
            chosen = level
    return chosen


def _is_task_process() -> bool:
    """Whether a worker made this process for a task: it talks to a supervisor. The DAG processor's does too."""
    runner = sys.modules.get("airflow.sdk.execution_time.task_runner")
    return hasattr(runner, "SUPERVISOR_COMMS") and not _is_dag_processor()


def _is_dag_processor() -> bool:
    return "airflow.dag_processing.processor" in sys.modules

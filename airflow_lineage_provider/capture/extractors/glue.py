"""Jobs of Glue: all properties of Spark stand in one argument, ``--conf``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import (
    SPARK_PARENT,
    official_injects,
    spark_properties,
)

_CONF = "--conf"


class GlueExtractor(Extractor):
    """``GlueJobOperator``.

    An argument of a run takes the place of the job's own, which only Glue knows. So a run is told its parent only where
    the operator gives it this argument anyway, or defines what the job has.
    """

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        added = [f"{key}={value}" for key, value in spark_properties(run).items()]
        if official_injects(task) or any(len(one.split()) != 1 for one in added):
            return
        given = _given(task)
        if given is not None and not any(mark in given for mark in SPARK_PARENT):
            task.script_args = {**task.script_args, _CONF: " --conf ".join(filter(None, [given, *added]))}


def _given(task: Any) -> str | None:
    """The argument as the run would have it without us; ``None`` where that is not known."""
    if not isinstance(task.script_args, dict):
        return None
    if _CONF in task.script_args:
        given = task.script_args[_CONF]
        return given if isinstance(given, str) else None
    definition = task.create_job_kwargs
    if not task.update_config or not isinstance(definition, dict):
        return None
    command = definition.get("Command") or {}
    if "python" in str(command.get("Name", "") if isinstance(command, dict) else command):
        return None
    arguments = definition.get("DefaultArguments") or {}
    return str(arguments.get(_CONF) or "") if isinstance(arguments, dict) else None

"""Steps of an EMR cluster: those that call ``spark-submit`` get properties that name the parent."""

from __future__ import annotations

import ast
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import (
    SPARK_PARENT,
    official_injects,
    spark_properties,
)

_RUNNER = "command-runner.jar"
_SUBMITS = frozenset({"spark-submit", "run-example"})


class EmrStepsExtractor(Extractor):
    """Steps that are added to a cluster."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        steps = _data(task.steps)
        if not official_injects(task) and isinstance(steps, list):
            task.steps = [_with_parent(step, run) for step in steps]


class EmrJobFlowExtractor(Extractor):
    """Steps that a cluster begins with."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        overrides = _data(task.job_flow_overrides)
        if isinstance(overrides, dict) and isinstance(overrides.get("Steps"), list):
            steps = [_with_parent(step, run) for step in overrides["Steps"]]
            task.job_flow_overrides = {**overrides, "Steps": steps}


def _data(given: Any) -> Any:
    """What the operator makes of a text, which a template or an XCom may have left."""
    return ast.literal_eval(given) if isinstance(given, str) and given else given


def _with_parent(step: Any, run: RunIdentity) -> Any:
    jar = step.get("HadoopJarStep") if isinstance(step, dict) else None
    arguments = jar.get("Args") if isinstance(jar, dict) else None
    if not isinstance(jar, dict) or not isinstance(arguments, list) or not arguments:
        return step
    if _file(jar.get("Jar")) != _RUNNER or _file(arguments[0]) not in _SUBMITS:
        return step
    if any(mark in str(argument) for argument in arguments for mark in SPARK_PARENT):
        return step
    added = [word for key, value in spark_properties(run).items() for word in ("--conf", f"{key}={value}")]
    return {**step, "HadoopJarStep": {**jar, "Args": [arguments[0], *added, *arguments[1:]]}}


def _file(path: Any) -> str:
    return str(path or "").rpartition("/")[2]

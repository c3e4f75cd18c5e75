"""What a job that a task starts is told, so that its own OpenLineage events name the task as their parent.

The names are those that the integrations read: Spark its properties, dbt and Python clients the environment.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity

PARENT_VARIABLES = ("OPENLINEAGE_PARENT_ID", "OPENLINEAGE_ROOT_PARENT_ID", "OPENLINEAGE_CONTEXT")
"""Each of them names a parent."""

SPARK_PARENT = ("spark.openlineage.parent", "spark.openlineage.rootParent")
"""How properties begin that name a parent."""
_INJECTS_ITSELF = ("_openlineage_inject_parent_job_info", "openlineage_inject_parent_job_info")
"""Attributes by which an operator has the official provider do it."""


def spark_properties(run: RunIdentity) -> dict[str, str]:
    """Spark properties that name the task as the parent of a Spark job, and its DAG run as the root."""
    return {
        "spark.openlineage.parentJobNamespace": run.namespace,
        "spark.openlineage.parentJobName": run.job_name,
        "spark.openlineage.parentRunId": run.run_id,
        "spark.openlineage.rootParentJobNamespace": run.namespace,
        "spark.openlineage.rootParentJobName": run.root_job_name,
        "spark.openlineage.rootParentRunId": run.root_run_id,
    }


def with_spark_parent(properties: Mapping[Any, Any] | None, run: RunIdentity) -> dict[Any, Any]:
    """Copy of Spark properties that names the parent; one that somebody set, even in part, stands as it is."""
    given = dict(properties or {})
    if any(str(key).startswith(SPARK_PARENT) for key in given):
        return given
    return {**given, **spark_properties(run)}


def environment(run: RunIdentity, given: Collection[str]) -> dict[str, str]:
    """Variables that name the task as the parent of what runs in a container, without those that are set.

    :param given: names of the variables that the container gets anyway. Any that names a parent stands alone: the
        integrations let one of them win over the others.
    """
    added = {} if "OPENLINEAGE_NAMESPACE" in given else {"OPENLINEAGE_NAMESPACE": run.namespace}
    return {**added, **parent_variables(run, given)}


def parent_variables(run: RunIdentity, given: Collection[str]) -> dict[str, str]:
    """Variables that name the task as the parent; none where one of ``given`` names a parent."""
    if any(name in given for name in PARENT_VARIABLES):
        return {}
    if "/" in run.namespace or "/" in run.job_name:
        return {"OPENLINEAGE_CONTEXT": _context(run)}
    return {
        "OPENLINEAGE_PARENT_ID": f"{run.namespace}/{run.job_name}/{run.run_id}",
        "OPENLINEAGE_ROOT_PARENT_ID": f"{run.namespace}/{run.root_job_name}/{run.root_run_id}",
    }


def _context(run: RunIdentity) -> str:
    """The parent for clients that cannot tell its parts apart: they split the ids above at their slashes."""
    root = {"run": {"runId": run.root_run_id}, "job": {"namespace": run.namespace, "name": run.root_job_name}}
    job = {"namespace": run.namespace, "name": run.job_name}
    return json.dumps({"parent": {"run": {"runId": run.run_id}, "job": job, "root": root}})


def official_injects(task: Any) -> bool:
    """Tell whether the official provider will name the parent of this operator's job."""
    if not any(getattr(task, name, False) for name in _INJECTS_ITSELF):
        return False
    try:
        return find_spec("airflow.providers.openlineage") is not None
    except ModuleNotFoundError:
        return False

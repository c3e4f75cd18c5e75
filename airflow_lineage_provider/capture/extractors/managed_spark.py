"""Spark as a service: where the definition of a job has a place for Spark's properties, it names the parent.

Only a definition that is plain data is changed, and only in a copy: several tasks may share one.
"""

from __future__ import annotations

import uuid
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import official_injects, with_spark_parent

_DATAPROC_JOBS = ("spark_job", "pyspark_job", "sparkJob", "pysparkJob")
_DATAPROC_BATCHES = ("spark_batch", "pyspark_batch", "sparkBatch", "pysparkBatch")
_EMR_SPARK = frozenset({"sparkSubmit", "sparkSubmitJobDriver", "sparkSqlJobDriver"})
_DEFAULTS = "spark-defaults"


class DataprocJobExtractor(Extractor):
    """A job of Dataproc."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        job = task.job
        kind = next(
            (one for one in _DATAPROC_JOBS if isinstance(job, dict) and isinstance(job.get(one), dict)), None
        )
        if kind and not official_injects(task):
            task.job = {**job, kind: _with_parent(job[kind], "properties", run)}


class DataprocBatchExtractor(Extractor):
    """A batch of serverless Dataproc."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        batch = task.batch
        if not isinstance(batch, dict) or not any(one in batch for one in _DATAPROC_BATCHES):
            return
        settings = batch.get("runtime_config") or {}
        if isinstance(settings, dict) and not official_injects(task):
            task.batch = {**batch, "runtime_config": _with_parent(settings, "properties", run)}


class EmrExtractor(Extractor):
    """A job of EMR Serverless or of EMR on EKS."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        overrides = task.configuration_overrides or {}
        if not isinstance(overrides, dict) or not _EMR_SPARK & set(task.job_driver or ()):
            return
        # A token of the user's makes a retry the same request, and one with another parent is refused.
        if official_injects(task) or not _is_generated(getattr(task, "client_request_token", None)):
            return
        entries = list(overrides.get("applicationConfiguration") or ())
        place = next((i for i, entry in enumerate(entries) if entry.get("classification") == _DEFAULTS), None)
        if place is None:
            entries.append(_with_parent({"classification": _DEFAULTS}, "properties", run))
        else:
            entries[place] = _with_parent(entries[place], "properties", run)
        task.configuration_overrides = {**overrides, "applicationConfiguration": entries}


class DatabricksSubmitExtractor(Extractor):
    """A run of Databricks that brings its cluster along: others have their properties since they were started."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        if official_injects(task):
            return
        if isinstance(task.json, dict):
            task.json = _on_new_clusters(task.json, run)
        if isinstance(getattr(task, "new_cluster", None), dict):
            task.new_cluster = _with_parent(task.new_cluster, "spark_conf", run)
        if isinstance(getattr(task, "tasks", None), list):
            task.tasks = [_on_new_clusters(one, run) for one in task.tasks]


def _on_new_clusters(definition: Any, run: RunIdentity) -> Any:
    if not isinstance(definition, dict):
        return definition
    changed = dict(definition)
    if isinstance(definition.get("new_cluster"), dict):
        changed["new_cluster"] = _with_parent(definition["new_cluster"], "spark_conf", run)
    for key in ("tasks", "job_clusters"):
        if isinstance(definition.get(key), list):
            changed[key] = [_on_new_clusters(one, run) for one in definition[key]]
    return changed


def _with_parent(definition: dict[str, Any], key: str, run: RunIdentity) -> dict[str, Any]:
    given = definition.get(key)
    if given is not None and not isinstance(given, dict):
        return definition
    return {**definition, key: with_spark_parent(given, run)}


def _is_generated(token: Any) -> bool:
    try:
        return not token or uuid.UUID(str(token)).version == 4
    except ValueError:
        return False

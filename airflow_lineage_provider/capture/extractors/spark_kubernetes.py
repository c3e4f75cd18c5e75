"""Spark on Kubernetes by its operator there: the properties stand in the definition of the application."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import official_injects, with_spark_parent

_KIND = "SparkApplication"


class SparkKubernetesExtractor(Extractor):
    """``template_spec``, or the text or file of ``application_file``: ``spec.sparkConf``.

    The operator is one for pods as well, but it asks for no pod of its own: variables of a pod reach nothing.
    """

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        if official_injects(task):
            return
        definition = task.manage_template_specs()
        application = definition.get("spark")
        if not isinstance(application, dict) or application.get("kind") != _KIND:
            return
        specification = application.get("spec") or {}
        if not isinstance(specification, dict):
            return
        given = specification.get("sparkConf")
        if given is not None and not isinstance(given, dict):
            return
        specification = {**specification, "sparkConf": with_spark_parent(given, run)}
        task.template_spec = {**definition, "spark": {**application, "spec": specification}}
        task.application_file = None  # it would win

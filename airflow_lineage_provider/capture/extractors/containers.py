"""Containers: what runs in one is not seen from outside, but it is told who its parent is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import PARENT_VARIABLES, environment

_VARIABLES = (*PARENT_VARIABLES, "OPENLINEAGE_NAMESPACE")
MAX_TEMPLATE = 1_000_000
"""Bytes of a pod's template file that are still searched."""


class PodExtractor(Extractor):
    """A pod of Kubernetes: ``env_vars`` of its base container."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        given = task.env_vars or []
        added = environment(run, set(_names(given)) | set(_template_names(task)))
        if not added:
            return
        if isinstance(given, dict):
            task.env_vars = {**given, **added}
        elif isinstance(given, list | tuple):
            from kubernetes.client.models import V1EnvVar

            task.env_vars = [*given, *(V1EnvVar(name=name, value=value) for name, value in added.items())]


class DockerExtractor(Extractor):
    """A container of Docker: ``environment``."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        given = task.environment or {}
        if not isinstance(given, dict):
            return
        private = getattr(task, "_private_environment", None) or {}
        in_file = [name for name in _VARIABLES if name in str(getattr(task, "env_file", None) or "")]
        task.environment = {**given, **environment(run, {*given, *private, *in_file})}


def _names(variables: Any) -> Iterator[str]:
    """Names in a dict, or in a list of variables as the client's objects or as plain data."""
    for one in variables or ():
        name = one if isinstance(one, str) else one.get("name") if isinstance(one, dict) else None
        yield str(name or getattr(one, "name", ""))


def _template_names(task: Any) -> Iterator[str]:
    """Variables of ours that a pod gets from a template: what the operator is given wins over a template's."""
    pod = getattr(task, "full_pod_spec", None)
    for container in getattr(getattr(pod, "spec", None), "containers", None) or ():
        yield from _names(container.env)
    text = str(getattr(task, "pod_template_dict", None) or "")
    path = getattr(task, "pod_template_file", None)
    if isinstance(path, str) and os.path.isfile(path) and os.path.getsize(path) <= MAX_TEMPLATE:
        with open(path, encoding="utf-8", errors="replace") as file:
            text += file.read()
    yield from (name for name in _VARIABLES if name in text)

"""The execution context that reproducing an attempt needs. Only what is free: nothing is asked of anybody."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from airflow_lineage_provider.model.canonical import content_hash

_IMAGE_VARIABLES = ("AIRFLOW_LINEAGE_IMAGE", "CONTAINER_IMAGE", "IMAGE_NAME")


def execution_context(ti: Any, operator: type, *, with_packages: bool) -> dict[str, Any]:
    """Versions, bundle and hashed parameters, as a JSON object.

    Nothing in here differs between two runs of the same code with the same parameters, so that it is
    stored once. Parameters may hold personal data and secrets: only their hash leaves the process.
    """
    from airflow import __version__ as airflow_version

    context: dict[str, Any] = {"airflow": airflow_version, "python": platform.python_version()}
    package = ".".join(operator.__module__.split(".")[:3])
    if package.startswith("airflow.providers.") and (module := sys.modules.get(package)):
        context["provider"] = {"package": package, "version": str(getattr(module, "__version__", "unknown"))}
    bundle = getattr(ti, "bundle_instance", None)
    if bundle is not None:
        context["bundle"] = {"name": str(bundle.name)}
        if version := getattr(bundle, "version", None):
            context["bundle"]["version"] = str(version)
    if image := next((os.environ[name] for name in _IMAGE_VARIABLES if os.environ.get(name)), None):
        context["image"] = image
    context["params_hash"] = _params_hash(ti)
    if with_packages:
        context["packages"] = _packages()
    return context


def _params_hash(ti: Any) -> str:
    server_context = getattr(ti, "_ti_context_from_server", None)
    conf = getattr(getattr(server_context, "dag_run", None), "conf", None) or {}
    params = getattr(getattr(ti, "task", None), "params", None)
    values = params.dump() if params is not None and hasattr(params, "dump") else {}
    try:
        return content_hash({"conf": conf, "params": values})
    except (TypeError, ValueError):
        return content_hash({"conf": str(conf), "params": str(values)})


def _packages() -> dict[str, str]:
    from importlib.metadata import distributions

    return {dist.metadata["Name"]: dist.version for dist in distributions() if dist.metadata["Name"]}

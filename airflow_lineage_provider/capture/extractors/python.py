"""Python callables: where their code is. What they read and write is seen while they run."""

from __future__ import annotations

import functools
import inspect
import os
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor

_FACET = "sourceCodeLocation"
_SCHEMA = "https://openlineage.io/spec/facets/1-1-0/SourceCodeLocationJobFacet.json"

_DAG_MODULE = "unusual_prefix_"
"""How Airflow calls the module of a DAG file: with a hash of where the file lies."""


class PythonExtractor(Extractor):
    """An operator with a ``python_callable`` that runs in the task's own process."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        location = _location(getattr(task, "python_callable", None), task, (context or {}).get("ti"))
        if location:
            extraction.job_facets[_FACET] = location


class OtherInterpreterExtractor(PythonExtractor):
    """The same with a callable that runs in another interpreter."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        super().extract(task, context, extraction, failed=failed)
        extraction.left_out(
            "runtime: the callable ran in another interpreter; what it reads and writes is not seen unless declared"
        )


def _location(function: Any, task: Any, ti: Any) -> dict[str, Any] | None:
    """Facet that says where a callable is defined, in words that hold on every machine: no absolute path."""
    while isinstance(function, functools.partial):
        function = function.func
    if not callable(function):
        return None
    function = inspect.unwrap(function)
    routine = function if inspect.isroutine(function) else type(function).__call__
    code = getattr(routine, "__code__", None)
    module = str(getattr(function, "__module__", "") or type(function).__module__)
    name = str(getattr(function, "__qualname__", "") or type(function).__qualname__)
    facet: dict[str, Any] = {"_schemaURL": _SCHEMA, "module": module, "qualifiedName": name}
    bundle = getattr(ti, "bundle_instance", None)
    path = _in_bundle(code.co_filename, bundle, task) if code is not None else None
    if code is not None:
        facet["line"] = code.co_firstlineno
    if path is None:
        # From a package: the module says where.
        return {**facet, "type": "python", "url": f"python:{module}#{name}"}
    if module.startswith(_DAG_MODULE):
        del facet["module"]
    bundle_name = str(getattr(bundle, "name", None) or "dags")
    facet |= {"type": "dag-bundle", "url": f"dag-bundle://{bundle_name}/{path}", "path": path}
    if version := getattr(bundle, "version", None):
        facet["version"] = str(version)
    return facet


def _in_bundle(file: str, bundle: Any, task: Any) -> str | None:
    """Path relative to the DAG bundle, with slashes; ``None`` for a file outside of it."""
    root = getattr(bundle, "path", None)
    if root is not None:
        relative = os.path.relpath(os.path.realpath(file), os.path.realpath(root))
        if not relative.startswith(os.pardir):
            return relative.replace(os.sep, "/")
    dag = task.dag if task.has_dag() else None
    if dag is not None and getattr(dag, "fileloc", None) == file:
        return str(getattr(dag, "relative_fileloc", None) or "") or None
    return None

"""Installs the sources of an attempt as their libraries are imported, and takes them away again."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import wrapt

from airflow_lineage_provider.capture.instrumentation.catalog import SOURCES
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches

_PACKAGE = "airflow_lineage_provider.capture.instrumentation.sources"

_sources: frozenset[str] = frozenset()
_installed: dict[tuple[str, str], Patches] = {}
_waiting: set[tuple[str, str]] = set()
"""Import hooks cannot be taken back: one per source and module in the life of a process."""


def switch_on(sources: frozenset[str], noisy: tuple[str, ...] = ()) -> None:
    """Observe this process until :func:`switch_off`.

    :param noisy: beginnings of local paths that are no data.
    """
    global _sources
    _sources = sources
    OBSERVER.start(noisy)
    for source in sources:
        for name in SOURCES[source]:
            module = sys.modules.get(name)
            if module is not None:
                _install(source, module)
            elif (source, name) not in _waiting:
                _waiting.add((source, name))
                wrapt.register_post_import_hook(_installer(source), name)


def switch_off() -> None:
    """Observe no more. What was seen stays with the observer until it starts again."""
    global _sources
    _sources = frozenset()
    OBSERVER.stop()
    while _installed:
        _installed.popitem()[1].undo()


def _installer(source: str) -> Any:
    def imported(module: ModuleType) -> None:
        if OBSERVER.active and source in _sources:
            _install(source, module)

    return imported


def _install(source: str, module: ModuleType) -> None:
    # What a test or a task has put in a library's place is not that library.
    key = (source, getattr(module, "__name__", ""))
    if not isinstance(module, ModuleType) or key in _installed:
        return
    patches = _installed[key] = Patches(source)
    try:
        import_module(f"{_PACKAGE}.{source}").install(module, patches)
    except Exception as error:
        OBSERVER.failed(source, error)

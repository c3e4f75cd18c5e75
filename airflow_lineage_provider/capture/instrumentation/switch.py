"""Installs the sources of an attempt as their libraries are imported, and takes them away again."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

from airflow_lineage_provider.capture.instrumentation.catalog import SOURCES
from airflow_lineage_provider.capture.instrumentation.import_watch import ImportWatch
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches

_PACKAGE = "airflow_lineage_provider.capture.instrumentation.sources"

_installed: dict[tuple[str, str], Patches] = {}
_watch: ImportWatch | None = None


def switch_on(sources: frozenset[str], noisy: tuple[str, ...] = ()) -> None:
    """Observe this process until :func:`switch_off`.

    :param noisy: beginnings of local paths that are no data.
    """
    global _watch
    OBSERVER.start(noisy)
    awaited: dict[str, list[str]] = {}
    for source in sorted(sources):
        for name in SOURCES[source]:
            module = sys.modules.get(name)
            if module is not None:
                _install(source, module)
            else:
                awaited.setdefault(name, []).append(source)

    def imported(module: ModuleType) -> None:
        if OBSERVER.active:
            for source in awaited.get(module.__name__, ()):
                _install(source, module)

    _watch = ImportWatch(frozenset(awaited), imported)
    _watch.begin()


def switch_off() -> None:
    """Observe no more. What was seen stays with the observer until it starts again."""
    global _watch
    if _watch is not None:
        _watch.end()
        _watch = None
    try:
        OBSERVER.stop()
    finally:
        while _installed:
            _installed.popitem()[1].undo()


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

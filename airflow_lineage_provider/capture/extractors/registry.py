"""Finds the extractor of a task by the names of its operator's classes. Nothing of a provider is imported."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from airflow_lineage_provider.capture.extractors.catalog import BUILT_IN
from airflow_lineage_provider.capture.extractors.extractor import Extractor

ENTRY_POINTS = "airflow_lineage_provider.extractors"
"""Group in which packages name extractors: the entry point's name is the operator's dotted class name."""

_PACKAGE = "airflow_lineage_provider.capture.extractors"


def extractor_of(operator: type) -> Extractor | None:
    """Extractor for an operator class: the one of its nearest class that has any, a third party's before ours.

    Raises what importing a third party's extractor raises.
    """
    references = registered()
    for base in operator.__mro__:
        reference = references.get(f"{base.__module__}.{base.__qualname__}")
        if reference is not None:
            return _load(reference)()
    return None


@cache
def registered() -> dict[str, str]:
    return BUILT_IN | dict(_entry_points())


def _entry_points() -> Iterable[tuple[str, str]]:
    try:
        # Airflow has read every package's entry points for its plugins and keeps them: 30 ms saved a process.
        from airflow.sdk._shared.module_loading import entry_points_with_dist
    except ImportError:
        from importlib.metadata import entry_points

        return [(point.name, point.value) for point in entry_points(group=ENTRY_POINTS)]
    return [(point.name, point.value) for point, _ in entry_points_with_dist(ENTRY_POINTS)]


@cache
def _load(reference: str) -> type[Extractor]:
    module, _, name = reference.partition(":")
    is_ours = reference in BUILT_IN.values()
    loaded = getattr(import_module(f"{_PACKAGE}.{module}" if is_ours else module), name)
    if not (isinstance(loaded, type) and issubclass(loaded, Extractor)):
        raise TypeError(f"{reference} is no subclass of Extractor")
    return loaded

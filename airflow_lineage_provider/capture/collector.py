"""Airflow's hook lineage collector: one per process, emptied at the start of every attempt.

Making it imports the asset factories of every installed provider (0.1 s with amazon's): a task whose hooks report
nothing never makes it, and we are not to be the ones who do.
"""

from __future__ import annotations

import sys
from typing import Any

_STORES = ("_inputs", "_outputs", "_input_counts", "_output_counts", "_extra", "_extra_counts")


class _NothingReported:
    """A ``HookLineage`` without anything in it, made without importing Airflow's."""

    inputs: tuple[Any, ...] = ()
    outputs: tuple[Any, ...] = ()
    extra: tuple[Any, ...] = ()


NOTHING_REPORTED = _NothingReported()


def _collector() -> Any:
    """The collector of this process; ``None`` if nobody has asked for it."""
    module = sys.modules.get("airflow.sdk.lineage")
    get = getattr(module, "get_hook_lineage_collector", None)
    if get is None:
        return None
    cache_info = getattr(get, "cache_info", None)
    # Airflow keeps the one it made in a cache; whatever it may keep it in one day, asking is right then too.
    return get() if cache_info is None or cache_info().currsize else None


def reset() -> None:
    """Forget what earlier tasks of this process left behind.

    Under ``dag.test()`` all tasks share one process and one collector. It is emptied when an attempt
    starts, not when one ends, so that every other listener still reads what it came for.
    """
    collector = _collector()
    for name in _STORES:
        store = getattr(collector, name, None)
        if store is not None:
            store.clear()


def snapshot() -> Any:
    """Everything hooks reported since the last reset: a ``HookLineage`` with inputs, outputs and extra."""
    collector = _collector()
    return collector.collected_assets if collector is not None else NOTHING_REPORTED


def full_stores(lineage: Any) -> list[str]:
    """Name the parts that reached the collector's own limit and may have lost entries."""
    if lineage is NOTHING_REPORTED:
        return []
    from airflow.sdk import lineage as limits

    full: list[str] = []
    if len(lineage.extra) >= limits.MAX_COLLECTED_EXTRA:
        full.append(
            f"statements: more than {limits.MAX_COLLECTED_EXTRA}, see [lineage] max_extras_per_collector"
        )
    for part in ("inputs", "outputs"):
        if len(getattr(lineage, part)) >= limits.MAX_COLLECTED_ASSETS:
            full.append(
                f"{part} of hooks: more than {limits.MAX_COLLECTED_ASSETS}, see [lineage] max_assets_per_collector"
            )
    return full

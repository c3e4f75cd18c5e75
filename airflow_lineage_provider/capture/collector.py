"""Airflow's hook lineage collector: one per process, emptied at the start of every attempt."""

from __future__ import annotations

from typing import Any

_STORES = ("_inputs", "_outputs", "_input_counts", "_output_counts", "_extra", "_extra_counts")


def _collector() -> Any:
    from airflow.sdk.lineage import get_hook_lineage_collector

    return get_hook_lineage_collector()


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
    return _collector().collected_assets


def full_stores(lineage: Any) -> list[str]:
    """Name the parts that reached the collector's own limit and may have lost entries."""
    from airflow.sdk import lineage as limits

    full = []
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

"""Evidence ``hook``: assets that hooks reported to Airflow's hook lineage collector."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.capture.instrumentation.noise import ends_with_process
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry


def hook_entries(collected: list[Any]) -> list[IoEntry]:
    """Entries of a ``HookLineage``'s inputs or outputs, without what nobody but the task can reach."""
    return [
        IoEntry(Evidence.HOOK, uri=str(info.asset.uri), asset_name=str(info.asset.name))
        for info in collected
        if not ends_with_process(str(info.asset.uri))
    ]

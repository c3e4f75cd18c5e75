"""A registered reader is what makes Airflow collect hook lineage at all."""

from __future__ import annotations

from airflow.sdk.lineage import HookLineageReader


class LineageReader(HookLineageReader):
    """Reads what hooks of this process reported; capture itself takes it from the collector."""

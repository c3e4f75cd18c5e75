"""Graphs in the formats of other tools."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal, get_args

from airflow_lineage_provider.store.graph.export.csv_table import to_csv
from airflow_lineage_provider.store.graph.export.graphml import to_graphml
from airflow_lineage_provider.store.graph.export.mermaid import to_mermaid
from airflow_lineage_provider.store.graph.export.openlineage_events import to_events
from airflow_lineage_provider.store.graph.graph import Graph

ExportFormat = Literal["json", "csv", "graphml", "mermaid", "openlineage"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


def export_graph(graph: Graph, format: ExportFormat) -> str:
    """The graph as text."""
    return _WRITERS[format](graph)


def _json(graph: Graph) -> str:
    return json.dumps(graph.to_wire(), indent=2, ensure_ascii=False) + "\n"


def _openlineage(graph: Graph) -> str:
    """One event per line, as file transports write and read them."""
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in to_events(graph))


_WRITERS: dict[ExportFormat, Callable[[Graph], str]] = {
    "json": _json,
    "csv": to_csv,
    "graphml": to_graphml,
    "mermaid": to_mermaid,
    "openlineage": _openlineage,
}

__all__ = ["EXPORT_FORMATS", "ExportFormat", "export_graph", "to_events"]

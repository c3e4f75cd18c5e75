"""Tables that spreadsheets open without running what stands in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.graph.graph import Graph

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_EDGE_COLUMNS = (
    "source",
    "target",
    "source_type",
    "target_type",
    "evidence",
    "first_seen",
    "last_seen",
    "runs",
    "jobs",
)


def to_csv(graph: Graph) -> str:
    """A row for each edge, and one without target for a node that has none."""
    rows: list[Sequence[object]] = []
    joined: set[str] = set()
    for edge in graph.edges:
        joined.update((edge.source, edge.target))
        rows.append(
            (
                edge.source,
                edge.target,
                graph.nodes[edge.source].type,
                graph.nodes[edge.target].type,
                " ".join(Evidence(edge.evidence).names) if edge.evidence is not None else None,
                edge.first_seen.isoformat() if edge.first_seen else None,
                edge.last_seen.isoformat() if edge.last_seen else None,
                edge.runs,
                "\n".join(edge.jobs or ()),
            )
        )
    for node in graph.nodes.values():
        if node.id not in joined:
            rows.append((node.id, None, node.type, *[None] * 6))
    return csv_text(_EDGE_COLUMNS, rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV as RFC 4180 has it; ``None`` is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value

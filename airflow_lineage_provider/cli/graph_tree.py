"""A lineage graph as a readable tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflow_lineage_provider.store.graph import Graph, GraphDirection, Key

_MANY = 12
"""More columns than this are counted, not listed."""


def graph_lines(graph: Graph, direction: GraphDirection, *, with_columns: bool) -> Iterator[str]:
    """Lines of the tree, root first.

    A node that was shown already is named again with ``(see above)`` and not unfolded twice.
    """
    sides = {"upstream": ("upstream",), "downstream": ("downstream",), "both": ("upstream", "downstream")}
    sources: dict[Key, list[Key]] = defaultdict(list)
    targets: dict[Key, list[Key]] = defaultdict(list)
    for source, target in graph.edges:
        sources[target].append(source)
        targets[source].append(target)
    for side in sides[direction]:
        if direction == "both":
            yield f"{side}:"
        branches = sources if side == "upstream" else targets
        yield from _tree(graph, branches, with_columns)
    if graph.truncated:
        yield f"... cut off at {len(graph.nodes)} nodes"


def _tree(graph: Graph, branches: Mapping[Key, Sequence[Key]], with_columns: bool) -> Iterator[str]:
    shown: set[Key] = set()
    origins = _origins(graph)
    # (node, its own line's prefix, the prefix of what stands below it); no recursion: a chain may be long.
    stack: list[tuple[Key, str, str]] = [(graph.root, "", "")]
    while stack:
        key, head, body = stack.pop()
        neighbours = sorted(branches.get(key, ()), key=lambda other: str(graph.nodes[other]["id"]))
        if key in shown:
            yield f"{head}{_label(graph, key)}" + (" (see above)" if neighbours else "")
            continue
        shown.add(key)
        yield f"{head}{_label(graph, key)}"
        if with_columns and not key.is_job:
            below = body + ("│  " if neighbours else "   ")
            yield from (f"{below}{line}" for line in _column_lines(graph.nodes[key], origins))
        for position, neighbour in reversed(list(enumerate(neighbours))):
            last = position == len(neighbours) - 1
            stack.append((neighbour, body + ("└─ " if last else "├─ "), body + ("   " if last else "│  ")))


def _label(graph: Graph, key: Key) -> str:
    node = graph.nodes[key]
    if key.is_job:
        operator = str(node.get("operator") or "").rpartition(".")[2]
        return f"job {node['name']}" + (f" [{operator}]" if operator else "")
    return f"dataset {node['namespace']} {node['name']}"


def _origins(graph: Graph) -> dict[tuple[str, str], list[str]]:
    """(dataset, column) to what its values come from; filters and join keys do not give values."""
    names = {node["id"]: node["name"] for node in graph.nodes.values()}
    origins: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in graph.columns:
        direct = [entry["subtype"].lower() for entry in link["transformations"] if entry["type"] == "DIRECT"]
        if not direct:
            continue
        source = f"{names[link['input']['dataset']]}.{link['input']['column'] or '?'}"
        if direct != ["identity"]:
            source += f" ({', '.join(direct)})"
        known = origins[link["output"]["dataset"], link["output"]["column"]]
        if source not in known:
            known.append(source)
    return origins


def _column_lines(node: Mapping[str, Any], origins: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    """Columns that come from somewhere stand on a line of their own, the others share one."""
    columns = {column["name"]: column.get("type") for column in node.get("columns", ())}
    for dataset, column in origins:
        if dataset == node["id"]:
            columns.setdefault(column, None)
    labels = {name: f"{name} {kind}" if kind else name for name, kind in columns.items()}
    traced = [name for name in columns if origins.get((node["id"], name))]
    for name in traced:
        yield f"· {labels[name]} ← {', '.join(origins[node['id'], name])}"
    rest = [labels[name] for name in columns if name not in traced]
    if rest:
        more = f", ... {len(rest) - _MANY} more" if len(rest) > _MANY else ""
        yield f"· {', '.join(rest[:_MANY])}{more}"

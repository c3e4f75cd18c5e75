"""A lineage graph as a readable tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from airflow_lineage_provider.store.graph import Graph, GraphDirection, Node

_MANY = 12
"""More columns than this are counted, not listed."""


def graph_lines(graph: Graph, direction: GraphDirection, *, with_columns: bool) -> Iterator[str]:
    """Lines of the tree, root first.

    A node that was shown already is named again with ``(see above)`` and not unfolded twice.
    """
    sides = {"upstream": ("upstream",), "downstream": ("downstream",), "both": ("upstream", "downstream")}
    sources: dict[str, list[str]] = defaultdict(list)
    targets: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
        targets[edge.source].append(edge.target)
    for side in sides[direction]:
        if direction == "both":
            yield f"{side}:"
        branches = sources if side == "upstream" else targets
        yield from _tree(graph, branches, with_columns)
    if graph.truncated:
        yield f"... cut off at {len(graph.nodes)} nodes"


def _tree(graph: Graph, branches: Mapping[str, Sequence[str]], with_columns: bool) -> Iterator[str]:
    shown: set[str] = set()
    origins = _origins(graph)
    # (node, its own line's prefix, the prefix of what stands below it); no recursion: a chain may be long.
    stack: list[tuple[str, str, str]] = [(root, "", "") for root in reversed(_roots(graph))]
    while stack:
        key, head, body = stack.pop()
        neighbours = sorted(branches.get(key, ()))
        label = _label(graph.nodes[key])
        if key in shown:
            yield f"{head}{label}" + (" (see above)" if neighbours else "")
            continue
        shown.add(key)
        yield f"{head}{label}"
        if with_columns and graph.nodes[key].columns is not None:
            below = body + ("│  " if neighbours else "   ")
            yield from (f"{below}{line}" for line in _column_lines(graph.nodes[key], origins))
        for position, neighbour in reversed(list(enumerate(neighbours))):
            last = position == len(neighbours) - 1
            stack.append((neighbour, body + ("└─ " if last else "├─ "), body + ("   " if last else "│  ")))


def _roots(graph: Graph) -> list[str]:
    """The root, or its columns where the nodes are columns."""
    if graph.root in graph.nodes:
        return [graph.root]
    return [node.id for node in graph.nodes.values() if node.dataset == graph.root]


def _label(node: Node) -> str:
    if node.is_masked:
        return f"{node.type} (not to be seen)"
    if node.type == "job":
        operator = str(node.operator or "").rpartition(".")[2]
        return f"job {node.name}" + (f" [{operator}]" if operator else "")
    if node.type == "run" and node.run is not None:
        return f"run {node.row_id} of {node.name} [{node.run['state'] or 'unknown'}]"
    if node.type == "column" and node.dataset is not None:
        return f"{node.dataset.removeprefix(f'dataset:{node.namespace}:')}.{node.name}"
    return f"{node.type} {node.namespace} {node.name}"


def _origins(graph: Graph) -> dict[tuple[str, str], list[str]]:
    """(dataset, column) to what its values come from; filters and join keys do not give values."""
    names = {node.id: node.name for node in graph.nodes.values()}
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


def _column_lines(node: Node, origins: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    """Columns that come from somewhere stand on a line of their own, the others share one."""
    columns = {column["name"]: column.get("type") for column in node.columns or () if "name" in column}
    for dataset, column in origins:
        if dataset == node.id:
            columns.setdefault(column, None)
    labels = {name: f"{name} {kind}" if kind else name for name, kind in columns.items()}
    traced = [name for name in columns if origins.get((node.id, name))]
    for name in traced:
        yield f"· {labels[name]} ← {', '.join(origins[node.id, name])}"
    rest = [labels[name] for name in columns if name not in traced]
    if rest:
        more = f", ... {len(rest) - _MANY} more" if len(rest) > _MANY else ""
        yield f"· {', '.join(rest[:_MANY])}{more}"

"""A lineage graph as a readable tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

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
        if with_columns and (columns := graph.nodes[key].get("columns")):
            yield f"{body}{'│  ' if neighbours else '   '}columns: {_columns(columns)}"
        for position, neighbour in reversed(list(enumerate(neighbours))):
            last = position == len(neighbours) - 1
            stack.append((neighbour, body + ("└─ " if last else "├─ "), body + ("   " if last else "│  ")))


def _label(graph: Graph, key: Key) -> str:
    node = graph.nodes[key]
    if key.is_job:
        operator = str(node.get("operator") or "").rpartition(".")[2]
        return f"job {node['name']}" + (f" [{operator}]" if operator else "")
    return f"dataset {node['namespace']} {node['name']}"


def _columns(columns: Sequence[Mapping[str, str]]) -> str:
    listed = [
        f"{column['name']} {column['type']}" if column.get("type") else column["name"] for column in columns
    ]
    more = f", ... {len(listed) - _MANY} more" if len(listed) > _MANY else ""
    return ", ".join(listed[:_MANY]) + more

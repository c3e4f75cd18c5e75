"""From what a walk has found to the answer: who may see what, what it is called, what its edges say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.edge_rows import (
    EVIDENCE,
    FIRST_SEEN,
    LAST_RUN_ID,
    LAST_SEEN,
    RUNS,
)
from airflow_lineage_provider.store.graph.mask import kept_nodes, mask_ids
from airflow_lineage_provider.store.graph.moment import read_moment
from airflow_lineage_provider.store.graph.node import Edge, Node, NodeType
from airflow_lineage_provider.store.graph.root import UnknownNode
from airflow_lineage_provider.store.graph.stored_edges import StoredEdges
from airflow_lineage_provider.store.graph.walk import Walk
from airflow_lineage_provider.store.visibility import visible_datasets, visible_jobs

MakeEdge = Callable[[str, str, Mapping[Any, Any]], Edge]
"""(node id, node id, rows by part)"""


def masked(
    walk: Walk, root: Any, visible: Collection[Any], type_of: Callable[[Any], NodeType], max_nodes: int
) -> tuple[list[Any], dict[Any, Node]]:
    """(nodes that stay, at most ``max_nodes``; those of them that are masked).

    :raises UnknownNode: for a root not to be seen.
    """
    if visible is walk.nodes:
        return list(walk.nodes), {}
    if root not in visible:
        raise UnknownNode("nothing of that name is known, or it may not be seen")
    kept = kept_nodes(walk.nodes, walk.pairs, visible)
    if len(kept) > max_nodes:
        # Nearest first, as they were found.
        kept = kept[:max_nodes]
        walk.truncated = True
    walk.leave_edges_of(kept)
    return kept, {
        node: Node(name, type_of(node), is_masked=True) for node, name in mask_ids(kept, visible).items()
    }


def finish(
    kept: Sequence[Any], described: Mapping[Any, Node], walk: Walk, make_edge: MakeEdge
) -> tuple[dict[str, Node], list[Edge]]:
    """Nodes by id and edges, of what stays and is still there: rows may go while they are read."""
    ids = {key: described[key].id for key in kept if key in described}
    nodes = {described[key].id: described[key] for key in ids}
    hidden = {key for key in ids if described[key].is_masked}
    grouped: dict[tuple[Any, Any], dict[Any, Any]] = {}
    for (source, target, part), row in walk.rows.items():
        if source not in ids or target not in ids:
            continue
        grouped.setdefault((source, target), {})[part] = row
    edges = [
        Edge(ids[source], ids[target], is_masked=True)
        if source in hidden or target in hidden
        else make_edge(ids[source], ids[target], parts)
        for (source, target), parts in grouped.items()
    ]
    return nodes, edges


def finish_single(
    kept: Sequence[Any], described: Mapping[Any, Node], hidden: Collection[Any], walk: Walk
) -> tuple[dict[str, Node], StoredEdges]:
    """The same for stored edges that are one row each: the common case. The walk lets go of its rows.

    :param hidden: nodes that are masked.
    """
    ids = {key: described[key].id for key in kept if key in described}
    if len(ids) < len(walk.nodes):
        walk.leave_edges_of(ids)
    return {name: described[key] for key, name in ids.items()}, StoredEdges(walk.take_rows(), ids, hidden)


def stored_edge(source: str, target: str, parts: Mapping[Any, Any]) -> Edge:
    """An edge of jobs; several rows, as of the tasks of a DAG, are merged."""
    return merged_edge(source, target, parts.values())


def merged_edge(source: str, target: str, rows: Iterable[Sequence[Any]]) -> Edge:
    """One edge of several rows."""
    rows = list(rows)
    if len(rows) == 1:
        _, _, evidence, first, last, runs, run_id = rows[0][:7]
        return Edge(source, target, evidence, read_moment(first), read_moment(last), runs, run_id)
    evidence = 0
    for row in rows:
        evidence |= row[EVIDENCE]
    last, newest = max(((read_moment(row[LAST_SEEN]), row) for row in rows), key=itemgetter(0))
    first = min(read_moment(row[FIRST_SEEN]) for row in rows)
    runs = sum(row[RUNS] for row in rows)
    return Edge(source, target, evidence, first, last, runs, newest[LAST_RUN_ID])


def seen_jobs(ids: Collection[int], access: Access, *, session: Session) -> Collection[int]:
    return ids if access.is_unrestricted else visible_jobs(ids, access, session=session)


def seen_datasets(ids: Collection[int], access: Access, *, session: Session) -> Collection[int]:
    return ids if access.is_unrestricted else visible_datasets(ids, access, session=session)

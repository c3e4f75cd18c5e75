"""The graph whose nodes are columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.answer import finish, masked, seen_datasets
from airflow_lineage_provider.store.graph.column_graph import (
    FIRST_SEEN,
    LAST_RUN_ID,
    LAST_SEEN,
    TRANSFORMATIONS,
    ColumnExpand,
    ColumnKey,
    merged_transformations,
)
from airflow_lineage_provider.store.graph.describe import describe_datasets, hidden_columns
from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.node import Edge, Node, NodeType, utc
from airflow_lineage_provider.store.graph.question import InvalidQuestion, Question
from airflow_lineage_provider.store.graph.root import ColumnRoot, Key, Root
from airflow_lineage_provider.store.graph.routes import Routes
from airflow_lineage_provider.store.graph.table_answer import jobs_behind
from airflow_lineage_provider.store.graph.walk import EDGES_PER_NODE, Walk


def column_graph(root: Root, question: Question, access: Access, session: Session) -> Graph:
    """Columns of datasets; a dataset itself where which of its columns it is, nobody could say."""
    expand = ColumnExpand(question.window, session)
    max_nodes = question.walked_nodes(is_pruned=not (access.is_unrestricted and access.has_sensitive))
    starts: list[ColumnKey]
    if isinstance(root, ColumnRoot):
        dataset_id = root.dataset_id
        starts = [(dataset_id, root.column)]
    elif isinstance(root, Key) and not root.is_job:
        dataset_id = root.id
        columns = expand.columns_of(dataset_id, max_nodes * EDGES_PER_NODE)
        starts = [(dataset_id, column) for column in columns]
    else:
        raise InvalidQuestion("the graph of columns starts at a dataset or one of its columns")
    walk = Walk([(start, start) for start in starts], expand, max_nodes=max_nodes)
    walk.go(question.ways, question.depth)
    whole = (dataset_id, None)
    visible = _visible(walk, dataset_id, access, session)
    start = starts[0] if isinstance(root, ColumnRoot) else whole
    kept, described = masked(walk, start, visible, _type_of, question.max_nodes)
    tables = describe_datasets(
        {dataset_id, *(node[0] for node in kept if node not in described)}, session=session
    )
    for node in kept:
        if node not in described and node[0] in tables:
            described[node] = _node(tables[node[0]], node[1])
    jobs = jobs_behind(walk, access, session=session, job_of=lambda part: part[0])
    nodes, edges = finish(
        kept, described, walk, lambda source, target, parts: _edge(source, target, parts, jobs)
    )
    name = described[starts[0]].id if isinstance(root, ColumnRoot) else tables[dataset_id].id
    return Graph(
        name,
        "column",
        nodes,
        edges,
        truncated=walk.truncated or expand.is_cut,
        routes=Routes(walk, described),
        jobs={job.id: job for job in jobs.values()},
    )


def _node(table: Node, column: str | None) -> Node:
    if column is None:
        return table
    return Node(
        f"column:{table.namespace}:{table.name}:{column}",
        "column",
        table.namespace,
        column,
        dataset=table.id,
    )


def _edge(source: str, target: str, parts: Mapping[Any, Any], jobs: Mapping[int, Node]) -> Edge:
    shown = {part: row for part, row in parts.items() if part[0] in jobs}
    seen = tuple(sorted({jobs[job].id for job, _ in shown}))
    hidden = len({job for job, _ in parts}) - len(seen)
    if not shown:
        return Edge(source, target, jobs=(), masked_jobs=hidden)
    newest = max(shown.values(), key=lambda row: row[LAST_SEEN])
    return Edge(
        source,
        target,
        first_seen=utc(min(row[FIRST_SEEN] for row in shown.values())),
        last_seen=utc(newest[LAST_SEEN]),
        last_run_id=newest[LAST_RUN_ID],
        jobs=seen,
        masked_jobs=hidden,
        transformations=merged_transformations([row[TRANSFORMATIONS] for row in shown.values()]),
    )


def _visible(walk: Walk, root: int, access: Access, session: Session) -> Any:
    """Columns that may be seen, and the dataset that was asked about if it may be."""
    datasets = {root, *(dataset for dataset, _ in walk.nodes)}
    seen = seen_datasets(datasets, access, session=session)
    hidden = hidden_columns(seen, access, session=session)
    visible: set[Any] = {(root, None)} if root in seen else set()
    visible.update(
        node
        for node in walk.nodes
        if node[0] in seen and (node[1] is None or node[1] not in hidden.get(node[0], ()))
    )
    return visible


def _type_of(node: Any) -> NodeType:
    return "dataset" if node[1] is None else "column"

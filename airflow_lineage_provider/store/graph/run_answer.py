"""The graph whose nodes are runs and the versions of datasets between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.answer import finish, masked, seen_datasets, seen_jobs
from airflow_lineage_provider.store.graph.describe import describe_datasets, describe_runs
from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.node import Edge, NodeType
from airflow_lineage_provider.store.graph.question import InvalidQuestion, Question
from airflow_lineage_provider.store.graph.root import Root, RunRoot
from airflow_lineage_provider.store.graph.routes import Routes
from airflow_lineage_provider.store.graph.run_graph import RunExpand, RunKey, VersionKey
from airflow_lineage_provider.store.graph.walk import Walk
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids


def run_graph(root: Root, question: Question, access: Access, session: Session) -> Graph:
    """Runs and datasets as each run left them."""
    if not isinstance(root, RunRoot):
        raise InvalidQuestion("the graph of runs starts at a run: run:NUMBER or run:UUID")
    start = RunKey(root.id)
    max_nodes = question.walked_nodes(is_pruned=not access.is_unrestricted)
    walk = Walk([(start, start)], RunExpand(question.window, session), max_nodes=max_nodes)
    walk.go(question.ways, question.depth)
    visible = _visible(walk, access, session)
    kept, described = masked(walk, start, visible, _type_of, question.max_nodes)
    shown = [node for node in kept if node not in described]
    runs = describe_runs({node.id for node in shown if isinstance(node, RunKey)}, session=session)
    tables = describe_datasets(
        {node.dataset_id for node in shown if isinstance(node, VersionKey)}, session=session
    )
    hidden = count(1)

    def suffix(version: VersionKey) -> str:
        """Whoever may not see the writer learns nothing of it by its number either."""
        if version.writer is None:
            return ""
        is_seen = access.is_unrestricted or RunKey(version.writer) in visible
        return f"#run:{version.writer}" if is_seen else f"#masked:{next(hidden)}"

    for node in shown:
        if isinstance(node, RunKey):
            if node.id in runs:
                described[node] = runs[node.id]
        elif node.dataset_id in tables:
            table = tables[node.dataset_id]
            described[node] = table._replace(id=table.id + suffix(node), dataset=table.id)
    nodes, edges = finish(kept, described, walk, _edge)
    return Graph(
        described[start].id, "run", nodes, edges, truncated=walk.truncated, routes=Routes(walk, described)
    )


def _edge(source: str, target: str, parts: Mapping[Any, Any]) -> Edge:
    (row,) = parts.values()
    return Edge(source, target, row.evidence, runs=1)


def _visible(walk: Walk, access: Access, session: Session) -> Collection[Any]:
    if access.is_unrestricted:
        return walk.nodes
    runs = {node.id for node in walk.nodes if isinstance(node, RunKey)}
    runs |= {node.writer for node in walk.nodes if isinstance(node, VersionKey) and node.writer is not None}
    jobs: dict[int, int] = {}
    for part in chunks(sorted(runs)):
        rows = session.execute(select(RUN.c.id, RUN.c.job_id).where(in_ids(RUN.c.id)), {"ids": part})
        jobs.update(rows.all())
    seen = seen_jobs(set(jobs.values()), access, session=session)
    tables = seen_datasets(
        {node.dataset_id for node in walk.nodes if isinstance(node, VersionKey)}, access, session=session
    )
    return {RunKey(run) for run, job in jobs.items() if job in seen} | {
        node for node in walk.nodes if isinstance(node, VersionKey) and node.dataset_id in tables
    }


def _type_of(node: Any) -> NodeType:
    return "run" if isinstance(node, RunKey) else "dataset"

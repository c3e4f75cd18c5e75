"""The graph whose nodes are datasets alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.answer import finish, masked, merged_edge, seen_datasets, seen_jobs
from airflow_lineage_provider.store.graph.describe import current_columns, describe_datasets, describe_jobs
from airflow_lineage_provider.store.graph.edge_rows import (
    EVIDENCE,
    FIRST_SEEN,
    JOB_ID,
    LAST_RUN_ID,
    LAST_SEEN,
    RUNS,
    EdgeRows,
)
from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.moment import read_moment
from airflow_lineage_provider.store.graph.node import Edge, Node
from airflow_lineage_provider.store.graph.question import InvalidQuestion, Question
from airflow_lineage_provider.store.graph.root import Key, Root
from airflow_lineage_provider.store.graph.routes import Routes
from airflow_lineage_provider.store.graph.table_graph import TableExpand
from airflow_lineage_provider.store.graph.walk import Walk


def table_graph(root: Root, question: Question, access: Access, session: Session) -> Graph:
    """Datasets; the jobs between two of them stand in their edge."""
    if not isinstance(root, Key) or root.is_job:
        raise InvalidQuestion("the graph of tables starts at a dataset")
    rows = EdgeRows(question.window, session)
    max_nodes = question.walked_nodes(is_pruned=not access.is_unrestricted)
    walk = Walk([(root.id, root.id)], TableExpand(rows), max_nodes=max_nodes)
    walk.go(question.ways, question.depth)
    visible = walk.nodes if access.is_unrestricted else seen_datasets(walk.nodes, access, session=session)
    kept, described = masked(walk, root.id, visible, lambda _: "dataset", question.max_nodes)
    shown = [node for node in kept if node not in described]
    tables = describe_datasets(shown, session=session)
    if question.columns:
        columns = current_columns(shown, access, session=session)
        tables = {row_id: node._replace(columns=columns.get(row_id, ())) for row_id, node in tables.items()}
    described.update(tables)
    jobs = jobs_behind(walk, access, session=session)
    nodes, edges = finish(
        kept, described, walk, lambda source, target, parts: _edge(source, target, parts, jobs)
    )
    return Graph(
        described[root.id].id,
        "table",
        nodes,
        edges,
        truncated=walk.truncated or rows.is_cut,
        routes=Routes(walk, described),
        jobs={job.id: job for job in jobs.values()},
    )


def jobs_behind(
    walk: Walk, access: Access, *, session: Session, job_of: Any = lambda part: part
) -> dict[int, Node]:
    """The jobs behind edges that may be seen, by row id."""
    jobs: Collection[int] = {job_of(part) for _, _, part in walk.rows}
    return describe_jobs(seen_jobs(jobs, access, session=session), session=session)


def _edge(source: str, target: str, parts: Mapping[Any, Any], jobs: Mapping[int, Node]) -> Edge:
    shown = {job: pair for job, pair in parts.items() if job in jobs}
    hidden = len(parts) - len(shown)
    if not shown:
        return Edge(source, target, jobs=(), masked_jobs=hidden)
    merged = merged_edge(source, target, [_through(*pair) for pair in shown.values()])
    return merged._replace(jobs=tuple(sorted(jobs[job].id for job in shown)), masked_jobs=hidden)


def _through(taken: Any, given: Any) -> tuple[Any, ...]:
    """A row for the way through one job: it is there when both of its edges are."""
    row: list[Any] = [None] * 7
    row[JOB_ID] = taken[JOB_ID]
    row[EVIDENCE] = taken[EVIDENCE] | given[EVIDENCE]
    row[FIRST_SEEN] = max(read_moment(taken[FIRST_SEEN]), read_moment(given[FIRST_SEEN]))
    row[LAST_SEEN] = min(read_moment(taken[LAST_SEEN]), read_moment(given[LAST_SEEN]))
    row[RUNS] = min(taken[RUNS], given[RUNS])
    row[LAST_RUN_ID] = given[LAST_RUN_ID]
    return tuple(row)

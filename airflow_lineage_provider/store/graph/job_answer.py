"""Graphs whose nodes are datasets and what works on them: tasks and other jobs, or DAGs and other jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.answer import (
    finish,
    finish_single,
    masked,
    seen_datasets,
    seen_jobs,
    stored_edge,
)
from airflow_lineage_provider.store.graph.dag_graph import DagExpand
from airflow_lineage_provider.store.graph.degrees import dataset_degrees, job_degrees
from airflow_lineage_provider.store.graph.describe import (
    column_links,
    current_columns,
    describe_datasets,
    describe_jobs,
)
from airflow_lineage_provider.store.graph.edge_rows import EdgeRows
from airflow_lineage_provider.store.graph.graph import Granularity, Graph
from airflow_lineage_provider.store.graph.node import Edge, Node, NodeType
from airflow_lineage_provider.store.graph.question import InvalidQuestion, Question
from airflow_lineage_provider.store.graph.root import DagRoot, Key, Root
from airflow_lineage_provider.store.graph.routes import Routes
from airflow_lineage_provider.store.graph.task_graph import TaskExpand
from airflow_lineage_provider.store.graph.walk import Walk
from airflow_lineage_provider.store.graph.window import Window
from airflow_lineage_provider.store.ingest import JOB


def task_graph(root: Root, question: Question, access: Access, session: Session) -> Graph:
    """Jobs and datasets."""
    if not isinstance(root, Key):
        raise InvalidQuestion("the graph of tasks starts at a dataset or a job")
    rows = EdgeRows(question.window, session)
    start = -root.id if root.is_job else root.id
    walk = Walk([(start, start)], TaskExpand(rows), max_nodes=_walked(question, access))
    return _answer("task", start, walk, rows, question, access, session)


def dag_graph(root: Root, question: Question, access: Access, session: Session) -> Graph:
    """DAGs, jobs of other producers, and datasets."""
    start: Any
    if isinstance(root, DagRoot):
        start = (root.namespace, root.dag_id)
    elif not isinstance(root, Key):
        raise InvalidQuestion("the graph of DAGs starts at a dataset, a job or a DAG")
    elif root.is_job:
        row = session.execute(select(JOB.c.namespace, JOB.c.dag_id).where(JOB.c.id == root.id)).one()
        start = -root.id if row.dag_id is None else (row.namespace, row.dag_id)
    else:
        start = root.id
    rows = EdgeRows(question.window, session, with_dags=True)
    walk = Walk([(start, start)], DagExpand(rows), max_nodes=_walked(question, access))
    return _answer("dag", start, walk, rows, question, access, session)


def _answer(
    granularity: Granularity,
    start: Any,
    walk: Walk,
    rows: EdgeRows,
    question: Question,
    access: Access,
    session: Session,
) -> Graph:
    walk.go(question.ways, question.depth)
    visible = _visible(walk, access, session)
    kept, described = masked(walk, start, visible, _type_of, question.max_nodes)
    hidden = frozenset(described)
    shown = [node for node in kept if node not in hidden] if hidden else kept
    numbers = [node for node in shown if type(node) is int]
    datasets = [node for node in numbers if node > 0]
    jobs = [-node for node in numbers if node < 0]
    tables = describe_datasets(datasets, session=session)
    if question.columns:
        columns = current_columns(datasets, access, session=session)
        tables = {row_id: node._replace(columns=columns.get(row_id, ())) for row_id, node in tables.items()}
    described.update(tables)
    described.update({-row_id: node for row_id, node in describe_jobs(jobs, session=session).items()})
    if question.degrees and granularity == "task":
        _tell_degrees(described, datasets, jobs, question.window, session)
    if len(numbers) < len(shown):
        for namespace, dag_id in (node for node in shown if type(node) is tuple):
            name = f"dag:{namespace}:{dag_id}"
            described[namespace, dag_id] = Node(name, "dag", namespace, dag_id, dag_id)
    edges: Sequence[Edge]
    if granularity == "task":
        nodes, edges = finish_single(kept, described, hidden, walk)
    else:
        nodes, edges = finish(kept, described, walk, stored_edge)
    graph = Graph(
        described[start].id,
        granularity,
        nodes,
        edges,
        truncated=walk.truncated or rows.is_cut,
        routes=Routes(walk, described),
    )
    if question.columns and granularity == "task":
        graph.columns = column_links(
            {row_id: node.id for row_id, node in tables.items()},
            {job: described[-job].id for job in jobs if -job in described},
            question.window,
            access,
            session=session,
        )
    return graph


def _tell_degrees(
    described: dict[Any, Node], datasets: list[int], jobs: list[int], window: Window, session: Session
) -> None:
    """Of nodes that may be seen: their neighbours are in an answer of their own, masked or not."""
    degrees = dataset_degrees(datasets, window, session=session)
    degrees.update({-job: sides for job, sides in job_degrees(jobs, window, session=session).items()})
    for node, sides in degrees.items():
        if node in described:
            described[node] = described[node]._replace(degrees=sides)


def _walked(question: Question, access: Access) -> int:
    return question.walked_nodes(is_pruned=not access.is_unrestricted)


def _visible(walk: Walk, access: Access, session: Session) -> Any:
    if access.is_unrestricted:
        return walk.nodes
    numbers = [node for node in walk.nodes if type(node) is int]
    visible: set[Any] = set(seen_datasets([node for node in numbers if node > 0], access, session=session))
    visible.update(
        -job for job in seen_jobs([-node for node in numbers if node < 0], access, session=session)
    )
    visible.update(node for node in walk.nodes if type(node) is tuple and access.may_read(node[1]))
    return visible


def _type_of(node: Any) -> NodeType:
    if type(node) is tuple:
        return "dag"
    return "dataset" if node > 0 else "job"

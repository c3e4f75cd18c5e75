"""Questions about the graph, and who answers which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.graph.collector import paused_collector
from airflow_lineage_provider.store.graph.column_answer import column_graph
from airflow_lineage_provider.store.graph.graph import Granularity, Graph, GraphDirection
from airflow_lineage_provider.store.graph.job_answer import dag_graph, task_graph
from airflow_lineage_provider.store.graph.question import MAX_NODES, Question
from airflow_lineage_provider.store.graph.root import Root
from airflow_lineage_provider.store.graph.root_sight import check_root
from airflow_lineage_provider.store.graph.run_answer import run_graph
from airflow_lineage_provider.store.graph.table_answer import table_graph
from airflow_lineage_provider.store.graph.window import Window

_ANSWERS: dict[Granularity, Callable[[Root, Question, Access, Session], Graph]] = {
    "task": task_graph,
    "dag": dag_graph,
    "table": table_graph,
    "run": run_graph,
    "column": column_graph,
}


def read_graph(
    root: Root,
    direction: GraphDirection = "both",
    depth: int = 10,
    *,
    granularity: Granularity = "task",
    max_nodes: int = MAX_NODES,
    as_of: datetime | None = None,
    since: datetime | None = None,
    columns: bool = False,
    degrees: bool = False,
    access: Access = FULL_ACCESS,
    session: Session,
) -> Graph:
    """Walk from ``root``.

    :param depth: how many edges away from the root to go.
    :param max_nodes: the walk stops there and says so in ``truncated``.
    :param as_of: only edges first seen then or before.
    :param since: only edges last seen then or after.
    :param columns: with the columns of datasets, and column lineage between them.
    :param degrees: with how many neighbours each node has; of the graph of tasks only.
    :raises UnknownNode: for a root that ``access`` may not see.
    :raises InvalidQuestion: for a root that has no place in a graph of that granularity.
    """
    check_root(root, access, session=session)
    question = Question(direction, depth, max_nodes, Window(as_of, since), columns, degrees)
    with paused_collector():
        return _ANSWERS[granularity](root, question, access, session)

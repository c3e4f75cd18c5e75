"""Which tables are in scope, and through which connections the DAG's tasks reached tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_structure import DagStructure
from airflow_lineage_provider.governance.facts import dataset_wire
from airflow_lineage_provider.governance.facts_of.dialect import dialect_of_namespace
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.question import WIRE_VERSION
from airflow_lineage_provider.store.dag_inputs import recorded_runs
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_statements import STATEMENTS, statements_of

MOST_TABLES = 1_000
MOST_CONNECTIONS = 20


def reachable(
    scope: Sequence[InScope], dag_id: str, structure: DagStructure | None, *, session: Session
) -> dict[str, Any]:
    """``{"v", "datasets": [{"namespace", "name"}], "conn_ids": [...]}``, for a task that can look for itself.

    :returns: only tables; ids of connections that statements of the DAG's tasks ran on when they last succeeded.
    """
    tables = [entry.dataset for entry in scope if dialect_of_namespace(entry.dataset.namespace) is not None]
    tasks = structure.task_ids if structure is not None else frozenset[str]()
    runs = recorded_runs(dag_id, tasks, session=session)
    used: dict[str, None] = {}
    for facets in read_run_facets(runs, names=(STATEMENTS,), session=session).values():
        for statement in statements_of(facets.get(STATEMENTS)):
            if statement.conn_id:
                used.setdefault(statement.conn_id)
    return {
        "v": WIRE_VERSION,
        "datasets": [dict(dataset_wire(dataset)) for dataset in tables[:MOST_TABLES]],
        "conn_ids": sorted(used)[:MOST_CONNECTIONS],
    }

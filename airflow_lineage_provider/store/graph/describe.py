"""Names and columns of the nodes of an answer, in few big queries."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.graph.node import Node
from airflow_lineage_provider.store.graph.plain_rows import plain_rows
from airflow_lineage_provider.store.graph.window import Window, in_window
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.schemas import HISTORY, SCHEMA
from airflow_lineage_provider.store.sensitive_columns import sensitive_columns

_DATASETS = select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name).where(in_ids(DATASET.c.id))
_JOBS = select(JOB.c.id, JOB.c.namespace, JOB.c.name, JOB.c.dag_id, JOB.c.task_id, JOB.c.operator).where(
    in_ids(JOB.c.id)
)
_SCHEMAS = (
    select(HISTORY.c.dataset_id, HISTORY.c.schema_id)
    .where(in_ids(HISTORY.c.dataset_id), HISTORY.c.valid_to.is_(None))
    .order_by(HISTORY.c.valid_from)
)
_COLUMN_LISTS = select(SCHEMA.c.id, SCHEMA.c.columns).where(in_ids(SCHEMA.c.id))
_NAMES = 10_000
"""Names per statement: they are found by nothing but their row ids, so that many at once cost no more."""
_NO_MORE = (None, None, None, False, None)
"""Fields of a node that neither datasets nor jobs have, or not before they were counted."""
MASKED_COLUMN: Mapping[str, Any] = {"masked": True}

Columns = tuple[Mapping[str, Any], ...]


def describe_datasets(ids: Collection[int], *, session: Session) -> dict[int, Node]:
    """Datasets by row id, without their columns."""
    found: dict[int, Node] = {}
    make = tuple.__new__  # arguments with defaults cost as much as all the rest
    for part in parts(sorted(ids), _NAMES):
        for row_id, namespace, name in plain_rows(_DATASETS, {"ids": part}, session=session):
            node_id = f"dataset:{namespace}:{name}"
            found[row_id] = make(
                Node, (node_id, "dataset", namespace, name, None, None, None, row_id, *_NO_MORE)
            )
    return found


def describe_jobs(ids: Collection[int], *, session: Session) -> dict[int, Node]:
    """Jobs by row id."""
    found: dict[int, Node] = {}
    make = tuple.__new__  # arguments with defaults cost as much as all the rest
    for part in parts(sorted(ids), _NAMES):
        rows = plain_rows(_JOBS, {"ids": part}, session=session)
        for row_id, namespace, name, dag_id, task_id, operator in rows:
            node_id = f"job:{namespace}:{name}"
            found[row_id] = make(
                Node, (node_id, "job", namespace, name, dag_id, task_id, operator, row_id, *_NO_MORE)
            )
    return found


def describe_runs(ids: Collection[int], *, session: Session) -> dict[int, Node]:
    """Runs by row id, named as their jobs."""
    rows = {}
    for part in chunks(sorted(ids)):
        rows.update(
            {row.id: row for row in session.execute(select(RUN).where(in_ids(RUN.c.id)), {"ids": part})}
        )
    jobs = describe_jobs({row.job_id for row in rows.values()}, session=session)
    return {
        row_id: jobs[row.job_id]._replace(
            id=f"run:{row_id}",
            type="run",
            row_id=row_id,
            run={
                "job": jobs[row.job_id].id,
                "state": row.state,
                "started_at": row.started_at,
                "ended_at": row.ended_at,
                "dag_run_id": row.run_id,
                "map_index": row.map_index,
                "try_number": row.try_number,
                "openlineage_run_id": str(row.openlineage_run_id) if row.openlineage_run_id else None,
            },
        )
        for row_id, row in rows.items()
    }


def current_columns(ids: Collection[int], access: Access, *, session: Session) -> dict[int, Columns]:
    """Columns that datasets have now, sensitive ones without name for those who may not see them.

    Datasets whose columns nobody saw are not in there. A schema that many have is read and parsed once.
    """
    schema_ids: dict[int, int] = {}
    for part in chunks(sorted(ids)):
        schema_ids.update(session.execute(_SCHEMAS, {"ids": part}).all())
    parsed: dict[int, Columns] = {}
    for part in chunks(sorted(set(schema_ids.values()))):
        for schema_id, text in session.execute(_COLUMN_LISTS, {"ids": part}).all():
            parsed[schema_id] = tuple(json.loads(text))
    hidden = hidden_columns(schema_ids, access, session=session)
    found = {}
    for dataset_id, schema_id in schema_ids.items():
        columns = parsed[schema_id]
        if names := hidden.get(dataset_id):
            columns = tuple(MASKED_COLUMN if column["name"] in names else column for column in columns)
        found[dataset_id] = columns
    return found


def hidden_columns(
    dataset_ids: Collection[int], access: Access, *, session: Session
) -> Mapping[int, Collection[str]]:
    """Names of the columns that somebody may not see, by dataset; ask with ``in``."""
    return {} if access.has_sensitive else sensitive_columns(dataset_ids, session=session)


def column_links(
    datasets: Mapping[int, str], jobs: Mapping[int, str], window: Window, access: Access, *, session: Session
) -> list[dict[str, Any]]:
    """Column lineage among the datasets and jobs of an answer, each row id to node id."""
    query = (
        select(COLUMN_EDGE)
        .where(in_ids(COLUMN_EDGE.c.output_dataset_id), *in_window(COLUMN_EDGE, window.values))
        .order_by(COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.output_column, COLUMN_EDGE.c.id)
    )
    hidden = hidden_columns(datasets, access, session=session)
    found = []
    for part in chunks(sorted(datasets)):
        for row in session.execute(query, {**window.values, "ids": part}):
            output, source = row.output_dataset_id, row.input_dataset_id
            if source not in datasets or row.job_id not in jobs:
                continue
            if row.output_column in hidden.get(output, ()) or row.input_column in hidden.get(source, ()):
                continue
            found.append(
                {
                    "output": {"dataset": datasets[output], "column": row.output_column},
                    "input": {"dataset": datasets[source], "column": row.input_column},
                    "job": jobs[row.job_id],
                    "transformations": json.loads(row.transformations),
                }
            )
    return found

"""Which columns flow into the columns of datasets, as the last runs that told anything said."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.upsert import CHUNK, some


@dataclass(frozen=True, slots=True)
class ColumnFlow:
    """A column comes from another one."""

    dataset_id: int
    column: str
    source_id: int
    source_column: str
    is_masked: bool
    """Whether each transformation masks; one of which nothing is known does not."""


@dataclass(frozen=True, slots=True)
class ColumnSources:
    """From which datasets columns flow into others, by row ids."""

    names: Mapping[int, DatasetId]
    """Of the sources, as they are stored."""
    of_datasets: Mapping[int, Collection[int]]
    """By dataset, what ever flowed into it."""
    newest: Mapping[tuple[int, int], int]
    """By job and dataset, the last run that told anything."""


def column_sources(dataset_ids: Collection[int], *, session: Session) -> ColumnSources:
    """What is known of the columns of some datasets, without any column."""
    wanted = sorted(dataset_ids)
    names: dict[int, DatasetId] = {}
    of_datasets: dict[int, set[int]] = {}
    newest: dict[tuple[int, int], int] = {}
    for part in chunks(wanted):
        rows = session.execute(_SOURCES, {"ids": part}).all()
        for dataset_id, job_id, source_id, run_id, namespace, name in rows:
            if source_id not in names:
                names[source_id] = DatasetId(namespace, name)
            of_datasets.setdefault(dataset_id, set()).add(source_id)
            newest[job_id, dataset_id] = max(newest.get((job_id, dataset_id), run_id), run_id)
    return ColumnSources(names, of_datasets, newest)


def column_flows(
    known: ColumnSources,
    source_ids: Collection[int],
    columns: Collection[str] | None = None,
    *,
    session: Session,
) -> list[ColumnFlow]:
    """What flows from some datasets into others, as the newest run that told anything of job and dataset said.

    A job that was corrected is not held to what it did before; one whose last run told no columns is. Instances of a
    mapped task in one DAG run are one run.

    :param source_ids: row ids of datasets whose columns matter.
    :param columns: names in lower case of those columns, with what is nested in them; ``None``: all. Few of them spare
        the reading of the others.
    """
    sources = frozenset(source_ids)
    wanted = sorted(row_id for row_id, some in known.of_datasets.items() if not sources.isdisjoint(some))
    asked: dict[str, Any] = (
        {"columns": sorted(columns)} if columns is not None and len(columns) <= CHUNK else {}
    )
    query = _OF_COLUMNS if asked else _INTO
    edges = [edge for part in chunks(wanted) for edge in session.execute(query, {**asked, "ids": part}).all()]
    edges = [edge for edge in edges if edge.input_dataset_id in sources]
    # What told an edge, and what told anything of job and dataset last.
    told = [(edge.last_run_id, known.newest.get((edge.job_id, edge.output_dataset_id), 0)) for edge in edges]
    same = _of_one_dag_run({(run, last) for run, last in told if run < last}, session=session)
    return [
        ColumnFlow(
            edge.output_dataset_id,
            edge.output_column,
            edge.input_dataset_id,
            edge.input_column,
            _masks(edge.transformations),
        )
        for edge, (run, last) in zip(edges, told, strict=True)
        if run >= last or (run, last) in same
    ]


def _of_one_dag_run(pairs: Collection[tuple[int, int]], *, session: Session) -> set[tuple[int, int]]:
    """Those pairs of runs that are instances, or attempts, in one DAG run."""
    wanted = sorted({run for pair in pairs for run in pair})
    dag_runs: dict[int, int] = {}
    for part in chunks(wanted):
        dag_runs.update((row.id, row.dag_run_id) for row in session.execute(_DAG_RUNS, {"ids": part}))
    return {(run, last) for run, last in pairs if run in dag_runs and dag_runs[run] == dag_runs.get(last)}


@lru_cache(maxsize=1_000)
def _masks(text: str) -> bool:
    transformations = json.loads(text)
    return bool(transformations) and all(each.get("masking") is True for each in transformations)


_DAG_RUNS = select(RUN.c.id, RUN.c.dag_run_id).where(in_ids(RUN.c.id), RUN.c.dag_run_id.is_not(None))
_INTO = select(
    COLUMN_EDGE.c.job_id,
    COLUMN_EDGE.c.output_dataset_id,
    COLUMN_EDGE.c.output_column,
    COLUMN_EDGE.c.input_dataset_id,
    COLUMN_EDGE.c.input_column,
    COLUMN_EDGE.c.transformations,
    COLUMN_EDGE.c.last_run_id,
).where(in_ids(COLUMN_EDGE.c.output_dataset_id), COLUMN_EDGE.c.input_column.is_not(None))
_OF_COLUMNS = _INTO.where(
    or_(func.lower(COLUMN_EDGE.c.input_column).in_(some("columns")), COLUMN_EDGE.c.input_column.like("%.%"))
)
_GROUPED = (
    select(
        COLUMN_EDGE.c.output_dataset_id,
        COLUMN_EDGE.c.job_id,
        COLUMN_EDGE.c.input_dataset_id,
        func.max(COLUMN_EDGE.c.last_run_id).label("run_id"),
    )
    .where(in_ids(COLUMN_EDGE.c.output_dataset_id))
    .group_by(COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.job_id, COLUMN_EDGE.c.input_dataset_id)
    .subquery("grouped")
)
_SOURCES = select(_GROUPED, DATASET.c.namespace, DATASET.c.name).join(
    DATASET, DATASET.c.id == _GROUPED.c.input_dataset_id
)

"""Which columns flow into the columns of datasets, as the last runs that told anything said."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.graph.row_ids import chunks, in_ids
from airflow_lineage_provider.store.ingest import RUN
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


def column_sources(dataset_ids: Collection[int], *, session: Session) -> dict[int, DatasetId]:
    """Datasets whose columns flow into those of others, by row id."""
    wanted = sorted(dataset_ids)
    found: dict[int, DatasetId] = {}
    for part in chunks(wanted):
        for row in session.execute(_SOURCES, {"ids": part}):
            found[row.id] = DatasetId(row.namespace, row.name)
    return found


def column_flows(
    dataset_ids: Collection[int],
    source_ids: Collection[int],
    columns: Collection[str] | None = None,
    *,
    session: Session,
) -> Iterator[ColumnFlow]:
    """What flows from some datasets into others, as the newest run that told anything of job and dataset said.

    A job that was corrected is not held to what it did before; one whose last run told no columns is. Instances of a
    mapped task in one DAG run are one run.

    :param source_ids: row ids of datasets whose columns matter.
    :param columns: names in lower case of those columns, with what is nested in them; ``None``: all. Few of them spare
        the reading of the others.
    """
    sources = frozenset(source_ids)
    wanted = sorted(dataset_ids) if sources else []
    asked: dict[str, Any] = (
        {"columns": sorted(columns)} if columns is not None and len(columns) <= CHUNK else {}
    )
    query = _OF_COLUMNS if asked else _INTO
    for part in chunks(wanted):
        for edge in session.execute(query, {**asked, "ids": part}):
            if edge.input_dataset_id in sources:
                yield ColumnFlow(
                    edge.output_dataset_id,
                    edge.output_column,
                    edge.input_dataset_id,
                    edge.input_column,
                    _masks(edge.transformations),
                )


@lru_cache(maxsize=1_000)
def _masks(text: str) -> bool:
    transformations = json.loads(text)
    return bool(transformations) and all(each.get("masking") is True for each in transformations)


def _into() -> Any:
    newest = (
        select(
            COLUMN_EDGE.c.job_id,
            COLUMN_EDGE.c.output_dataset_id,
            func.max(COLUMN_EDGE.c.last_run_id).label("run_id"),
        )
        .where(in_ids(COLUMN_EDGE.c.output_dataset_id))
        .group_by(COLUMN_EDGE.c.job_id, COLUMN_EDGE.c.output_dataset_id)
        .subquery("newest")
    )
    told, last = RUN.alias("told"), RUN.alias("last")
    joined = newest.join(
        COLUMN_EDGE,
        and_(
            COLUMN_EDGE.c.output_dataset_id == newest.c.output_dataset_id,
            COLUMN_EDGE.c.job_id == newest.c.job_id,
        ),
    )
    return (
        select(
            COLUMN_EDGE.c.output_dataset_id,
            COLUMN_EDGE.c.output_column,
            COLUMN_EDGE.c.input_dataset_id,
            COLUMN_EDGE.c.input_column,
            COLUMN_EDGE.c.transformations,
        )
        .select_from(
            joined.outerjoin(told, told.c.id == COLUMN_EDGE.c.last_run_id).outerjoin(
                last, last.c.id == newest.c.run_id
            )
        )
        .where(
            in_ids(COLUMN_EDGE.c.output_dataset_id),
            COLUMN_EDGE.c.input_column.is_not(None),
            or_(COLUMN_EDGE.c.last_run_id == newest.c.run_id, told.c.dag_run_id == last.c.dag_run_id),
        )
    )


_INTO = _into()
_OF_COLUMNS = _INTO.where(
    or_(func.lower(COLUMN_EDGE.c.input_column).in_(some("columns")), COLUMN_EDGE.c.input_column.like("%.%"))
)
_SOURCES = select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name).where(
    DATASET.c.id.in_(select(COLUMN_EDGE.c.input_dataset_id).where(in_ids(COLUMN_EDGE.c.output_dataset_id)))
)

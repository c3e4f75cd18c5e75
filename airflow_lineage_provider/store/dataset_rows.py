"""Rows of datasets and jobs by digest, and their names by row id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.row_ids import chunks, in_digests
from airflow_lineage_provider.store.tables import Job, core_table
from airflow_lineage_provider.store.upsert import CHUNK

JOB = core_table(Job)
_ROWS = select(DATASET.c.id, DATASET.c.digest, DATASET.c.first_seen).where(in_digests(DATASET.c.digest))


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset that somebody touched."""

    id: int
    digest: str
    first_seen: datetime


def rows_of(digests: Collection[str], *, session: Session) -> list[DatasetRow]:
    """Rows by digest; datasets that are only declared, or only bound, have none."""
    wanted = sorted(digests)
    found: list[DatasetRow] = []
    for part in chunks(wanted):
        rows = session.execute(_ROWS, {"digests": part}).all()
        found += [DatasetRow(row.id, row.digest, row.first_seen) for row in rows]
    return found


def names_of_rows(row_ids: Collection[int], *, session: Session) -> dict[int, DatasetId]:
    """Datasets by row id, under the names they are stored by."""
    wanted = sorted(row_ids)
    found: dict[int, DatasetId] = {}
    for part in parts(wanted, CHUNK):
        query = select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name)
        for row in session.execute(query.where(DATASET.c.id.in_(part))):
            found[row.id] = DatasetId(row.namespace, row.name)
    return found


def names_of_jobs(job_ids: Collection[int], *, session: Session) -> dict[int, str]:
    """Names of jobs by row id."""
    wanted = sorted(job_ids)
    found: dict[int, str] = {}
    for part in parts(wanted, CHUNK):
        query = select(JOB.c.id, JOB.c.name).where(JOB.c.id.in_(part))
        found.update((row.id, row.name) for row in session.execute(query))
    return found

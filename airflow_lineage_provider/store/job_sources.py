"""Datasets that the column lineage or the links of jobs name, whether or not anybody saw them touched."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import COLUMN_EDGE, LINK
from airflow_lineage_provider.store.upsert import CHUNK


def sources_of(job_ids: Collection[int], *, session: Session) -> dict[int, set[int]]:
    """Row ids of datasets by job: a statement that reads them may be all that told of them."""
    wanted = sorted(set(job_ids))
    found: dict[int, set[int]] = {}
    for part in parts(wanted, CHUNK):
        for table in (COLUMN_EDGE, LINK):
            query = (
                select(table.c.job_id, table.c.input_dataset_id, table.c.output_dataset_id)
                .where(table.c.job_id.in_(part))
                .distinct()
            )
            for job_id, *datasets in session.execute(query):
                found.setdefault(job_id, set()).update(datasets)
    return found

"""The columns of datasets as they were observed last."""

from __future__ import annotations

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import SchemaFact
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.last_outputs import LastOutputs
from airflow_lineage_provider.store.seen_schemas import seen_schemas

DESCRIBED = "a description of the dataset"
"""Stands for the job where none is known."""


def schema_facts(
    subjects: Subjects, outputs: LastOutputs, *, session: Session
) -> dict[DatasetId, SchemaFact]:
    """Schema by dataset; of several names of one dataset what was seen last."""
    found: dict[DatasetId, SchemaFact] = {}
    for row_id, seen in seen_schemas(subjects.rows, outputs, session=session).items():
        dataset = subjects.rows[row_id]
        fact = SchemaFact(seen.columns, seen.seen_at, seen.job or DESCRIBED)
        if dataset not in found or found[dataset].observed_at < fact.observed_at:
            found[dataset] = fact
    return found

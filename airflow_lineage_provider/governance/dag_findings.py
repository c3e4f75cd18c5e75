"""Findings that concern a DAG: what it does, and what is wrong with the datasets it reads."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.scope import dag_scope
from airflow_lineage_provider.store.finding_list import FindingFilter


def findings_of(asked: FindingFilter, *, session: Session) -> FindingFilter:
    """The filter with what its DAG reads; without a DAG the filter as it is."""
    if asked.dag_id is None:
        return asked
    read = frozenset(entry.dataset.digest for entry in dag_scope(asked.dag_id, session=session))
    return replace(asked, digests=read)

"""Columns that the asking task has just read from the databases themselves.

They are newer than all that is known, so rules about columns compare them. They say what a dataset looks like and nothing
else: of a dataset that is not in scope they count for nothing, and no owner or contract comes from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import SchemaFact, ScopeFacts
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column


def with_live_columns(
    facts: ScopeFacts,
    columns: Mapping[DatasetId, tuple[Column, ...]],
    *,
    seen_by: str,
    now: datetime,
    session: Session,
) -> ScopeFacts:
    """The same facts with the columns that were read just now.

    :param columns: by dataset, under whatever name the task knows it.
    :param seen_by: task that read them: ``shop.validate``.
    """
    today = canonical_names(columns, session=session)
    live = {today[dataset]: SchemaFact(found, now, seen_by) for dataset, found in columns.items()}
    return replace(
        facts,
        datasets=tuple(
            replace(each, schema=live[each.dataset]) if each.dataset in live else each
            for each in facts.datasets
        ),
    )

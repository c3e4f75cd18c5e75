"""Whether datasets were written lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import dataset_wire
from airflow_lineage_provider.governance.facts_of.subjects import subjects_of
from airflow_lineage_provider.governance.facts_of.writes import aware
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.question import WIRE_VERSION, Question
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.last_outputs import AT, JOB_ID, last_outputs


def freshness_of(
    scope: Sequence[InScope], asked: Question, *, now: datetime, session: Session
) -> dict[str, Any]:
    """When datasets were last written by a run that succeeded, and whether that is late enough.

    :returns: ``{"v", "is_fresh", "since": moment, "datasets": [{"namespace", "name", "is_fresh", "written_at", "by"}]}``;
        ``written_at`` and ``by``, a job, are ``None`` where nobody was seen writing it.
    """
    since = max(moment for moment in (asked.since, now - asked.max_age if asked.max_age else None) if moment)
    subjects = subjects_of(scope, session=session)
    outputs = last_outputs(subjects.rows, session=session)
    written: dict[DatasetId, tuple[datetime, str]] = {}
    for row_id, found in outputs.of_datasets.items():
        if not found:
            continue
        write = aware(found[0][AT]), outputs.jobs[found[0][JOB_ID]].name
        dataset = subjects.rows[row_id]
        if dataset not in written or written[dataset][0] < write[0]:
            written[dataset] = write
    datasets = []
    for entry in scope:
        at, by = written.get(entry.dataset, (None, None))
        datasets.append(
            {
                **dataset_wire(entry.dataset),
                "is_fresh": at is not None and at >= since,
                "written_at": at.isoformat() if at is not None else None,
                "by": by,
            }
        )
    return {
        "v": WIRE_VERSION,
        "is_fresh": all(each["is_fresh"] for each in datasets),
        "since": since.isoformat(),
        "datasets": datasets,
    }

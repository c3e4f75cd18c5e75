"""Events of other producers, as short as tests want to write them, and what stands in the tables after them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.event import (
    EventDataset,
    EventKind,
    FieldSource,
    JobRef,
    LineageEvent,
    ParentRef,
    Phase,
)
from airflow_lineage_provider.model.openlineage.reader import read_event
from airflow_lineage_provider.store.external.ingest import Taken, ingest_event
from airflow_lineage_provider.store.runs import DATASET, JOB, RUN, RUN_IO
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW

ACCEPTANCE = Path(__file__).resolve().parents[4] / "shared" / "acceptance"
NAMESPACE = "s3://lake"
OWN = "default"
LATER = NOW + timedelta(days=1)
SPARK = JobRef("spark", "orders")
needs_acceptance = pytest.mark.skipif(
    not ACCEPTANCE.exists(), reason=f"the acceptance data is not in {ACCEPTANCE}"
)


def ds(name: str) -> DatasetId:
    return DatasetId(NAMESPACE, name)


def run_uuid(name: str) -> UUID:
    return uuid5(UUID(int=7), name)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def told(name: str, *columns: str, **fields: Any) -> EventDataset:
    """A dataset of an event; ``columns`` as ``id:int``."""
    if columns:
        fields["columns"] = tuple(Column(*column.split(":")) for column in columns)
    for key in ("symlinks", "sources"):
        if key in fields:
            fields[key] = tuple(ds(other) for other in fields[key])
    return EventDataset(ds(name), **fields)


def source(output_column: str, name: str, input_column: str | None, *kinds: str) -> FieldSource:
    transformations = tuple((kind, "", False) for kind in kinds or ("DIRECT",))
    return FieldSource(output_column, ds(name), input_column, transformations)


def event(
    seconds: float = 0,
    phase: Phase | None = Phase.COMPLETE,
    run: str | None = "r1",
    *,
    job: JobRef | None = SPARK,
    kind: EventKind = EventKind.RUN,
    parent: tuple[str, JobRef] | None = None,
    **fields: Any,
) -> LineageEvent:
    """An event of a job of Spark's; its digest is that of what it says."""
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    said = {"body": {"kind": kind.value, "at": str(seconds), "said": repr((phase, run, job, parent, fields))}}
    return LineageEvent(
        kind=kind,
        at=at(seconds),
        digest=content_hash(said),
        body=canonical_json(said),
        job=job,
        run_id=run_uuid(run) if run is not None and kind is EventKind.RUN else None,
        phase=phase if kind is EventKind.RUN else None,
        parent=ParentRef(run_uuid(parent[0]), parent[1]) if parent is not None else None,
        **fields,
    )


def job_event(seconds: float = 0, **fields: Any) -> LineageEvent:
    return event(seconds, None, None, kind=EventKind.JOB, **fields)


def dataset_event(seconds: float, dataset: EventDataset) -> LineageEvent:
    return event(seconds, None, None, job=None, kind=EventKind.DATASET, outputs=[dataset])


def take(session: Session, *events: LineageEvent, now: datetime = LATER) -> list[Taken]:
    return [
        ingest_event(each, received_from="key:tests", own_namespace=OWN, now=now, session=session)
        for each in events
    ]


def documents(folder: str) -> list[dict[str, Any]]:
    """Events of an acceptance folder."""
    return [json.loads(path.read_text("utf-8")) for path in sorted((ACCEPTANCE / folder).rglob("*.json"))]


def read_all(given: Iterable[dict[str, Any]]) -> list[LineageEvent]:
    return [read_event(document, now=LATER) for document in given]


def names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(DATASET))}


def edges(session: Session) -> dict[tuple[str, str, str], int]:
    """(job, direction, dataset) to runs."""
    datasets, jobs = names(session), {row.id: row.name for row in session.execute(select(JOB))}
    return {
        (jobs[row.job_id], row.direction, datasets[row.dataset_id]): row.runs
        for row in table(session, "edge")
    }


def io(session: Session, run: str = "r1") -> dict[tuple[str, str], str]:
    """(direction, dataset) to state."""
    datasets = names(session)
    query = select(RUN_IO).join(RUN, RUN.c.id == RUN_IO.c.run_id)
    rows = session.execute(query.where(RUN.c.openlineage_run_id == run_uuid(run)))
    return {(row.direction, datasets[row.dataset_id]): row.state for row in rows}


def run_row(session: Session, run: str = "r1") -> Any:
    return session.execute(select(RUN).where(RUN.c.openlineage_run_id == run_uuid(run))).one()


def table(session: Session, name: str) -> list[Any]:
    return list(session.execute(select(metadata.tables[f"lineage_{name}"])))

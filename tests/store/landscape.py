"""A graph as short as a test wants to write it: rows of jobs, datasets and edges without any run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.tables import Link, Schema
from airflow_lineage_provider.store.tables.base import core_table
from tests.airflow_rows import NOW

JOBS = "airflow"
LAKE = "s3://lake"
LINK = core_table(Link)
SCHEMA = core_table(Schema)


class Landscape:
    """Jobs are named ``dag.task``, or anything with ``external=True``; datasets stand in one namespace."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def job(self, name: str, *, external: bool = False, parent: str | None = None) -> int:
        """Row id of a job, made where it is not there yet."""
        digest = identity_digest(JOBS, name)
        found = self.session.scalar(select(JOB.c.id).where(JOB.c.digest == digest))
        if found is None:
            dag_id, _, task_id = name.partition(".")
            self.session.execute(
                insert(JOB).values(
                    digest=digest,
                    namespace=JOBS,
                    name=name,
                    dag_id=None if external else dag_id,
                    task_id=None if external else task_id or dag_id,
                    operator=None if external else "airflow.operators.Some",
                    parent_id=self.job(parent) if parent else None,
                    first_seen=NOW,
                )
            )
            found = self.session.scalar(select(JOB.c.id).where(JOB.c.digest == digest))
        assert found is not None
        return int(found)

    def set_parent(self, child: int, parent: int | None) -> None:
        self.session.execute(JOB.update().where(JOB.c.id == child).values(parent_id=parent))

    def dataset(self, name: str) -> int:
        """Row id of a dataset, made where it is not there yet."""
        digest = identity_digest(LAKE, name)
        found = self.session.scalar(select(DATASET.c.id).where(DATASET.c.digest == digest))
        if found is None:
            self.session.execute(
                insert(DATASET).values(digest=digest, namespace=LAKE, name=name, first_seen=NOW)
            )
            found = self.session.scalar(select(DATASET.c.id).where(DATASET.c.digest == digest))
        assert found is not None
        return int(found)

    def edge(
        self,
        job_id: int,
        dataset_id: int,
        direction: str,
        *,
        first_seen: datetime = NOW,
        last_seen: datetime | None = None,
        evidence: int = 4,
        runs: int = 1,
        last_run_id: int = 1,
    ) -> None:
        self.session.execute(
            insert(EDGE).values(
                job_id=job_id,
                dataset_id=dataset_id,
                direction=direction,
                evidence=evidence,
                first_seen=first_seen,
                last_seen=last_seen or first_seen,
                last_run_id=last_run_id,
                runs=runs,
            )
        )

    def flow(
        self, name: str, inputs: str = "", outputs: str = "", *, external: bool = False, **times: Any
    ) -> int:
        """A job that reads and writes datasets, named with blanks between; returns the job."""
        job_id = self.job(name, external=external)
        for direction, names in (("input", inputs), ("output", outputs)):
            for each in names.split():
                self.edge(job_id, self.dataset(each), direction, **times)
        return job_id

    def link(self, job_id: int, source: str, target: str, *, at: datetime = NOW) -> None:
        """A producer's word that ``target`` comes from ``source``."""
        self.session.execute(
            insert(LINK).values(
                job_id=job_id,
                input_dataset_id=self.dataset(source),
                output_dataset_id=self.dataset(target),
                first_seen=at,
                last_seen=at,
            )
        )

    def column(self, job_id: int, source: str, target: str, *, at: datetime = NOW, **values: Any) -> None:
        """``target`` is ``dataset.column``, ``source`` as well or a dataset alone."""
        source_dataset, _, source_column = source.partition(".")
        target_dataset, _, target_column = target.partition(".")
        row = {
            "digest": identity_digest(f"{job_id}", f"{source}>{target}"),
            "job_id": job_id,
            "output_dataset_id": self.dataset(target_dataset),
            "output_column": target_column,
            "input_dataset_id": self.dataset(source_dataset),
            "input_column": source_column or None,
            "transformations": '[{"masking":false,"subtype":"IDENTITY","type":"DIRECT"}]',
            "first_seen": at,
            "last_seen": at,
            "last_run_id": 1,
        }
        self.session.execute(insert(COLUMN_EDGE).values(**(row | values)))

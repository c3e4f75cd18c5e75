"""What an extractor is and what it is given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.record import LineageRecord, Statement


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """The attempt as OpenLineage names it: what a child job needs to say whose child it is."""

    namespace: str
    job_name: str
    """``dag_id.task_id``"""
    run_id: str
    """UUID of the attempt: the one that the server stores."""
    root_job_name: str
    """``dag_id``"""
    root_run_id: str
    """UUID of the DAG run."""


@dataclass(slots=True)
class Extraction:
    """What an extractor finds out, with evidence ``operator``."""

    inputs: list[IoEntry] = field(default_factory=list)
    outputs: list[IoEntry] = field(default_factory=list)
    statements: list[tuple[ConnectionIdentity, Statement]] = field(default_factory=list)
    job_facets: dict[str, Any] = field(default_factory=dict)
    truncated: list[str] = field(default_factory=list)

    def read(
        self, data: DatasetId | str, *, rows: int | None = None, columns: tuple[Column, ...] | None = None
    ) -> None:
        """The task reads a dataset: an identity, or a URI like ``s3://bucket/key``."""
        self.inputs.append(_entry(data, rows, columns))

    def wrote(
        self, data: DatasetId | str, *, rows: int | None = None, columns: tuple[Column, ...] | None = None
    ) -> None:
        """The task writes a dataset: an identity, or a URI like ``s3://bucket/key``."""
        self.outputs.append(_entry(data, rows, columns))

    def ran(self, connection: ConnectionIdentity, sql: str, *, executed: bool = True) -> None:
        """The task runs SQL; the server reads tables and columns out of it."""
        if sql.strip():
            self.statements.append(
                (connection, Statement(sql=sql, connection=0, executed=executed, evidence=Evidence.OPERATOR))
            )

    def left_out(self, what: str) -> None:
        """Name what was there and could not be understood or had no room."""
        self.truncated.append(str(what))

    def add_to(self, record: LineageRecord) -> None:
        """Add what was found to a segment."""
        record.inputs.extend(self.inputs)
        record.outputs.extend(self.outputs)
        record.truncated.extend(self.truncated)
        for connection, statement in self.statements:
            record.statements.append(replace(statement, connection=record.place_of(connection)))
        # Last, for a third party may have put something else in its place.
        record.job_facets.update(self.job_facets)


def _entry(data: DatasetId | str, rows: int | None, columns: tuple[Column, ...] | None) -> IoEntry:
    dataset = data if isinstance(data, DatasetId) else asset_of(data, None)
    return IoEntry(Evidence.OPERATOR, dataset=dataset, rows=rows, columns=columns)


class Extractor:
    """Knows the lineage of one family of operators.

    Made anew for each attempt. Whatever it raises is named in the record and changes nothing else. It runs in the
    task's process: it imports nothing heavy, asks no service, and reads no more than what the task left on disk.
    """

    beside_openlineage: ClassVar[bool] = False
    """Whether it is asked for operators too that have OpenLineage methods of their own."""
    is_slow: ClassVar[bool] = False
    """Whether :meth:`extract` may take more than some milliseconds: it is asked after the state was reported then."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        """Change the rendered task before it executes, so that a job which it starts knows its parent."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        """Add what the task has read and written, after it executed."""

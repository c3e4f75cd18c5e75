"""Evidence ``operator`` from our extractors and third parties', for operators without OpenLineage methods."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.capture.sources.operator import speaks_openlineage
from airflow_lineage_provider.model.record import LineageRecord


class TaskExtractor:
    """The extractor of one attempt, if there is one for its operator."""

    def __init__(self, operator: type) -> None:
        self._operator = operator
        self._problem: Exception | None = None
        try:
            self._extractor: Extractor | None = extractor_of(operator)
        except Exception as error:
            # A third party's that cannot be imported: told when it would have been asked.
            self._extractor, self._problem = None, error

    @property
    def is_slow(self) -> bool:
        """Whether it is to be asked after the state was reported."""
        return self._extractor is not None and self._extractor.is_slow

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        """Have a job that the task starts know its parent."""
        if self._extractor is not None:
            self._extractor.prepare(task, context, run)

    def add_to(self, record: LineageRecord, task: Any, context: Any, *, failed: bool) -> None:
        """Add what the extractor knows. Raises what it raises; what it knew until then is added."""
        if self._problem is not None:
            raise self._problem
        if self._extractor is None or (not self._extractor.beside_openlineage and speaks_openlineage(task)):
            return
        extraction = Extraction()
        try:
            self._extractor.extract(task, context, extraction, failed=failed)
        finally:
            extraction.add_to(record)


def run_identity(ti: Any, context: Any) -> RunIdentity:
    """The attempt as OpenLineage names it."""
    from airflow_lineage_provider.model.openlineage_ids import dag_run_id, job_name, task_run_id

    namespace = config.namespace()
    dag_run = context["dag_run"]
    date = dag_run.logical_date or dag_run.run_after
    clear_number = getattr(dag_run, "clear_number", 0) or 0
    return RunIdentity(
        namespace=namespace,
        job_name=job_name(ti.dag_id, ti.task_id),
        run_id=task_run_id(
            namespace=namespace,
            dag_id=ti.dag_id,
            task_id=ti.task_id,
            try_number=ti.try_number,
            map_index=ti.map_index if ti.map_index is not None else -1,
            date=date,
        ),
        root_job_name=str(ti.dag_id),
        root_run_id=dag_run_id(namespace=namespace, dag_id=ti.dag_id, clear_number=clear_number, date=date),
    )

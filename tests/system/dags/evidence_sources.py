"""One task per source of evidence that is not SQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.providers.common.io.operators.file_transfer import FileTransferOperator
from airflow.sdk import Asset, BaseOperator, ObjectStoragePath, dag, task

SCRATCH = Path(os.environ.get("LINEAGE_TEST_SCRATCH", "/tmp"))


class SpeaksOpenLineage(BaseOperator):
    """Knows its own lineage, columns and all, and says so after it ran."""

    def execute(self, context: Any) -> None:
        self.written = "public.spoken"

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        from airflow.providers.openlineage.extractors import OperatorLineage
        from openlineage.client.event_v2 import Dataset
        from openlineage.client.facet_v2 import schema_dataset, sql_job

        fields = [schema_dataset.SchemaDatasetFacetFields(name="id", type="bigint")]
        return OperatorLineage(
            outputs=[
                Dataset(
                    namespace="postgres://spoken:5432",
                    name=self.written,
                    facets={"schema": schema_dataset.SchemaDatasetFacet(fields=fields)},
                )
            ],
            job_facets={"sql": sql_job.SQLJobFacet(query="SELECT 'literal-in-a-facet'")},
        )


class BrokenOpenLineage(BaseOperator):
    """Its lineage method raises; the task has to succeed all the same."""

    def execute(self, context: Any) -> str:
        return "done"

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        raise RuntimeError("no lineage today")


class SlowOpenLineage(BaseOperator):
    """Its lineage method takes longer than it may."""

    def execute(self, context: Any) -> str:
        return "done"

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        import time

        time.sleep(30)


@dag(schedule=None, default_args={"owner": "sources-team"})
def evidence_sources() -> None:
    @task(outlets=[Asset(f"file://{SCRATCH}/declared-too.txt")])
    def object_storage() -> None:
        source = ObjectStoragePath(f"file://{SCRATCH}/to-read.txt")
        with (
            (ObjectStoragePath(f"file://{SCRATCH}/declared-too.txt")).open("w") as target,
            source.open() as lines,
        ):
            target.write(lines.read())

    @task
    def prepare() -> None:
        (SCRATCH / "to-read.txt").write_text("text")

    transfer = FileTransferOperator(
        task_id="file_transfer",
        src=f"file://{SCRATCH}/to-read.txt",
        dst=f"file://{SCRATCH}/transferred.txt",
        overwrite=True,
    )
    prepare() >> [object_storage(), transfer]
    SpeaksOpenLineage(task_id="speaks")
    BrokenOpenLineage(task_id="broken", outlets=[Asset("x-lake://kept/anyway")])
    SlowOpenLineage(task_id="slow")


evidence_sources()

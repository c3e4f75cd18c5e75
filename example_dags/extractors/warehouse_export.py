"""An operator of one's own and the extractor that tells its lineage."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor, RunIdentity


class WarehouseExportOperator(BaseOperator):
    """Exports a query of a warehouse to an object store, by a service of its own."""

    template_fields = ("query", "target")

    def __init__(self, *, query: str, target: str, conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.query = query
        self.target = target
        self.conn_id = conn_id
        self.headers: dict[str, str] = {}
        self.exported_rows: int | None = None

    def execute(self, context: Any) -> None:
        self.exported_rows = 42  # what the service says


# --8<-- [start:extractor]
class WarehouseExportExtractor(Extractor):
    """Tells what ``WarehouseExportOperator`` has read and written."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        from airflow.sdk import BaseHook

        from airflow_lineage_provider.model.connection import identity_of_connection

        warehouse = identity_of_connection(BaseHook.get_connection(task.conn_id))
        extraction.ran(warehouse, task.query, executed=not failed)
        if "*" in task.target:
            extraction.left_out(f"extractor: the files behind {task.target}")
        else:
            extraction.wrote(task.target, rows=task.exported_rows)


# --8<-- [end:extractor]
# --8<-- [start:prepare]
class TellingExportExtractor(WarehouseExportExtractor):
    """Also has the service know for whom it works."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        task.headers = {
            **task.headers,
            "X-OpenLineage-Parent": f"{run.namespace}/{run.job_name}/{run.run_id}",
        }


# --8<-- [end:prepare]

"""From a validation task to its findings in the UI."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

PAGE = "/plugin/lineage"


class LineageVerdictLink(BaseOperatorLink):
    """Button *Lineage verdict* of a validation task."""

    name = "Lineage verdict"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the findings of this task's run; relative where ``[api] base_url`` is not set."""
        base = (conf.get("api", "base_url", fallback="") or "").rstrip("/")
        asked = {
            "view": "findings",
            "dag_id": ti_key.dag_id,
            "run_id": ti_key.run_id,
            "task_id": ti_key.task_id,
        }
        return f"{base}{PAGE}?{urlencode(asked)}"

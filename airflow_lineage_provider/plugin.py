"""What Airflow loads in every process: scheduler, DAG processor, triggerer, API server and each worker.

Nothing heavy may be imported here; what an API server needs is made when it asks for it.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from airflow_lineage_provider import config

log = logging.getLogger(__name__)


class LineagePlugin(AirflowPlugin):
    """Registers the task listener, the hook lineage reader the API server's sub-app and the user interface."""

    name = "lineage"

    @cached_property
    def _enabled(self) -> bool:
        return config.enabled()

    @cached_property
    def listeners(self) -> list[Any]:  # type: ignore[override]
        if not self._enabled:
            return []
        from airflow_lineage_provider.capture.listener import TaskListener
        from airflow_lineage_provider.governance.gates.listener import DagRunListener

        return [TaskListener(on_server=_open_dag_run), DagRunListener()]

    @cached_property
    def hook_lineage_readers(self) -> list[Any]:  # type: ignore[override]
        if not self._enabled:
            return []
        from airflow_lineage_provider.capture.reader import LineageReader

        return [LineageReader]

    @cached_property
    def fastapi_apps(self) -> list[Any]:  # type: ignore[override]
        if not self._enabled:
            return []
        from airflow_lineage_provider.api.app import create_app

        return [{"app": create_app(), "url_prefix": "/lineage", "name": "Lineage"}]

    @cached_property
    def react_apps(self) -> list[Any]:  # type: ignore[override]
        if not self._enabled:
            return []
        try:
            from airflow_lineage_provider.api.ui_bundle import react_apps

            return react_apps()
        except Exception:
            # It would stop the API server.
            log.exception("Lineage is not shown in Airflow's user interface")
            return []


def _open_dag_run(ti: Any) -> None:
    """Have the reconciler look at a task instance whose state was set outside a worker."""
    from airflow_lineage_provider.store.open_dag_runs import open_dag_run_of

    open_dag_run_of(ti)

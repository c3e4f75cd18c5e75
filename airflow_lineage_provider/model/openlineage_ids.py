"""The run and job names under which the OpenLineage world knows an Airflow task."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from uuid import UUID


def job_name(dag_id: str, task_id: str) -> str:
    """Name of a task's job in OpenLineage."""
    return f"{dag_id}.{task_id}"


def task_run_id(
    *, namespace: str, dag_id: str, task_id: str, try_number: int, map_index: int, date: datetime
) -> str:
    """Build the run id that the official OpenLineage provider builds for this attempt.

    :param date: the run's logical date, or ``run_after`` where it has none.

    Spark and dbt children name this id as their parent, so it must be equal to the letter. It is no key:
    two runs of a DAG without logical date and with equal ``run_after`` share it.
    """
    data = f"{namespace}.{dag_id}.{task_id}.{try_number}.{map_index}"
    return str(_generate_static_uuid()(instant=date, data=data.encode("utf-8")))


def dag_run_id(*, namespace: str, dag_id: str, clear_number: int, date: datetime) -> str:
    """Build the run id that the official OpenLineage provider builds for this DAG run.

    :param clear_number: how often the run was cleared.
    :param date: the run's logical date, or ``run_after`` where it has none.
    """
    data = f"{namespace}.{dag_id}.{clear_number}"
    return str(_generate_static_uuid()(instant=date, data=data.encode("utf-8")))


@cache
def _generate_static_uuid() -> Callable[..., UUID]:
    """The client's own function, without its package, whose import would cost each task 0.1 s of CPU."""
    name = "openlineage.client.uuid"
    if name not in sys.modules and (package := find_spec("openlineage")) is not None:
        for folder in package.submodule_search_locations or ():
            spec = spec_from_file_location(
                "airflow_lineage_provider.openlineage_uuid", Path(folder, "client", "uuid.py")
            )
            if spec is None or spec.loader is None or not Path(folder, "client", "uuid.py").is_file():
                continue
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            function: Callable[..., UUID] = module.generate_static_uuid
            return function
    from openlineage.client.uuid import generate_static_uuid

    found: Callable[..., UUID] = generate_static_uuid
    return found

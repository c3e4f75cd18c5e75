"""The run and job names under which the OpenLineage world knows an Airflow task."""

from __future__ import annotations

from datetime import datetime

from openlineage.client.uuid import generate_static_uuid


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
    return str(generate_static_uuid(instant=date, data=data.encode("utf-8")))


def dag_run_id(*, namespace: str, dag_id: str, clear_number: int, date: datetime) -> str:
    """Build the run id that the official OpenLineage provider builds for this DAG run.

    :param clear_number: how often the run was cleared.
    :param date: the run's logical date, or ``run_after`` where it has none.
    """
    data = f"{namespace}.{dag_id}.{clear_number}"
    return str(generate_static_uuid(instant=date, data=data.encode("utf-8")))

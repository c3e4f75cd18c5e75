"""The task process's one way out: its supervisor, which speaks to Airflow's API under the task's own identity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from airflow_lineage_provider.mailbox.key import MailboxKey


def _comms() -> Any:
    from airflow.sdk.execution_time import task_runner

    return task_runner.SUPERVISOR_COMMS


def in_task_process() -> bool:
    """Tell whether this process runs a task and may use the mailbox."""
    from airflow.sdk.execution_time import task_runner

    return hasattr(task_runner, "SUPERVISOR_COMMS")


def is_in_process() -> bool:
    """Tell whether task and supervisor share this process (``dag.test()``): then the database is at hand."""
    return in_task_process() and type(_comms()).__name__ == "InProcessSupervisorComms"


def put(ti_id: UUID, key: MailboxKey, value: Any) -> None:
    """Write a mailbox row. Raises what the supervisor raises when the API server refuses."""
    from airflow.sdk.execution_time.comms import SetTaskStateStore

    _comms().send(SetTaskStateStore(ti_id=ti_id, key=str(key), value=value, expires_at=None))


def get(ti_id: UUID, key: MailboxKey) -> Any | None:
    """Read a mailbox row; ``None`` where there is none (yet)."""
    from airflow.sdk.execution_time.comms import GetTaskStateStore, TaskStateStoreResult

    result = _comms().send(GetTaskStateStore(ti_id=ti_id, key=str(key)))
    return result.value if isinstance(result, TaskStateStoreResult) else None


def delete(ti_id: UUID, key: MailboxKey) -> None:
    """Remove a mailbox row."""
    from airflow.sdk.execution_time.comms import DeleteTaskStateStore

    _comms().send(DeleteTaskStateStore(ti_id=ti_id, key=str(key)))

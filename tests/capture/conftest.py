from __future__ import annotations

from typing import Any

import pytest


class Supervisor:
    """Stands for the task process's supervisor: keeps what the task sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.on_send: Any = None

    def send(self, message: Any) -> None:
        if self.on_send is not None:
            self.on_send(message)
        if type(message).__name__ == "SetTaskStateStore":
            self.sent.append(message)

    @property
    def kinds(self) -> list[str]:
        return [message.value["kind"] for message in self.sent]

    @property
    def records(self) -> list[dict[str, Any]]:
        return [message.value for message in self.sent]


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    """The other end of the only way out of a task process."""
    from airflow.sdk.execution_time import task_runner

    from airflow_lineage_provider import config

    supervisor = Supervisor()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)
    monkeypatch.setattr(config, "_problems", [])
    return supervisor

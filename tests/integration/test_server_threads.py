"""What runs beside each other in an API server."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from airflow_lineage_provider.api.drain_thread import RECONCILING, DrainThread


class Slow:
    """A drainer whose reconciling takes until it is let go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.reconciling = threading.Event()
        self.passes = 0

    def drain(self) -> None:
        self.passes += 1

    def reconcile(self) -> None:
        self.reconciling.set()
        self.go_on.wait(10)

    def report(self) -> None:
        pass


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DRAIN_INTERVAL", "0.01")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RECONCILE_INTERVAL", "0.01")


def test_draining_does_not_wait_for_reconciling() -> None:
    drainer = Slow()
    thread = DrainThread(lambda: drainer)  # type: ignore[arg-type, return-value]
    thread.start()
    assert drainer.reconciling.wait(10)
    before = drainer.passes
    wait_for(lambda: drainer.passes > before + 5)
    drainer.go_on.set()
    thread.stop()
    assert not thread.is_alive
    assert not [other for other in threading.enumerate() if other.name == "lineage-reconcile"]


def test_a_failure_of_either_is_named_until_it_is_over() -> None:
    class Ill(Slow):
        is_ill = True

        def reconcile(self) -> None:
            if self.is_ill:
                raise RuntimeError("no\nmore")

    drainer = Ill()
    thread = DrainThread(lambda: drainer)  # type: ignore[arg-type, return-value]
    thread.start()
    wait_for(lambda: thread.last_error == f"{RECONCILING}: RuntimeError: no")
    assert thread.last_drained
    drainer.is_ill = False
    wait_for(lambda: thread.last_error is None)
    thread.stop()

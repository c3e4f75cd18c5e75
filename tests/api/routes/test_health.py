from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_lineage_provider.api.routes import health as health_module
from airflow_lineage_provider.api.routes.health import health_router
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from tests.api.conftest import MakeClient


@pytest.mark.parametrize("access", [FULL_ACCESS, Access(frozenset({"shop"}), True), Access(None, False)])
def test_numbers_and_errors_are_for_who_may_read_all_dags(client_of: MakeClient, access: Access) -> None:
    client = client_of(health_router, access=access)
    app: Any = client.app
    app.state.drain_thread = SimpleNamespace(is_alive=True, last_drained=None, last_error="hr.pay is ill")

    found = client.get("/api/v2/health").json()

    assert found["drainer"]["alive"]
    assert ("hr.pay" in str(found)) is access.is_unrestricted
    assert ("datasets" in found) is access.is_unrestricted
    if not access.is_unrestricted:
        assert found == {"drainer": {"alive": True, "last_drained": None}}


def test_the_numbers_are_kept_for_a_while_and_the_state_of_the_threads_is_not(
    client_of: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Any] = []

    def read_status(*, session: Any) -> Any:
        counted.append(session)
        return SimpleNamespace(to_wire=lambda: {"queue": len(counted)})

    monkeypatch.setattr(health_module, "read_status", read_status)
    health_module.KEPT.clear()
    client = client_of(health_router)
    app: Any = client.app
    found = []
    for is_alive in (True, False):
        app.state.drain_thread = SimpleNamespace(is_alive=is_alive, last_drained=None, last_error=None)
        status = client.get("/api/v2/health").json()
        found.append((status["queue"], status["drainer"]["alive"]))
    assert found == [(1, True), (1, False)]
    health_module.KEPT.clear()

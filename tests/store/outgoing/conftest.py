from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def forwarding(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A transport is configured; nothing is sent."""
    transport = {"type": "noop"}
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRANSPORT", json.dumps(transport))
    return transport

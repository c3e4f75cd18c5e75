from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def world(session: Any) -> Any:
    # Airflow must not be imported before the session's home is set and its database is there.
    from tests.governance.world import World

    return World(session)

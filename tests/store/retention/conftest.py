from __future__ import annotations

from typing import Any

import pytest

from tests.store.retention.history import History


@pytest.fixture
def history(committed: Any) -> History:
    """Runs that tests make and clean, on each database."""
    return History(committed)

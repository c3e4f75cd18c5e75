from __future__ import annotations

from typing import Any

import pytest

from tests.store.landscape import Landscape


@pytest.fixture
def land(db: Any) -> Landscape:
    return Landscape(db)

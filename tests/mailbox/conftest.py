from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def office(committed: Any) -> Any:
    """A mailbox with a drainer on each database."""
    from tests.mailbox.office import Office

    return Office(committed)

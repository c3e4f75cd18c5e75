from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def known(db: Any) -> Any:
    """What can be known of datasets, on each database."""
    from tests.governance.facts_of.known import Known

    return Known(db)

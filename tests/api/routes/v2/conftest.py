"""A small shop behind the routes: a load, a report, and a payroll that not everybody may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle


class Shop:
    """Row ids of the runs."""

    def __init__(self, session: Any) -> None:
        self.chronicle = chronicle = Chronicle(session)
        self.session = session
        self.first = chronicle.run(
            "shop.load",
            reads=("raw",),
            writes=("orders",),
            columns={"orders": {"id": "int", "email": "text"}},
            rows=10,
            statements=("f1",),
            run_id="r1",
            dag_run_id=1,
        )
        self.second = chronicle.run(
            "shop.load",
            reads=("raw",),
            writes=("orders",),
            columns={"orders": {"id": "bigint", "email": "text"}},
            rows=20,
            statements=("f2",),
            run_id="r2",
            dag_run_id=2,
            at=NOW + timedelta(hours=1),
        )
        self.payroll = chronicle.run("payroll.load", writes=("salaries",), at=NOW + timedelta(hours=2))


@pytest.fixture
def shop(db: Any) -> Shop:
    return Shop(db)

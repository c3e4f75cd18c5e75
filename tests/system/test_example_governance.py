"""The example that waits for fresh data and looks at the tables themselves, run as its reader would: in one process."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from example_dags.demo.live_airflow import LiveAirflow
from example_dags.demo.shop import CONTRACTS, EXAMPLES, shop_airflow

pytestmark = [pytest.mark.system, pytest.mark.slow]
DAG = "shop_board_pack"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """The shop after one run of what makes the revenue, with its contracts; nothing of Airflow runs."""
    airflow = shop_airflow(tmp_path_factory.mktemp("shop"))
    airflow.migrate()
    (airflow.home / "shop").mkdir(exist_ok=True)
    command(airflow, "dags", "reserialize")
    for dag_id in ("shop_ingest", "shop_staging", "shop_marts"):
        command(airflow, "dags", "test", dag_id)
    for contract in sorted(CONTRACTS.glob("*.yaml")):
        command(airflow, "lineage", "contracts", "apply", str(contract))
    yield airflow
    airflow.stop()


def command(airflow: LiveAirflow, *arguments: str) -> str:
    done = airflow.airflow(*arguments, timeout=240)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


def verdicts(airflow: LiveAirflow) -> list[dict[str, Any]]:
    done = airflow.airflow("lineage", "verdicts", "--dag-id", DAG, "--output", "json", timeout=240)
    assert done.returncode == 0, done.stderr
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return [verdict for verdict in listed if verdict["gate"] == "operator"]


def test_it_passes_and_skips_once_a_table_is_not_what_was_promised(shop: LiveAirflow) -> None:
    assert (EXAMPLES / "governance" / "fresh_and_live.py").is_file()
    passed = command(shop, "dags", "test", DAG)
    assert "Columns of 2 tables were read through connection shop_db" in passed
    assert "the best customer is worth" in passed

    database = Path(shop.env["SHOP_OUTPUT_DIR"]) / "shop.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("ALTER TABLE mart_customer_value DROP COLUMN orders")

    skipped = command(shop, "dags", "test", DAG)
    assert "column-missing" in skipped
    assert "the best customer is worth" not in skipped
    assert [verdict["result"] for verdict in verdicts(shop)] == ["fail", "pass"]

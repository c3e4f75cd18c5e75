"""A DAG without a word about lineage, that does not start on data nobody answers for.

What stops it stands in the configuration of the deployment, not in here::

    [lineage_provider]
    dag_run_gate = block
    dag_run_gates = {"*": "observe", "shop_newsletter": "block"}
"""

from __future__ import annotations

import csv

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_VALUE, DATABASE, OUTPUT_DIR

FRIENDS = "SELECT customer_id, country FROM mart_customer_value WHERE orders > 1 ORDER BY customer_id"


@dag(schedule=None, max_active_runs=1, default_args={"owner": "marketing"}, tags=["shop", "governance"])
def shop_newsletter() -> None:
    @task(inlets=[CUSTOMER_VALUE])
    def addressees() -> str:
        path = OUTPUT_DIR / "newsletter.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(SqliteHook(sqlite_conn_id=DATABASE).get_records(FRIENDS))
        return str(path)

    addressees()


shop_newsletter()

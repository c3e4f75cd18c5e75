"""A DAG that waits for fresh data and looks at the tables themselves before it uses them.

The first task waits until the revenue was written within a day. The second says in code what is judged, reads the
columns that the tables have at this moment, and skips what follows when a contract does not hold any more.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import Asset, dag, task
from shop.datasets import CUSTOMER_VALUE, DAILY_REVENUE, DATABASE

from airflow_lineage_provider.operators.freshness import LineageFreshnessSensor

TOP_CUSTOMER = "SELECT max(revenue) FROM mart_customer_value"


@dag(schedule=None, max_active_runs=1, default_args={"owner": "sales-analytics"}, tags=["shop", "governance"])
def shop_board_pack() -> None:
    wait = LineageFreshnessSensor(
        task_id="wait_for_revenue",
        datasets=[DAILY_REVENUE],
        max_age=timedelta(days=1),
        mode="reschedule",
        timeout=timedelta(hours=2),
    )

    @task.validate_lineage(observe_live_schema=True, conn_id=DATABASE, on_fail="skip")
    def validate() -> list[Asset]:
        return [DAILY_REVENUE, CUSTOMER_VALUE]

    @task
    def pack() -> str:
        (best,) = SqliteHook(sqlite_conn_id=DATABASE).get_first(TOP_CUSTOMER)
        return f"the best customer is worth {best}"

    wait >> validate() >> pack()


shop_board_pack()

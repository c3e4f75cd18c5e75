"""A DAG that refuses to run on data nobody answers for.

The first task judges what the DAG reads: every table needs an owner and a contract. When one is missing, the
run stops there with one message that says which and how to fix it.
"""

from __future__ import annotations

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_VALUE, DAILY_REVENUE, DATABASE

from airflow_lineage_provider.operators.validation import LineageValidationOperator

SUMMARY = """
SELECT (SELECT round(sum(revenue), 2) FROM mart_daily_revenue),
       (SELECT count(*) FROM mart_customer_value)
"""


@dag(schedule=None, max_active_runs=1, default_args={"owner": "sales-analytics"}, tags=["shop", "governance"])
def shop_exec_summary() -> None:
    validate = LineageValidationOperator(task_id="validate_upstream", level="block")

    @task(inlets=[DAILY_REVENUE, CUSTOMER_VALUE])
    def summarise() -> str:
        revenue, customers = SqliteHook(sqlite_conn_id=DATABASE).get_first(SUMMARY)
        return f"{revenue} from {customers} customers"

    validate >> summarise()


shop_exec_summary()

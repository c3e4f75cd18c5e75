"""The best customers as a CSV file: the end of the chain that starts at the shop's input files."""

from __future__ import annotations

import csv

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_FEATURES, DAILY_REVENUE, DATABASE, REPORT_CSV, REPORT_FILE

HEADER = ["customer_id", "country", "orders", "revenue", "average_order", "share_of_revenue"]

BEST_CUSTOMERS = """
SELECT v.customer_id, v.country, v.orders, v.revenue, f.average_order,
       round(v.revenue / (SELECT sum(revenue) FROM mart_daily_revenue), 4)
FROM mart_customer_value AS v
JOIN customer_features AS f ON f.customer_id = v.customer_id
WHERE f.revenue_rank <= 20
ORDER BY v.revenue DESC, v.customer_id
"""


@dag(
    schedule=[DAILY_REVENUE, CUSTOMER_FEATURES],
    max_active_runs=1,
    default_args={"owner": "sales-analytics"},
    tags=["shop"],
)
def shop_report() -> None:
    @task(outlets=[REPORT_CSV])
    def best_customers() -> str:
        rows = SqliteHook(sqlite_conn_id=DATABASE).get_records(BEST_CUSTOMERS)
        # Written aside and moved, so that a reader never sees half a report.
        draft = REPORT_FILE.with_suffix(".tmp")
        with draft.open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        draft.replace(REPORT_FILE)
        return str(REPORT_FILE)

    best_customers()


shop_report()

"""What the business looks at, computed with SQL through a hook inside Python tasks."""

from __future__ import annotations

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_VALUE, DAILY_REVENUE, DATABASE, STG_CUSTOMERS, STG_ORDER_LINES

DAILY_REVENUE_SQL = [
    """
    CREATE TABLE IF NOT EXISTS mart_daily_revenue (
        ordered_on DATE, category TEXT, orders INTEGER, revenue REAL, PRIMARY KEY (ordered_on, category)
    )
    """,
    "DELETE FROM mart_daily_revenue",
    """
    INSERT INTO mart_daily_revenue (ordered_on, category, orders, revenue)
    SELECT ordered_on, category, count(DISTINCT order_id), round(sum(net_amount), 2)
    FROM stg_order_lines
    GROUP BY ordered_on, category
    """,
]

CUSTOMER_VALUE_SQL = [
    "DROP TABLE IF EXISTS mart_customer_value",
    """
    CREATE TABLE mart_customer_value AS
    WITH spending AS (
        SELECT customer_id, count(DISTINCT order_id) AS orders, sum(net_amount) AS revenue,
               max(ordered_on) AS last_order_on
        FROM stg_order_lines
        GROUP BY customer_id
    )
    SELECT c.customer_id, c.country, c.segment, s.orders, round(s.revenue, 2) AS revenue, s.last_order_on
    FROM stg_customers AS c
    JOIN spending AS s ON s.customer_id = c.customer_id
    """,
]


@dag(
    schedule=[STG_CUSTOMERS, STG_ORDER_LINES],
    max_active_runs=1,
    default_args={"owner": "sales-analytics"},
    tags=["shop"],
)
def shop_marts() -> None:
    @task(outlets=[DAILY_REVENUE])
    def daily_revenue() -> None:
        SqliteHook(sqlite_conn_id=DATABASE).run(DAILY_REVENUE_SQL)

    @task(outlets=[CUSTOMER_VALUE])
    def customer_value() -> None:
        SqliteHook(sqlite_conn_id=DATABASE).run(CUSTOMER_VALUE_SQL)

    daily_revenue()
    customer_value()


shop_marts()

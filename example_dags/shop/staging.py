"""Clean the raw tables with SQL operators; starts when all four raw tables are new."""

from __future__ import annotations

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import dag
from shop.datasets import (
    DATABASE,
    RAW_CUSTOMERS,
    RAW_ORDER_ITEMS,
    RAW_ORDERS,
    RAW_PRODUCTS,
    STG_CUSTOMERS,
    STG_ORDER_LINES,
)

CLEAN_CUSTOMERS = """
CREATE TABLE IF NOT EXISTS stg_customers (
    customer_id TEXT PRIMARY KEY, email TEXT, country TEXT, signed_up_on DATE, segment TEXT
);
DELETE FROM stg_customers;
INSERT INTO stg_customers (customer_id, email, country, signed_up_on, segment)
SELECT customer_id, lower(trim(email)), coalesce(nullif(upper(country), ''), 'unknown'), signed_up_on, segment
FROM raw_customers;
"""

CLEAN_ORDERS = [
    "DROP TABLE IF EXISTS stg_orders",
    """
    CREATE TABLE stg_orders AS
    SELECT order_id, customer_id, date(ordered_at) AS ordered_on, lower(trim(status)) AS status, channel
    FROM raw_orders
    """,
]

JOIN_ORDER_LINES = """
DROP TABLE IF EXISTS stg_order_lines;
CREATE TABLE stg_order_lines AS
SELECT
    o.order_id,
    i.line_no,
    o.customer_id,
    o.ordered_on,
    o.channel,
    p.name AS product,
    p.category,
    i.quantity,
    round(i.quantity * i.unit_price * (1 - i.discount), 2) AS net_amount
FROM stg_orders AS o
JOIN raw_order_items AS i ON i.order_id = o.order_id
JOIN raw_products AS p ON p.product_id = i.product_id
WHERE o.status = 'completed';
"""


@dag(
    schedule=[RAW_CUSTOMERS, RAW_ORDERS, RAW_ORDER_ITEMS, RAW_PRODUCTS],
    max_active_runs=1,
    default_args={"owner": "data-platform", "conn_id": DATABASE},
    tags=["shop"],
)
def shop_staging() -> None:
    SQLExecuteQueryOperator(
        task_id="clean_customers", sql=CLEAN_CUSTOMERS, split_statements=True, outlets=[STG_CUSTOMERS]
    )
    clean_orders = SQLExecuteQueryOperator(task_id="clean_orders", sql=CLEAN_ORDERS)
    order_lines = SQLExecuteQueryOperator(
        task_id="join_order_lines", sql=JOIN_ORDER_LINES, split_statements=True, outlets=[STG_ORDER_LINES]
    )
    clean_orders >> order_lines


shop_staging()

"""Copy the shop's CSV files into raw tables, one task per file."""

from __future__ import annotations

import csv

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import Asset, dag, task
from shop.datasets import (
    CUSTOMERS_CSV,
    DATA_DIR,
    DATABASE,
    ORDER_ITEMS_CSV,
    ORDERS_CSV,
    OUTPUT_DIR,
    PRODUCTS_CSV,
    RAW_CUSTOMERS,
    RAW_ORDER_ITEMS,
    RAW_ORDERS,
    RAW_PRODUCTS,
)

COLUMNS = {
    "customers": "customer_id TEXT, email TEXT, country TEXT, signed_up_on TEXT, segment TEXT",
    "orders": "order_id TEXT, customer_id TEXT, ordered_at TEXT, status TEXT, channel TEXT",
    "order_items": (
        "order_id TEXT, line_no INTEGER, product_id TEXT, quantity INTEGER, unit_price REAL, discount REAL"
    ),
    "products": "product_id TEXT, name TEXT, category TEXT, list_price REAL",
}
FILES: dict[str, tuple[Asset, Asset]] = {
    "customers": (CUSTOMERS_CSV, RAW_CUSTOMERS),
    "orders": (ORDERS_CSV, RAW_ORDERS),
    "order_items": (ORDER_ITEMS_CSV, RAW_ORDER_ITEMS),
    "products": (PRODUCTS_CSV, RAW_PRODUCTS),
}


@dag(schedule=None, max_active_runs=1, default_args={"owner": "data-platform"}, tags=["shop"])
def shop_ingest() -> None:
    @task
    def ingest(name: str) -> int:
        OUTPUT_DIR.mkdir(parents=True, exist_ok=True)
        table = f"raw_{name}"
        hook = SqliteHook(sqlite_conn_id=DATABASE)
        # The table is made anew each time, so a second run leaves the same rows as the first.
        hook.run([f"DROP TABLE IF EXISTS {table}", f"CREATE TABLE {table} ({COLUMNS[name]})"])
        with (DATA_DIR / f"{name}.csv").open(newline="") as file:
            header, *rows = csv.reader(file)
        hook.insert_rows(table, rows, target_fields=header, executemany=True)
        return len(rows)

    for name, (source, target) in FILES.items():
        ingest.override(task_id=f"ingest_{name}", inlets=[source], outlets=[target])(name)


shop_ingest()

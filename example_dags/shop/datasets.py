"""Where the shop's data lives: the input files, the tables and the report, as assets that join the DAGs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from airflow.sdk import Asset

DATABASE = "shop_db"
"""The Airflow connection of the shop's SQLite database; its file is DATABASE_FILE."""

DATA_DIR = Path(os.environ.get("SHOP_DATA_DIR", Path(__file__).resolve().parents[1] / "data"))
OUTPUT_DIR = Path(os.environ.get("SHOP_OUTPUT_DIR", Path(tempfile.gettempdir()) / "shop"))
DATABASE_FILE = OUTPUT_DIR / "shop.db"


def _file(path: Path) -> Asset:
    return Asset(name=f"shop/{path.name}", uri=f"file://{path}", group="shop")


def _table(name: str) -> Asset:
    return Asset(name=f"shop/{name}", uri=f"sqlite://{DATABASE_FILE}/{name}", group="shop")


CUSTOMERS_CSV = _file(DATA_DIR / "customers.csv")
ORDERS_CSV = _file(DATA_DIR / "orders.csv")
ORDER_ITEMS_CSV = _file(DATA_DIR / "order_items.csv")
PRODUCTS_CSV = _file(DATA_DIR / "products.csv")

RAW_CUSTOMERS = _table("raw_customers")
RAW_ORDERS = _table("raw_orders")
RAW_ORDER_ITEMS = _table("raw_order_items")
RAW_PRODUCTS = _table("raw_products")

STG_CUSTOMERS = _table("stg_customers")
STG_ORDER_LINES = _table("stg_order_lines")

DAILY_REVENUE = _table("mart_daily_revenue")
CUSTOMER_VALUE = _table("mart_customer_value")
CUSTOMER_FEATURES = _table("customer_features")

REPORT_FILE = OUTPUT_DIR / "report.csv"
REPORT_CSV = _file(REPORT_FILE)

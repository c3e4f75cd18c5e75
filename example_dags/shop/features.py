"""Customer features with pandas on a plain connection: read and written where no hook looks."""

from __future__ import annotations

from contextlib import closing

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_FEATURES, CUSTOMER_VALUE, DATABASE


@dag(
    schedule=[CUSTOMER_VALUE],
    max_active_runs=1,
    default_args={"owner": "customer-insights"},
    tags=["shop"],
)
def shop_features() -> None:
    @task(outlets=[CUSTOMER_FEATURES])
    def customer_features() -> int:
        import pandas as pd

        with closing(SqliteHook(sqlite_conn_id=DATABASE).get_conn()) as connection:
            value = pd.read_sql_query("SELECT * FROM mart_customer_value", connection)
            last_order_on = pd.to_datetime(value["last_order_on"])
            features = pd.DataFrame(
                {
                    "customer_id": value["customer_id"],
                    "days_since_order": (last_order_on.max() - last_order_on).dt.days,
                    "average_order": (value["revenue"] / value["orders"]).round(2),
                    "revenue_rank": value["revenue"].rank(ascending=False, method="dense").astype(int),
                    "is_business": value["segment"].eq("business").astype(int),
                }
            )
            features.to_sql("customer_features", connection, if_exists="replace", index=False)
        return len(features)

    customer_features()


shop_features()

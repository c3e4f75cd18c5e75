"""What other teams make of the shop's marts: on a schedule, mapped, and failing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.providers.sqlite.hooks.sqlite import SqliteHook
from airflow.sdk import dag, task
from shop.datasets import CUSTOMER_VALUE, DAILY_REVENUE, DATABASE, OUTPUT_DIR

SUMMARY = """
CREATE TABLE segment_summary AS
SELECT segment, count(*) AS customers, sum(revenue) AS revenue FROM mart_customer_value GROUP BY segment
"""
FORECAST = """
INSERT INTO revenue_forecast (ordered_on, revenue) SELECT ordered_on, revenu FROM mart_daily_revenue
"""
"""Names a column that is not there: it fails."""

# It has a next run, and no run of its own while the tests look.
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
SEGMENTS = ["consumer", "business", "reseller"]


@dag(
    schedule="0 3 * * *",
    start_date=TOMORROW,
    max_active_runs=1,
    default_args={"owner": "marketing"},
    tags=["nightly"],
)
def marketing_segments() -> None:
    @task
    def export_segment(segment: str) -> int:
        rows = SqliteHook(sqlite_conn_id=DATABASE).get_records(
            "SELECT customer_id, revenue FROM mart_customer_value WHERE segment = ?", parameters=[segment]
        )
        folder = OUTPUT_DIR / "segments"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{segment}.csv").write_text("\n".join(f"{row[0]},{row[1]}" for row in rows))
        return len(rows)

    @task(inlets=[CUSTOMER_VALUE])
    def summary() -> None:
        SqliteHook(sqlite_conn_id=DATABASE).run(["DROP TABLE IF EXISTS segment_summary", SUMMARY])

    export_segment.expand(segment=SEGMENTS) >> summary()


@dag(
    schedule="30 4 * * 1",
    start_date=TOMORROW,
    max_active_runs=1,
    default_args={"owner": "finance"},
    tags=["nightly"],
)
def finance_forecast() -> None:
    @task(inlets=[DAILY_REVENUE], retries=1, retry_delay=timedelta(seconds=1))
    def forecast() -> None:
        hook = SqliteHook(sqlite_conn_id=DATABASE)
        hook.run("CREATE TABLE IF NOT EXISTS revenue_forecast (ordered_on DATE, revenue REAL)")
        hook.run(FORECAST)

    forecast()


marketing_segments()
finance_forecast()

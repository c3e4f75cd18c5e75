"""A task that works through a client which nothing can look into says itself what it reads and writes."""

from __future__ import annotations

from airflow.sdk import Asset, dag, task

from airflow_lineage_provider import lineage

SCORES = Asset(name="scores", uri="s3://lake/scores/today.parquet")


class ScoringService:
    """Stands for a client of your own: its requests say nothing about data."""

    def score(self, table: str) -> int:
        return len(table)


# --8<-- [start:say]
@task
def score() -> int:
    rows = ScoringService().score("shop.customers")
    lineage.read("shop.customers", conn_id="warehouse")
    lineage.wrote(SCORES, rows=rows, columns={"customer_id": "bigint", "score": "double"})
    return rows


# --8<-- [end:say]
# --8<-- [start:decorate]
@lineage.dataset(reads=SCORES, writes="s3://lake/mails/{day}.json")
def write_mails(day: str) -> str:
    return f"mails of {day}"


@task
def send_mails(day: str) -> str:
    return write_mails(day)


# --8<-- [end:decorate]
# --8<-- [start:policy]
@task
@lineage.policy(sources={"files": False})
def tidy() -> str:
    """Opens thousands of small files that are nobody's data."""
    return "tidy"


# --8<-- [end:policy]
# --8<-- [start:dag-policy]
@dag(schedule=None, params=lineage.policy(sources={"requests": True}).params, tags=["lineage"])
def said() -> None:
    score() >> send_mails("2026-11-21") >> tidy()


# --8<-- [end:dag-policy]
said()

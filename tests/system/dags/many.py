"""Many small attempts at once; how many is the run's to say."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import dag, get_current_context, task

TABLES = 10


@task
def numbers() -> list[int]:
    return list(range(int((get_current_context()["dag_run"].conf or {}).get("count", 20))))


@dag(schedule=None, default_args={"owner": "many-team"}, max_active_tasks=64)
def many_writes() -> None:
    @task
    def prepare_tables() -> None:
        # Once and before the others: two that create a table at the same time fail, IF NOT EXISTS or not.
        PostgresHook("warehouse").run(
            [f"CREATE TABLE IF NOT EXISTS many_{number} (id integer)" for number in range(TABLES)]
        )

    @task(retries=3, retry_delay=timedelta(seconds=0))
    def write(number: int) -> None:
        PostgresHook("warehouse").run(f"INSERT INTO many_{number % TABLES} VALUES ({number})")

    given = numbers()
    prepare_tables() >> given
    write.expand(number=given)


@dag(schedule=None, default_args={"owner": "many-team"}, max_active_tasks=64)
def many_retries() -> None:
    @task(retries=1, retry_delay=timedelta(seconds=0))
    def flaky(number: int) -> None:
        PostgresHook("warehouse").run(f"SELECT {number} FROM source_of_many")
        if get_current_context()["ti"].try_number == 1:
            raise RuntimeError("every first try fails")

    prepare_source() >> flaky.expand(number=numbers())


@task
def prepare_source() -> None:
    PostgresHook("warehouse").run("CREATE TABLE IF NOT EXISTS source_of_many (id integer)")


many_writes()
many_retries()

"""A task that learns secrets while it runs and puts them where they do not belong."""

from __future__ import annotations

from typing import Any

from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import Asset, BaseHook, Metadata, Variable, dag, task


@dag(schedule=None, default_args={"owner": "secrets-team"})
def learned_secrets() -> None:
    @task(outlets=[Asset("x-lake://secrets/out")])
    def leaky() -> Any:
        password = BaseHook.get_connection("warehouse").password
        token = Variable.get("api_token")
        hook = PostgresHook("warehouse")
        hook.run(f"SELECT '{password}' AS a, '{token}' AS b, '{password}-{token}' AS c")
        hook.run("CREATE TABLE IF NOT EXISTS people (card text)")
        hook.run("INSERT INTO people VALUES ('4929-1111-2222-3333')")
        yield Metadata(Asset("x-lake://secrets/out"), extra={"token": token, "note": f"with {password}"})

    @task
    def leaky_error() -> None:
        token = Variable.get("api_token")
        PostgresHook("warehouse").run(f"SELECT * FROM nowhere WHERE token = '{token}'")

    leaky() >> leaky_error()


learned_secrets()

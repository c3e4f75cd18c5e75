"""One task per technique of Airflow: operators, hooks, what an author says and how an attempt runs.

What each reads and writes stands in ``tests/system/capture_matrix_airflow.py``.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from airflow.sdk import Asset, AssetAlias, BaseOperator, ObjectStoragePath, TaskGroup, dag, task

from airflow_lineage_provider import lineage

DATA = Path(os.environ.get("LINEAGE_TEST_SCRATCH", "/tmp")) / "matrix"
ORDERS = str(DATA / "orders.csv")
POSTGRES = os.environ.get("LINEAGE_TEST_WAREHOUSE", "postgresql://localhost/none")
SERVER = urlsplit(POSTGRES)
MYSQL_PORT = os.environ.get("LINEAGE_TEST_MYSQL_PORT", "3306")
PATH = {"PATH": f"{DATA}/bin:{os.environ.get('PATH', os.defpath)}"}
"""``psql``, ``aws``, ``dbt`` and the others are little scripts there, so that no machine has to have them."""


def at(name: str) -> str:
    return str(DATA / name)


def insert_into(table: str) -> str:
    return f"INSERT INTO {table} SELECT id, amount FROM orders"


class ReadsDefersWrites(BaseOperator):
    """Reads a file, leaves its process, and writes another one in the next."""

    def execute(self, context: Any) -> None:
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        Path(ORDERS).read_text()
        # A trigger that fires before the scheduler has heard of the first process's end fails the task.
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=8)), method_name="resume")

    def resume(self, context: Any, event: Any = None) -> None:
        Path(at("deferrable.txt")).write_text("resumed")


def operators() -> None:
    from airflow.providers.amazon.aws.transfers.local_to_s3 import LocalFilesystemToS3Operator
    from airflow.providers.amazon.aws.transfers.sql_to_s3 import SqlToS3Operator
    from airflow.providers.common.sql.operators.generic_transfer import GenericTransfer
    from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator, SQLExecuteQueryOperator
    from airflow.providers.common.sql.sensors.sql import SqlSensor
    from airflow.providers.smtp.operators.smtp import EmailOperator

    SQLExecuteQueryOperator(task_id="sql_operator", conn_id="shop", sql=insert_into("sql_operator"))
    SQLExecuteQueryOperator(
        task_id="sql_operator_sqlite", conn_id="shop_file", sql=insert_into("sql_operator_sqlite")
    )
    GenericTransfer(
        task_id="generic_transfer",
        sql="SELECT id, amount FROM orders",
        source_conn_id="shop",
        destination_conn_id="shop",
        destination_table="generic_transfer",
    )
    SQLColumnCheckOperator(
        task_id="sql_check",
        conn_id="shop",
        table="orders",
        column_mapping={"id": {"null_check": {"equal_to": 0}}},
    )
    SqlSensor(task_id="sql_sensor", conn_id="shop", sql="SELECT count(*) FROM orders")
    LocalFilesystemToS3Operator(
        task_id="local_to_s3",
        filename=ORDERS,
        dest_bucket="matrix",
        dest_key="local_to_s3.csv",
        aws_conn_id="aws_moto",
    )
    SqlToS3Operator(
        task_id="sql_to_s3",
        query="SELECT id, amount FROM orders",
        sql_conn_id="shop",
        s3_bucket="matrix",
        s3_key="sql_to_s3.csv",
        aws_conn_id="aws_moto",
    )
    EmailOperator(
        task_id="email",
        to="to@example.com",
        from_email="from@example.com",
        subject="orders",
        html_content="attached",
        files=[ORDERS],
        conn_id="mail",
    )


def speakers() -> list[BaseOperator]:
    """Operators with OpenLineage methods of their own."""
    from airflow.providers.amazon.aws.operators.s3 import S3CopyObjectOperator
    from airflow.providers.common.io.operators.file_transfer import FileTransferOperator

    return [
        FileTransferOperator(
            trigger_rule="all_done",
            task_id="file_transfer",
            src=f"file://{ORDERS}",
            dst=f"file://{at('file_transfer.csv')}",
        ),
        S3CopyObjectOperator(
            trigger_rule="all_done",
            task_id="s3_copy",
            source_bucket_key="s3://matrix/orders.csv",
            dest_bucket_key="s3://matrix/s3_copy.csv",
            aws_conn_id="aws_moto",
        ),
    ]


def shell() -> None:
    from airflow.providers.standard.operators.bash import BashOperator

    psql = f"psql -h {SERVER.hostname or 'localhost'} -p {SERVER.port or 5432} -d {SERVER.path[1:]}"
    commands = {
        "bash_copy": f"cp {ORDERS} {at('bash_copy.csv')}",
        "bash_move": f"mv {at('bash-before.txt')} {at('bash-after.txt')}",
        "bash_redirect": f"cd {DATA} && sort < orders.csv | head -2 > bash_redirect.csv",
        "bash_psql": f'{psql} -c "{insert_into("bash_psql")}"',
        "bash_psql_heredoc": f"{psql} <<'SQL'\n{insert_into('bash_psql_heredoc')};\nSQL\n",
        "bash_sqlite": f"sqlite3 {at('shop.db')} '{insert_into('bash_sqlite')}'",
        "bash_aws": f"aws s3 cp {ORDERS} s3://matrix/bash_aws.csv",
        "bash_psql_file": f"cd {DATA} && {psql} -f load.sql",
        "bash_mysql": f"mysql -h 127.0.0.1 -P {MYSQL_PORT} shop -e '{insert_into('bash_mysql')}'",
        "bash_duckdb": f"duckdb {at('shop.duckdb')} -c '{insert_into('bash_duckdb')}'",
        "bash_aws_sync": f"aws s3 sync {at('tree')} s3://matrix/bash_aws_sync",
        "bash_aws_mv": "aws s3 mv s3://matrix/parts/one.csv s3://matrix/bash_aws_mv.csv",
        "bash_gsutil": f"gsutil -m cp {ORDERS} gs://matrix/bash_gsutil.csv",
        "bash_gcloud": "gcloud storage cp gs://matrix/orders.csv gs://matrix/bash_gcloud.csv",
        "bash_spark_submit": f"spark-submit --master 'local[1]' --files {ORDERS} app.py",
        "bash_dbt": f"cd {at('dbt_shop')} && dbt run --profiles-dir .",
    }
    for task_id, command in commands.items():
        BashOperator(task_id=task_id, bash_command=command, env=PATH, append_env=True)

    @task.bash
    def task_bash() -> str:
        return f"cp {ORDERS} {at('task_bash.csv')}"

    task_bash()


def hooks() -> None:
    @task
    def hook_sqlite() -> None:
        from airflow.providers.sqlite.hooks.sqlite import SqliteHook

        SqliteHook("shop_file").run(insert_into("hook_sqlite"))

    @task
    def postgres_hook() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        PostgresHook("shop").run(insert_into("postgres_hook"))

    @task
    def postgres_hook_df() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        PostgresHook("shop").get_df("SELECT id, amount FROM orders").to_csv(at("postgres_hook_df.csv"))

    @task
    def postgres_hook_rows() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        PostgresHook("shop").insert_rows("postgres_hook_rows", [(1, 10), (2, 20)], ["id", "amount"])

    @task
    def postgres_hook_cursor() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        connection = PostgresHook("shop").get_conn()
        with connection.cursor() as cursor:
            cursor.execute(insert_into("postgres_hook_cursor"))
        connection.commit()
        connection.close()

    @task
    def postgres_hook_copy() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        PostgresHook("shop").copy_expert("COPY orders TO STDOUT", at("postgres_hook_copy.txt"))

    @task
    def hook_engine() -> None:
        from airflow.providers.postgres.hooks.postgres import PostgresHook
        from sqlalchemy import text

        with PostgresHook("shop").get_sqlalchemy_engine().begin() as connection:
            connection.execute(text(insert_into("hook_engine")))

    @task
    def s3_hook() -> None:
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook

        hook = S3Hook("aws_moto")
        hook.load_string(hook.read_key("orders.csv", "matrix"), "s3_hook.csv", "matrix")

    @task
    def object_storage_local() -> None:
        text = ObjectStoragePath(f"file://{ORDERS}").read_text()
        ObjectStoragePath(f"file://{at('object_storage_local.csv')}").write_text(text)

    @task
    def object_storage_s3() -> None:
        store = ObjectStoragePath("s3://matrix", conn_id="aws_moto")
        (store / "object_storage_s3.csv").write_text((store / "orders.csv").read_text())

    @task
    def object_storage_list() -> None:
        for path in ObjectStoragePath("s3://matrix/parts", conn_id="aws_moto").iterdir():
            path.read_bytes()

    @task
    def object_storage_copy() -> None:
        source = ObjectStoragePath("s3://matrix/orders.csv", conn_id="aws_moto")
        source.copy(ObjectStoragePath(f"file://{at('object_storage_copy.csv')}"))

    for technique in list(locals().values()):
        technique()


def said() -> None:
    @task(inlets=[Asset("s3://landing/declared.csv")], outlets=[Asset(f"file://{at('declared.csv')}")])
    def declared() -> None:
        pass

    @task(outlets=[Asset("matrix-report")])
    def declared_name() -> None:
        pass

    @task(inlets=[Asset("x-lake://raw/orders")])
    def declared_scheme() -> None:
        pass

    @task(outlets=[AssetAlias("matrix-alias")])
    def declared_alias(*, outlet_events: Any = None) -> None:
        outlet_events[AssetAlias("matrix-alias")].add(Asset("s3://landing/declared_alias.csv"))

    @task(outlets=[Asset("s3://landing/declared_event.csv")])
    def declared_event(*, outlet_events: Any = None) -> None:
        outlet_events[Asset("s3://landing/declared_event.csv")].extra = {"rows": 2}

    @task
    def said_uri() -> None:
        lineage.read("s3://landing/said_uri.csv", rows=2)
        lineage.wrote("s3://landing/said_uri.parquet")

    @task
    def said_asset() -> None:
        lineage.read(Asset("x-lake://raw/said_asset"))
        lineage.wrote(Asset("matrix-said"))

    @task
    def said_table() -> None:
        lineage.read("orders", conn_id="shop")
        lineage.wrote(lineage.table("public.said_table", "shop"))

    @task
    def said_dataset() -> None:
        from openlineage.client.event_v2 import Dataset

        lineage.read(Dataset(namespace="kafka://broker:9092", name="orders"))
        lineage.wrote(Dataset(namespace="s3://landing", name="said_dataset.csv"))

    @task
    @lineage.dataset(reads="s3://landing/{name}.csv", writes=("x-lake://raw", "said_decorator"))
    def said_decorator(name: str = "said_decorator") -> None:
        pass

    for technique in list(locals().values()):
        technique()


def attempts() -> None:
    @task
    @lineage.policy(capture=False)
    def policy_off() -> None:
        Path(at("policy_off.txt")).write_text(Path(ORDERS).read_text())

    @task
    @lineage.policy(sample=0)
    def policy_sample() -> None:
        Path(at("policy_sample.txt")).write_text(Path(ORDERS).read_text())

    @task
    @lineage.policy(sources={"files": False})
    def policy_without_files() -> None:
        lineage.wrote("s3://landing/policy_without_files.csv")
        Path(at("policy_without_files.txt")).write_text(Path(ORDERS).read_text())

    @task
    def mapped(name: str) -> None:
        Path(at(f"mapped-{name}.txt")).write_text("mapped")

    @task
    def failing() -> None:
        Path(at("failing.txt")).write_text(Path(ORDERS).read_text())
        raise RuntimeError("after the file was written")

    @task
    def skipped() -> None:
        from airflow.sdk.exceptions import AirflowSkipException

        Path(at("skipped.txt")).write_text("text")
        raise AirflowSkipException

    # Airflow puts this folder before Python's own, and there is a DAG file ``secrets.py`` in it.
    python_first = {"PYTHONPATH": sysconfig.get_path("stdlib")}

    @task.external_python(python=sys.executable, expect_airflow=False, env_vars=python_first)
    def other_interpreter(path: str) -> None:
        with open(path, "w") as target:
            target.write("text")

    @task.sensor(poke_interval=1, timeout=60)
    def sensor() -> bool:
        return bool(Path(ORDERS).read_text())

    ReadsDefersWrites(task_id="deferrable")
    other_interpreter(at("other_interpreter.txt"))
    mapped.expand(name=["first", "second"])
    for technique in (policy_off, policy_sample, policy_without_files, failing, skipped, sensor):
        technique()


@dag(schedule=None, max_active_tasks=8)
def capture_matrix_airflow() -> None:
    with TaskGroup("others", prefix_group_id=False) as others:
        operators()
        shell()
        hooks()
        said()
        attempts()
    # Last: their methods import the official provider, for which two seconds are not enough while seven other
    # tasks start.
    others >> speakers()


capture_matrix_airflow()

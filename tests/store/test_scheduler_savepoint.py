from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError


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

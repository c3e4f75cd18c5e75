"""A savepoint in the scheduler's transaction: what goes wrong in it is undone, and nothing in it waits long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

LOCK_WAIT = "250ms"
"""Longest wait for a lock: somebody may be migrating our tables, or clearing the very task instances."""

_SHORTEN = text(
    "SELECT current_setting('lock_timeout') AS before, set_config('lock_timeout', :wait, true) AS now"
)
_RESTORE = text("SELECT set_config('lock_timeout', :before, true)")
_WRITE_NOTHING = text("UPDATE dag_run SET run_id = run_id WHERE id IS NULL")


@contextmanager
def savepoint(connection: Connection) -> Iterator[Session]:
    """A session for Core statements inside a savepoint of somebody else's transaction.

    An exception undoes what was done inside, and nothing else. The session must not be rolled back: that would be
    the whole transaction.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    if connection.dialect.name == "sqlite":
        # A transaction that has read what another process changed since can never write again, and the scheduler
        # would fail at its next statement: so it becomes a writing one before anything is read. Outside of the
        # savepoint, which on SQLite ends the transaction when it was the first thing in it.
        connection.execute(_WRITE_NOTHING)
    with connection.begin_nested():
        before = connection.scalar(_SHORTEN, {"wait": LOCK_WAIT}) if is_postgresql else None
        session = Session(
            bind=connection,
            join_transaction_mode="rollback_only",
            autoflush=False,
            expire_on_commit=False,
        )
        try:
            yield session
        finally:
            session.close()
        if is_postgresql:
            connection.execute(_RESTORE, {"before": before})

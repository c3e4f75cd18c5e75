"""A savepoint in the scheduler's transaction: what goes wrong in it is undone, and nothing in it waits long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.orm import Session

LOCK_WAIT = "250ms"
"""Longest wait for a lock: somebody may be migrating our tables, or clearing the very task instances."""

_BEFORE = "lineage_gate.lock_timeout"
"""Setting of our own in which the transaction itself remembers the scheduler's: it need not be read and sent back."""
_SHORTEN = (
    f"SELECT set_config('{_BEFORE}', current_setting('lock_timeout'), true), "
    f"set_config('lock_timeout', '{LOCK_WAIT}', true)"
)
_RESTORE = f"SELECT set_config('lock_timeout', current_setting('{_BEFORE}'), true)"
_WRITE_NOTHING = "UPDATE dag_run SET run_id = run_id WHERE id IS NULL"
_TAKE_SEVERAL = ("psycopg2", "psycopg")
"""Drivers that send several statements without parameters in one round trip."""


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
        _run(connection, [_WRITE_NOTHING])
    first, last = ([_SHORTEN], [_RESTORE]) if is_postgresql else ([], [])
    with undoable(connection, "lineage_gate", first=first, last=last):
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


@contextmanager
def undoable(
    connection: Connection, name: str, *, first: Sequence[str] = (), last: Sequence[str] = ()
) -> Iterator[None]:
    """A savepoint as text, which SQLAlchemy's own is not: it compiles that anew each time.

    :param first: statements that are sent with its begin.
    :param last: and with its end.
    """
    try:
        _run(connection, [f"SAVEPOINT {name}", *first])
        yield
        _run(connection, [*last, f"RELEASE SAVEPOINT {name}"])
    except BaseException:
        # Where even this fails, what broke the transaction before is what is to be told.
        with suppress(DBAPIError, PendingRollbackError):
            # Released as well: nobody may come back to it by its name.
            _run(connection, [f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}"])
        raise


def _run(connection: Connection, statements: Sequence[str]) -> None:
    at_once = ["; ".join(statements)] if connection.dialect.driver in _TAKE_SEVERAL else statements
    for text in at_once:
        connection.exec_driver_sql(text).close()

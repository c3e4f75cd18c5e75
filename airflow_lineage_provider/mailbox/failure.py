"""What may be said of an error that a mailbox row met: never the payload that led to it."""

from __future__ import annotations

import logging

from sqlalchemy.exc import StatementError

from airflow_lineage_provider.mailbox.key import InvalidKey
from airflow_lineage_provider.model.error_line import error_line
from airflow_lineage_provider.model.record_reader import InvalidRecord
from airflow_lineage_provider.store.attempts import UnknownAttempt

EXPECTED = (InvalidRecord, InvalidKey, UnknownAttempt)
"""The sender's mistakes: their texts are made for people."""


def reason_of(error: BaseException) -> str:
    """One line for a dead letter or the log."""
    if isinstance(error, EXPECTED):
        return str(error)
    if isinstance(error, StatementError):
        return f"ingest failed: {first_line(error)}"
    return f"ingest failed: {type(error).__name__}: {error}"


_LASTING_STATES = ("22", "42", "54")
"""Classes of SQLSTATE that another try does not change: bad data, bad statement, more than the database can hold."""


def is_passing(error: StatementError) -> bool:
    """Tell whether another try may succeed: a deadlock, a locked file, a lost connection."""
    origin = error.orig
    state = getattr(origin, "pgcode", None) or getattr(origin, "sqlstate", None)
    return not (isinstance(state, str) and state.startswith(_LASTING_STATES))


def first_line(error: StatementError) -> str:
    """What the database said, without the statement, its parameters and the row it was about."""
    said = error.orig if error.orig is not None else error
    return error_line(said)


def log_failure(log: logging.Logger, message: str, row_id: int, error: BaseException) -> None:
    """Log an error with its traceback, or without where the traceback would show the payload."""
    statement = _statement_error_in(error)
    if statement is None:
        log.error(message, row_id, reason_of(error), exc_info=error)
    else:
        log.error(message, row_id, f"ingest failed: {first_line(statement)}")


def _statement_error_in(error: BaseException | None) -> StatementError | None:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, StatementError):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None

"""How often a mailbox row was tried: a row that kills the process must not come back for ever.

What kills a process leaves no exception, so a try is counted, in a transaction of its own, before it is made.
That costs a commit: only rows that give reason for it are counted.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.mailbox_rows import MailboxRow
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.watermarks import begin_try, forget_tries, sweep_tries, take_back_try

log = logging.getLogger(__name__)

MOST = 3
LARGE = 100_000
"""Characters of a payload that is counted at first sight."""
OLD = timedelta(seconds=60)
"""Age of a row that somebody may have died of before we started."""
REST = timedelta(seconds=60)
"""Several servers may try a row at the same time: it is not given up while one of them may still be at it."""
KEPT = timedelta(days=1)
_PREFIX = "row-"


class Tries:
    """Counts tries, for all servers."""

    def __init__(self, sessions: OwnTransactions) -> None:
        self._sessions = sessions

    def begin(self, row: MailboxRow, *, has_failed: bool) -> int | None:
        """Count a try.

        :param has_failed: this process has tried it, and it failed.
        :return: its number, above :data:`MOST` where it is to be given up; ``None`` while others may be at it.
        """
        with self._sessions.writing() as session:
            return begin_try(
                _name(row),
                most=MOST,
                rest=timedelta(0) if has_failed else REST,
                least=2 if has_failed else 1,
                now=datetime.now(UTC),
                session=session,
            )

    def take_back(self, row: MailboxRow) -> None:
        """A try was cut short by the database or has to wait: it does not count."""
        try:
            with self._sessions.writing() as session:
                take_back_try(_name(row), session=session)
        except DBAPIError:
            log.debug("A try of mailbox row %s stays counted", row.id)

    @staticmethod
    def forget(row: MailboxRow, *, session: Session) -> None:
        """The row goes, in the caller's transaction."""
        forget_tries(_name(row), session=session)

    @staticmethod
    def sweep(*, session: Session) -> None:
        """Remove the counts of rows that went away in another way."""
        sweep_tries(_PREFIX, before=datetime.now(UTC) - KEPT, session=session)


def _name(row: MailboxRow) -> str:
    # The moment it was written belongs to it: a row may be overwritten, and SQLite gives ids again.
    return f"{_PREFIX}{row.id}-{row.updated_at.timestamp():.6f}"

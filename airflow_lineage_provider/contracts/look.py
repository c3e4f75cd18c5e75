"""One look at all that declares contracts: what is in force when it begins, and what it did."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError

from airflow_lineage_provider.contracts.apply import Applied, bind_here, save
from airflow_lineage_provider.contracts.binding import Lookup
from airflow_lineage_provider.contracts.connection import UnknownConnection
from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.watched_file import problem_wire
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.error_line import error_line
from airflow_lineage_provider.store import contracts as store
from airflow_lineage_provider.store.contract_problems import forget_problems, note_problem
from airflow_lineage_provider.store.retention.transactions import Transactions

log = logging.getLogger(__name__)

ACTOR = "watch"


class Look:
    """Works in short transactions: what went well stays, whatever comes after it."""

    def __init__(self, transactions: Transactions, lookup: Lookup, now: datetime) -> None:
        self.transactions = transactions
        self.now = now
        self.current: dict[str, store.ContractSummary] = {}
        """Contracts in force by id."""
        self.claims: dict[str, str] = {}
        """Contract id to the file that it stands in."""
        self.read = 0
        self.applied: list[Applied] = []
        self.retracted: list[store.Retracted] = []
        self.problems: list[Problem] = []
        self.folders: dict[str, str] = {}
        self._lookup = lookup
        self._identities: dict[str, ConnectionIdentity | UnknownConnection] = {}

    def read_current(self) -> None:
        """Read anew what is in force."""
        with self.transactions.reading() as session:
            self.current = {entry.contract_id: entry for entry in store.summaries(session=session)}

    def apply(
        self, contract: LoadedContract, *, source: str, managed_by: str, origin: str = "odcs", **options: Any
    ) -> None:
        """Put a contract into force and forget what was wrong with its source."""
        bindings = bind_here(contract, lookup=self._identity, **options)
        with self.transactions.writing() as session:
            action = save(
                contract,
                bindings,
                source=source,
                managed_by=managed_by,
                origin=origin,
                applied_by=ACTOR,
                now=self.now,
                session=session,
            )
            forget_problems([source], session=session)
        if action != "unchanged":
            self.applied.append(Applied(source, contract.contract_id, contract.version, action, bindings))

    def retract(self, contract_ids: Sequence[str], *, managed_by: str, reason: str) -> None:
        """Take contracts of a folder out of force."""
        if not contract_ids:
            return
        with self.transactions.writing() as session:
            self.retracted += store.retract(
                contract_ids,
                reason=reason,
                actor=ACTOR,
                managed_by=managed_by,
                now=self.now,
                session=session,
            )

    def note(
        self, problems: Sequence[Problem], *, source: str, managed_by: str, contract_id: str | None
    ) -> None:
        """Remember what is wrong with a source. The last valid version stays in force."""
        self.problems += problems
        with self.transactions.writing() as session:
            note_problem(
                source,
                [problem_wire(problem) for problem in problems],
                managed_by=managed_by,
                contract_id=contract_id,
                now=self.now,
                session=session,
            )

    def forget(self, sources: Sequence[str]) -> None:
        """Nothing is wrong with these any more."""
        if sources:
            with self.transactions.writing() as session:
                forget_problems(sources, session=session)

    def _identity(self, conn_id: str) -> ConnectionIdentity:
        """Each connection is looked up once: a secrets backend may be far away."""
        if conn_id not in self._identities:
            try:
                self._identities[conn_id] = self._lookup(conn_id)
            except UnknownConnection as error:
                self._identities[conn_id] = error
        found = self._identities[conn_id]
        if isinstance(found, UnknownConnection):
            raise found
        return found


def unexpected(error: Exception, source: str) -> Problem:
    """What stopped one source and must stop no other. Raises the error where the database itself is away."""
    if isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        raise error
    log.warning("A contract could not be applied: %s", source, exc_info=error)
    return Problem(source, f"could not be applied: {error_line(error)}")

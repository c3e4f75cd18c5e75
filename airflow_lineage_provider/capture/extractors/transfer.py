"""Operators that move data from one place to another: what they read and write stands in their attributes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor
from airflow_lineage_provider.capture.extractors.location import Unnamed, attributes_of, locate
from airflow_lineage_provider.capture.extractors.reported import reported_sql
from airflow_lineage_provider.capture.extractors.transfers import TRANSFERS, Transfer
from airflow_lineage_provider.capture.extractors.written_table import written_table
from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection


class TransferExtractor(Extractor):
    """Reads the table ``transfers``: one way for all operators of this kind."""

    def __init__(self, identities: Callable[[str], ConnectionIdentity] | None = None) -> None:
        """Make one.

        :param identities: from a connection id to the identity of a database, where Airflow's connections are not
            at hand.
        """
        self._connections: dict[str, Any] = {}
        self._identities = identities

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        transfer = transfer_of(type(task))
        problems: list[Exception] = []

        def step(work: Callable[[], None]) -> None:
            # One connection that cannot be read does not take the other side's name away.
            try:
                work()
            except Unnamed as unnamed:
                extraction.left_out(str(unnamed))
            except Exception as problem:
                problems.append(problem)

        for template in transfer.reads:
            step(partial(self._each, template, task, extraction.read))
        for template in transfer.writes:
            step(partial(self._each, template, task, extraction.wrote))
        step(partial(self._query, transfer, task, extraction, failed=failed))
        step(partial(self._table, transfer, task, extraction))
        if problems:
            raise problems[0]

    def _each(self, template: str, task: Any, add: Callable[..., None]) -> None:
        for dataset in locate(template, task, self._connection):
            add(dataset)

    def _query(self, transfer: Transfer, task: Any, extraction: Extraction, *, failed: bool) -> None:
        if transfer.query is None:
            return
        given = getattr(task, transfer.query[1], None)
        queries = [given] if isinstance(given, str) else list(given or ())
        reported = reported_sql()
        for sql in queries:
            if isinstance(sql, str) and sql.strip() and sql.strip() not in reported:
                extraction.ran(self._identity(task, transfer.query[0]), sql, executed=not failed)

    def _table(self, transfer: Transfer, task: Any, extraction: Extraction) -> None:
        if transfer.table is None:
            return
        identity = self._identity(task, transfer.table[0])
        schema = getattr(task, transfer.schema, None) if transfer.schema else None
        table = written_table(identity, str(getattr(task, transfer.table[1], None) or ""), schema)
        if table is None:
            raise Unnamed(f"{transfer.table[1]} names no table")
        extraction.wrote(table)

    def _identity(self, task: Any, attribute: str) -> ConnectionIdentity:
        conn_id = getattr(task, attribute, None)
        if not conn_id:
            raise Unnamed(f"{attribute} is empty")
        if self._identities is not None:
            return self._identities(conn_id)
        return identity_of_connection(self._connection(conn_id), conn_id=conn_id)

    def _connection(self, conn_id: str) -> Any:
        if conn_id not in self._connections:
            from airflow.sdk import BaseHook

            self._connections[conn_id] = BaseHook.get_connection(conn_id)
        return self._connections[conn_id]


def transfer_of(operator: type) -> Transfer:
    """Entry of an operator class or of its nearest class that has one. Raises ``LookupError`` without any."""
    for base in operator.__mro__:
        if found := TRANSFERS.get(f"{base.__module__}.{base.__qualname__}"):
            return found
    raise LookupError(f"{operator.__qualname__} is not in the table of transfers")


def attributes_read(transfer: Transfer) -> list[str]:
    """Names of the operator's attributes that an entry reads."""
    named = [name for template in (*transfer.reads, *transfer.writes) for name in attributes_of(template)]
    named += [*(transfer.query or ()), *(transfer.table or ())]
    return named + ([transfer.schema] if transfer.schema else [])

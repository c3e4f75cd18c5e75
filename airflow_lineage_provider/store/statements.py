"""Statements of a record to datasets and column lineage, by way of the SQL layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.naming import asset_of, file_in_statement, namespace_of, table_of
from airflow_lineage_provider.model.record import LineageRecord, Statement
from airflow_lineage_provider.sql.dialect import default_schema_of, dialect_of
from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import ColumnSource, Location, StatementLineage, Table
from airflow_lineage_provider.store.touched import Touched

MAX_PART = 1000
"""Characters of a column, and of each part of a table's name."""
MAX_DATASETS = 1_000
"""Datasets that the statements of one record may add."""
MAX_COLUMN_USES = 20_000
MAX_NAME_ERRORS = 100
SHOWN_OF_NAME = 40

_CLIENT_FILE = re.compile(r"\bLOCAL\s+INFILE\b|\bFROM\s+LOCAL\b", re.IGNORECASE)
"""How MySQL and Vertica say that the client sends the file; elsewhere a server opens it."""

ColumnNames = Callable[[DatasetId], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of an output dataset ("*": all its rows) and one input column it comes from."""

    output: DatasetId
    output_column: str
    input: DatasetId
    input_column: str | None
    kind: str
    subtype: str
    masking: bool


@dataclass(slots=True)
class ReadStatements:
    """What the statements of one segment mean."""

    columns: list[ColumnUse] = field(default_factory=list)
    facet: list[dict[str, Any]] = field(default_factory=list)
    """One entry per statement, without literals: what is persisted of the SQL."""
    errors: list[dict[str, str]] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)
    """What was left out because there was too much of it, in words."""


def read_statements(record: LineageRecord, touched: Touched, columns_of: ColumnNames) -> ReadStatements:
    """Parse a record's statements and add what they touch to ``touched``.

    Statements of one connection ran in one session, in order: temporary tables of an earlier one are known
    to a later one.
    """
    read = ReadStatements()
    limits = _Limits(read)
    for index, connection in enumerate(record.connections):
        statements = [entry for entry in record.statements if entry.connection == index]
        if statements:
            _read_session(connection, statements, touched, columns_of, read, limits)
    limits.name_the_rest()
    return read


class _Limits:
    """Lets through what the database has room for and names the rest.

    Names come out of somebody's SQL: they can be as long as the statement and hold any sign.
    """

    def __init__(self, read: ReadStatements) -> None:
        self._read = read
        self._datasets: dict[DatasetId, bool] = {}
        self._accepted = 0
        self._bad_names: set[str] = set()
        self._uses = 0

    def dataset(self, dataset: DatasetId, parts: Sequence[str | None]) -> DatasetId | None:
        """Return the dataset when it may be stored."""
        if dataset not in self._datasets:
            self._datasets[dataset] = self._is_storable(dataset, parts)
        return dataset if self._datasets[dataset] else None

    def has_column(self, name: str | None) -> bool:
        """Say whether a column may be stored; None stands for unknown columns."""
        if name is None or _fits(name, MAX_PART):
            return True
        self._refuse("column", name)
        return False

    def has_room_for_use(self) -> bool:
        """Count a column use; False when there are too many."""
        self._uses += 1
        return self._uses <= MAX_COLUMN_USES

    def name_the_rest(self) -> None:
        if self._accepted > MAX_DATASETS:
            left = self._accepted - MAX_DATASETS
            self._read.truncated.append(f"statements: {left} datasets beyond {MAX_DATASETS}")
        if self._uses > MAX_COLUMN_USES:
            left = self._uses - MAX_COLUMN_USES
            self._read.truncated.append(f"statements: {left} column edges beyond {MAX_COLUMN_USES}")
        if len(self._bad_names) > MAX_NAME_ERRORS:
            left = len(self._bad_names) - MAX_NAME_ERRORS
            self._read.truncated.append(f"statements: {left} more names that cannot be stored")

    def _is_storable(self, dataset: DatasetId, parts: Sequence[str | None]) -> bool:
        fits = (
            all(part is None or _fits(part, MAX_PART) for part in parts)
            and _fits(dataset.name, MAX_NAME)
            and _fits(dataset.namespace, MAX_NAMESPACE)
        )
        if not fits:
            self._refuse("dataset", dataset.name)
            return False
        self._accepted += 1  # counted on, so that the rest can be told
        return self._accepted <= MAX_DATASETS

    def _refuse(self, kind: str, name: str) -> None:
        if name in self._bad_names:
            return
        self._bad_names.add(name)
        if len(self._bad_names) > MAX_NAME_ERRORS:
            return
        start = _clean(name[:SHOWN_OF_NAME])
        self._read.errors.append(
            {
                "source": "statement",
                "error": "UnusableName",
                "message": f"{kind} name of {len(name)} characters left out: {start}",
            }
        )


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _fits(name: str, limit: int) -> bool:
    """Say whether every database takes the text: not empty, not too long, no NUL, no half of a surrogate pair."""
    if not name or len(name) > limit or "\0" in name:
        return False
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _read_session(
    connection: ConnectionIdentity,
    statements: Sequence[Statement],
    touched: Touched,
    columns_of: ColumnNames,
    read: ReadStatements,
    limits: _Limits,
) -> None:
    dialect = dialect_of(connection.conn_type)
    schema = connection.schema or default_schema_of(dialect)

    def dataset_of(table: Table) -> DatasetId | None:
        if connection.is_in_memory:
            return None
        dataset = touched.name(table_of(connection, table.catalog, table.schema or schema, table.name))
        return limits.dataset(dataset, (table.catalog, table.schema, table.name))

    def names_of(table: Table) -> Sequence[str] | None:
        dataset = dataset_of(table)
        return columns_of(dataset) if dataset is not None else None

    scripts = [
        Script(
            sql=entry.sql,
            dialect=dialect,
            default_catalog=entry.database or connection.database,
            default_schema=entry.schema or schema,
        )
        for entry in statements
    ]
    for entry, parsed in zip(statements, parse_scripts(scripts, names_of), strict=True):
        # A row count of a text with several statements is that of the last one.
        for position, lineage in enumerate(parsed):
            rows = entry.rows if position == len(parsed) - 1 else None
            _add(connection, entry, lineage, rows, dataset_of, touched, read, limits)


def _add(
    connection: ConnectionIdentity,
    entry: Statement,
    lineage: StatementLineage,
    rows: int | None,
    dataset_of: Callable[[Table], DatasetId | None],
    touched: Touched,
    read: ReadStatements,
    limits: _Limits,
) -> None:
    evidence, certain = entry.evidence, entry.executed
    written = len(lineage.outputs) == 1 and lineage.kind != "SELECT"

    def location_of(location: Location) -> DatasetId | None:
        return limits.dataset(_location(connection, location.uri, entry.sql), ())

    for read_from in (*map(dataset_of, lineage.inputs), *map(location_of, lineage.input_locations)):
        if read_from is not None:
            touched.add(read_from, Direction.INPUT, evidence, is_certain=certain)
    for table in lineage.outputs:
        dataset = dataset_of(table)
        if dataset is not None:
            count = rows if written else None
            touched.add(dataset, Direction.OUTPUT, evidence, count, is_certain=certain)
    for dataset in map(location_of, lineage.output_locations):
        if dataset is not None:
            touched.add(dataset, Direction.OUTPUT, evidence, is_certain=certain)
    if certain:
        _add_columns(lineage, dataset_of, touched, read, limits)
    wire: dict[str, Any] = {
        "fingerprint": lineage.fingerprint,
        "kind": lineage.kind,
        "sql": _clean(lineage.redacted),
        "conn_id": connection.conn_id,
    }
    if not entry.executed:
        wire["executed"] = False
    if lineage.error is not None:
        wire["error"] = lineage.error.message
        read.errors.append(
            {
                "source": "statement",
                "error": "ExtractionError",
                "message": f"statement {lineage.fingerprint[:12]}: {lineage.error.message}",
            }
        )
    for words in lineage.truncated:
        left_out = f"statement {lineage.fingerprint[:12]}: {words}"
        if left_out not in read.truncated:
            read.truncated.append(left_out)
    if wire not in read.facet:
        read.facet.append(wire)


def _add_columns(
    lineage: StatementLineage,
    dataset_of: Callable[[Table], DatasetId | None],
    touched: Touched,
    read: ReadStatements,
    limits: _Limits,
) -> None:
    for table, columns in lineage.output_columns:
        dataset = dataset_of(table)
        if dataset is not None and dataset not in touched.columns:
            touched.columns[dataset] = tuple(
                Column(name, kind if kind is None or _fits(kind, MAX_PART) else None)
                for name, kind in columns
                if limits.has_column(name)
            )
            touched.stated_columns.add(dataset)
    for line in lineage.columns:
        output = dataset_of(line.table)
        if output is None or not limits.has_column(line.column):
            continue
        for source in line.sources:
            use = _use(output, line.column, source, dataset_of, limits)
            if use is not None and limits.has_room_for_use():
                read.columns.append(use)


def _use(
    output: DatasetId,
    column: str,
    source: ColumnSource,
    dataset_of: Callable[[Table], DatasetId | None],
    limits: _Limits,
) -> ColumnUse | None:
    read_from = dataset_of(source.table)
    if read_from is None or not limits.has_column(source.column):
        return None
    return ColumnUse(
        output=output,
        output_column=column,
        input=read_from,
        input_column=source.column,
        kind=source.kind,
        subtype=source.subtype,
        masking=source.masking,
    )


def _location(connection: ConnectionIdentity, uri: str, sql: str) -> DatasetId:
    if "://" in uri:
        return asset_of(uri, None)
    if uri.startswith("@"):
        return DatasetId(namespace_of(connection), uri)
    return file_in_statement(connection, uri, is_client_side=_CLIENT_FILE.search(sql) is not None)

"""Statements of a record to datasets and column lineage, by way of the SQL layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.naming import asset_of, namespace_of, table_of
from airflow_lineage_provider.model.record import LineageRecord, Statement
from airflow_lineage_provider.sql.dialect import default_schema_of, dialect_of
from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage, Table
from airflow_lineage_provider.store.touched import Touched

ColumnNames = Callable[[DatasetId], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of an output dataset and one input column it comes from."""

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


def read_statements(record: LineageRecord, touched: Touched, columns_of: ColumnNames) -> ReadStatements:
    """Parse a record's statements and add what they touch to ``touched``.

    Statements of one connection ran in one session, in order: temporary tables of an earlier one are known
    to a later one.
    """
    read = ReadStatements()
    for index, connection in enumerate(record.connections):
        statements = [entry for entry in record.statements if entry.connection == index]
        if statements:
            _read_session(connection, statements, touched, columns_of, read)
    return read


def _read_session(
    connection: ConnectionIdentity,
    statements: Sequence[Statement],
    touched: Touched,
    columns_of: ColumnNames,
    read: ReadStatements,
) -> None:
    dialect = dialect_of(connection.conn_type)
    schema = connection.schema or default_schema_of(dialect)

    def dataset_of(table: Table) -> DatasetId:
        return table_of(connection, table.catalog, table.schema or schema, table.name)

    def names_of(table: Table) -> Sequence[str] | None:
        return columns_of(dataset_of(table))

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
            _add(connection, entry, lineage, rows, dataset_of, touched, read)


def _add(
    connection: ConnectionIdentity,
    entry: Statement,
    lineage: StatementLineage,
    rows: int | None,
    dataset_of: Callable[[Table], DatasetId],
    touched: Touched,
    read: ReadStatements,
) -> None:
    evidence, certain = Evidence.STATEMENT, entry.executed
    written = len(lineage.outputs) == 1 and lineage.kind != "SELECT"
    for table in lineage.inputs:
        touched.add(dataset_of(table), Direction.INPUT, evidence, is_certain=certain)
    for table in lineage.outputs:
        touched.add(
            dataset_of(table), Direction.OUTPUT, evidence, rows if written else None, is_certain=certain
        )
    for location in lineage.input_locations:
        touched.add(_location(connection, location.uri), Direction.INPUT, evidence, is_certain=certain)
    for location in lineage.output_locations:
        touched.add(_location(connection, location.uri), Direction.OUTPUT, evidence, is_certain=certain)
    if certain:
        for table, columns in lineage.output_columns:
            dataset = dataset_of(table)
            if dataset not in touched.columns:
                touched.columns[dataset] = tuple(Column(name, kind) for name, kind in columns)
                touched.stated_columns.add(dataset)
        for column in lineage.columns:
            for source in column.sources:
                read.columns.append(
                    ColumnUse(
                        output=dataset_of(column.table),
                        output_column=column.column,
                        input=dataset_of(source.table),
                        input_column=source.column,
                        kind=source.kind,
                        subtype=source.subtype,
                        masking=source.masking,
                    )
                )
    wire: dict[str, Any] = {
        "fingerprint": lineage.fingerprint,
        "kind": lineage.kind,
        "sql": lineage.redacted,
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
    if wire not in read.facet:
        read.facet.append(wire)


def _location(connection: ConnectionIdentity, uri: str) -> DatasetId:
    if "://" in uri:
        return asset_of(uri, None)
    if uri.startswith("@"):
        return DatasetId(namespace_of(connection), uri)
    return DatasetId("file", uri)

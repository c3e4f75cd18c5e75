"""What one SQL statement read and wrote."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE_TABLE = "*"
"""Stands for a column name in ColumnLineage."""


@dataclass(frozen=True, slots=True, order=True)
class Table:
    """A table name completed with the session's defaults and in the dialect's letter case."""

    catalog: str | None
    schema: str | None
    name: str

    def dotted(self) -> str:
        """Return the parts that are known, joined by dots."""
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part is not None)


@dataclass(frozen=True, slots=True)
class Location:
    """A file, stage or object store address; credentials and query strings are already cut off."""

    uri: str


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """One input column of an output column.

    ``column`` is None when the table is known and the column is not (a star over unknown columns).
    ``kind`` and ``subtype`` are the words of OpenLineage's column lineage facet 1-2-0: DIRECT with
    IDENTITY, TRANSFORMATION or AGGREGATION; INDIRECT with JOIN, GROUP_BY, FILTER, SORT, WINDOW or
    CONDITIONAL. ``masking`` says that a hash or mask function lies between input and output.
    """

    table: Table
    column: str | None
    kind: str
    subtype: str
    masking: bool = False


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """The sources of one column that a statement wrote.

    ``column`` is ``"*"`` for what decided over the rows of the whole table (joins, filters, grouping, order):
    the ``dataset`` field of OpenLineage's column lineage facet 1-2-0. Such sources are said once, not again
    with every column.
    """

    table: Table
    column: str
    sources: tuple[ColumnSource, ...]


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """Why a statement could not be read: one line without any text of the statement."""

    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class StatementLineage:
    """Everything that is known about one statement.

    ``fingerprint`` is a sha256 in hex over the literal-free statement, ``redacted`` the statement with
    every literal replaced by ``?`` and without comments. ``output_columns`` holds
    ``(table, ((column, type or None), ...))`` for outputs whose full column list the statement fixes.
    ``truncated`` says in words what was left out because there was too much of it; tables are complete then.
    """

    fingerprint: str
    redacted: str
    kind: str
    inputs: tuple[Table, ...] = ()
    outputs: tuple[Table, ...] = ()
    input_locations: tuple[Location, ...] = ()
    output_locations: tuple[Location, ...] = ()
    columns: tuple[ColumnLineage, ...] = ()
    output_columns: tuple[tuple[Table, tuple[tuple[str, str | None], ...]], ...] = ()
    error: ExtractionError | None = None
    truncated: tuple[str, ...] = ()

"""What ``airflow lineage parse`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from airflow_lineage_provider.sql.statement import ColumnLineage, ColumnSource, StatementLineage, Table


def report_document(statements: Sequence[StatementLineage]) -> dict[str, Any]:
    """Return ``{"inputs", "outputs", "columns", "errors"}``.

    Tables and addresses are those of all statements, each once; columns stay those of their statement.
    """
    return {
        "inputs": list(dict.fromkeys(chain.from_iterable(map(_inputs, statements)))),
        "outputs": list(dict.fromkeys(chain.from_iterable(map(_outputs, statements)))),
        "columns": [
            column for statement in statements for line in statement.columns for column in _by_kind(line)
        ],
        "errors": [
            f"statement {number}: {message}"
            for number, statement in enumerate(statements, 1)
            for message in _messages(statement)
        ],
    }


def report_lines(statements: Sequence[StatementLineage]) -> Iterator[str]:
    """Yield lines for a reader: one block for each statement."""
    for number, statement in enumerate(statements, 1):
        yield f"{number}. {statement.kind}"
        for title, names in (("reads", _inputs(statement)), ("writes", _outputs(statement))):
            if names:
                yield f"   {title:<7} {', '.join(names)}"
        for line in statement.columns:
            yield f"   {_dotted(line.table)}.{_part(line.column)}"
            for source in line.sources:
                masked = ", masked" if source.masking else ""
                yield f"     <- {_column(source)}  {source.kind} {source.subtype}{masked}"
        for message in _messages(statement):
            yield f"   error   {message}"


def _inputs(statement: StatementLineage) -> list[str]:
    tables = [_dotted(table) for table in statement.inputs]
    return tables + [location.uri for location in statement.input_locations]


def _outputs(statement: StatementLineage) -> list[str]:
    tables = [_dotted(table) for table in statement.outputs]
    return tables + [location.uri for location in statement.output_locations]


def _messages(statement: StatementLineage) -> list[str]:
    failed = [statement.error.message] if statement.error is not None else []
    return failed + [f"left out: {words}" for words in statement.truncated]


def _by_kind(line: ColumnLineage) -> Iterator[dict[str, Any]]:
    for kind in ("DIRECT", "INDIRECT"):
        inputs = list(dict.fromkeys(_column(source) for source in line.sources if source.kind == kind))
        if inputs:
            yield {"output": f"{_dotted(line.table)}.{_part(line.column)}", "inputs": inputs, "kind": kind}


def _dotted(table: Table) -> str:
    """Return the parts joined by dots; one with a dot in it stands in quotes, lest two tables be one."""
    return ".".join(_part(part) for part in (table.catalog, table.schema, table.name) if part is not None)


def _part(name: str) -> str:
    return f'"{name}"' if "." in name else name


def _column(source: ColumnSource) -> str:
    """Return the dotted column; ``*`` stands for one that only the table is known of."""
    return f"{_dotted(source.table)}.{_part(source.column or '*')}"

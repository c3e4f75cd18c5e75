from __future__ import annotations

from collections.abc import Sequence

import pytest

from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage, Table
from tests.sql.corpus import CORPUS
from tests.sql.corpus_row import Row


def test_corpus_is_large() -> None:
    assert len(CORPUS) >= 250
    assert len({row[0] for row in CORPUS}) >= 15
    assert len({row[:2] for row in CORPUS}) == len(CORPUS)
    with_columns = [row for row in CORPUS if row[7]]
    assert len(with_columns) >= 150
    assert len({row[0] for row in with_columns}) >= 15


def columns_of(table: Table) -> Sequence[str] | None:
    return {"u": ("id", "x", "y"), "U": ("ID", "X", "Y")}.get(table.name)


def spelled(statement: StatementLineage) -> str:
    return "; ".join(
        f"{line.table.dotted()}.{line.column} <- "
        + " ".join(
            f"{source.table.dotted()}.{source.column or '?'}:{source.subtype}{'*' if source.masking else ''}"
            for source in line.sources
        )
        for line in statement.columns
    )


@pytest.mark.parametrize("row", CORPUS, ids=[f"{row[0] or 'generic'}: {row[1][:60]}" for row in CORPUS])
def test_statement_reads_and_writes_what_it_says(row: Row) -> None:
    dialect, sql, kind, inputs, outputs, input_locations, output_locations, columns = row
    [[statement]] = parse_scripts([Script(sql, dialect)], columns_of)
    assert statement.error is None
    assert (
        statement.kind,
        sorted(table.dotted() for table in statement.inputs),
        sorted(table.dotted() for table in statement.outputs),
        [location.uri for location in statement.input_locations],
        [location.uri for location in statement.output_locations],
    ) == (
        kind,
        sorted(inputs.split()),
        sorted(outputs.split()),
        input_locations.split(),
        output_locations.split(),
    )
    assert columns is None or spelled(statement) == columns

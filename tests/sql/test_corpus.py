from __future__ import annotations

import pytest

from airflow_lineage_provider.sql.script import Script, parse_scripts
from tests.sql.corpus import CORPUS
from tests.sql.corpus_row import Row


def test_corpus_is_large() -> None:
    assert len(CORPUS) >= 250
    assert len({row[0] for row in CORPUS}) >= 15
    assert len({row[:2] for row in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("row", CORPUS, ids=[f"{row[0] or 'generic'}: {row[1][:60]}" for row in CORPUS])
def test_statement_reads_and_writes_what_it_says(row: Row) -> None:
    dialect, sql, kind, inputs, outputs, input_locations, output_locations = row
    [[statement]] = parse_scripts([Script(sql, dialect)])
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

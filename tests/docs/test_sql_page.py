from __future__ import annotations

import pytest

from airflow_lineage_provider.sql.redaction import redact_literals
from airflow_lineage_provider.sql.script import Script, parse_scripts
from tests.docs.pages import DOCS, fences, table

PAGE = (DOCS / "sql.md").read_text()


@pytest.mark.parametrize(("statement", "reads", "writes"), table(PAGE, "statements"))
def test_statements_yield_what_the_page_says(statement: str, reads: str, writes: str) -> None:
    (found,) = parse_scripts([Script(statement.strip("`"), "postgres", "shop", "public")])

    def named(tables: str, locations: str) -> set[str]:
        return {table.name for one in found for table in getattr(one, tables)} | {
            f"file {location.uri}" for one in found for location in getattr(one, locations)
        }

    assert not [one.error for one in found if one.error]
    assert named("inputs", "input_locations") == _names(reads)
    assert named("outputs", "output_locations") == _names(writes)


def test_literals_are_replaced_as_the_page_says() -> None:
    executed, stored = fences(PAGE.partition("## Literals")[2], "sql")[0].splitlines()
    assert redact_literals(executed, "postgres") == stored.partition("--")[0].strip()


def _names(cell: str) -> set[str]:
    return {name.strip() for name in cell.split(",") if name.strip()}

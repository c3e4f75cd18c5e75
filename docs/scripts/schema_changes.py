"""The page of schema changes: ``python -m docs.scripts.schema_changes --write``; without it only compares."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docs.scripts.page_file import add_write_option, write_or_compare
from tests.contracts.schema_changes import PROPERTY, TABLES, TYPES, VERSIONS

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "schema-changes.md"

RULES = {
    "missing": "column-missing",
    "deprecated_gone": "column-missing (a warning)",
    "renamed": "column-renamed",
    "type_changed": "column-type-changed",
    "widened": "column-widened",
    "narrowed": "column-narrowed",
    "undeclared": "column-undeclared",
    "nullable": "required-nullable",
    "key_loosened": "key-loosened",
    "type_unknown": "column-type-changed (unknown)",
    "nullability_unknown": "required-nullable (unknown)",
    "fine": "-",
}
"""Rule that speaks of a kind of change."""
TITLES = {
    "postgres": "PostgreSQL",
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "mysql": "MySQL",
    "tsql": "SQL Server",
    "databricks": "Databricks and Spark",
    "duckdb": "DuckDB",
    "oracle": "Oracle",
    "file": "Files and data frames",
}

HEAD = """\
<!-- Made by python -m docs.scripts.schema_changes --write -->

# Schema changes

{count} changes and what is said of each. The table is `tests/contracts/schema_changes.py`; a test runs all of it.

**At a gate** the columns that were observed last are compared with the contract. The consumer's query is the old
reader: it knows what the contract promises and meets what is there now. What was not observed breaks nothing: the
result is `unknown`, which is shown and never blocks.

**Between two versions of a contract** what promises less than before takes a major version, what promises more, or
something else that breaks nobody, a minor one, and what promises the same a patch. Version 0 may break with its second
number. Versions that are no numbers with dots only have to differ.

How types are compared:

- A physical type is read in the dialect of the dataset, which follows from its namespace. Where the dialect does not
  know it, or the dataset is no table, the logical type counts, as coarse as it is.
- One type is *wider* than another where it holds all its values and more. Both are numbers, texts, floats or times:
  an integer and a float are of two kinds, for a float is not exact.
- A size that a *contract* leaves out is the dialect's default: `NUMBER` is `NUMBER(38,0)` on Snowflake. A size that an
  *observation* leaves out is not known, for many catalogs do not show it, and breaks nothing.
- `logicalTypeOptions.timezone` decides over the words of a dialect.
- New fields in a struct are like new columns. The order of columns means nothing.
- A name is looked up as a query without quotes would: folded to lower case on PostgreSQL, to upper case on Snowflake
  and Oracle, in any case elsewhere.
- A column is only *guessed* to be renamed: where exactly one is gone and exactly one is new, of a type that fits, with
  a name like it or in its place. Two versions of a contract know it for certain by the `id` of the property.
"""


def page() -> str:
    """The page as it has to be."""
    count = sum(map(len, TYPES.values())) + len(TABLES) + len(VERSIONS)
    parts = [HEAD.format(count=count), *_types(), _tables(), _versions()]
    return "\n".join(parts)


def _types() -> Iterable[str]:
    for dialect, cases in TYPES.items():
        lines = [f"## Types: {TITLES[dialect]}", ""]
        lines += _head("contract", "observed, or new version", "rule at a gate", "between versions")
        lines += [
            _line(_code(case.contract), _code(case.observed), RULES[case.gate], case.version or "-")
            for case in cases
        ]
        yield "\n".join(lines) + "\n"


def _tables() -> str:
    lines = ["## Columns", "", *_head("change", "dialect", "contract", "observed", "rule at a gate")]
    for case in TABLES:
        found = "<br>".join(f"{RULES[kind]}: `{column}`" for kind, column in case.gate) or "-"
        observed = ", ".join(_observed(*column) for column in case.observed)
        title = TITLES[case.dialect or "file"]
        contract = ", ".join(_property(one) for one in case.contract)
        lines.append(_line(case.title, title, contract, observed, found))
    return "\n".join(lines) + "\n"


def _versions() -> str:
    column = json.dumps(PROPERTY)
    lines = [
        "## Versions of a contract",
        "",
        f"What is given is of the column `{column}` where it starts with a dot, else of the contract.",
        "",
        *_head("change", "old", "new", "kind", "takes"),
    ]
    for case in VERSIONS:
        lines.append(_line(case.title, _given(case.old), _given(case.new), case.kind, case.impact))
    return "\n".join(lines) + "\n"


def _property(data: Mapping[str, Any]) -> str:
    kind = data.get("physicalType") or data.get("logicalType") or "no type"
    words = [str(data["name"]), str(kind)]
    if physical := data.get("physicalName"):
        words.append(f"physicalName {physical}")
    for key, value in data.get("logicalTypeOptions", {}).items():
        words.append(f"{key} {json.dumps(value)}")
    for key, word in (
        ("primaryKey", "key"),
        ("required", "required"),
        ("unique", "unique"),
        ("deprecated", "deprecated"),
    ):
        words += [word] if data.get(key) else []
    if items := data.get("items"):
        words.append("of " + ", ".join(f"{one['name']} {one['logicalType']}" for one in items["properties"]))
    return _code(" ".join(words))


def _observed(name: str, kind: str | None, nullable: bool | None) -> str:
    nulls = {True: "", False: " not null", None: " nulls not known"}[nullable]
    return _code(f"{name} {kind or 'no type'}{nulls}")


def _given(given: Mapping[str, Any]) -> str:
    return "<br>".join(_code(f"{key}: {json.dumps(value)}") for key, value in given.items()) or "-"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _head(*names: str) -> list[str]:
    return [_line(*names), _line(*("---" for _ in names))]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_write_option(parser)
    options = parser.parse_args()
    return write_or_compare(PAGE, page(), source="the table", write=options.write)


if __name__ == "__main__":
    sys.exit(main())

"""``airflow lineage parse``: what SQL text reads and writes, without running it and without a database."""

from __future__ import annotations

import json
import sys
from io import TextIOWrapper
from typing import Any, NoReturn

from airflow_lineage_provider.cli.command import CommandError, lineage_command

SECONDS = 60.0
"""Somebody waits for the answer, but not for ever."""


@lineage_command
def parse(args: Any) -> None:
    """Show the tables, files and columns that statements read and write."""
    from airflow_lineage_provider.cli.parse_report import report_document, report_lines
    from airflow_lineage_provider.sql.dialect import dialect_named, dialect_names
    from airflow_lineage_provider.sql.given_columns import given_columns
    from airflow_lineage_provider.sql.script import Script, parse_scripts

    dialect = dialect_named(args.dialect)
    if dialect is None:
        _refuse(
            f"no dialect and no connection type is called {args.dialect!r}: "
            f"give --dialect a connection type, such as postgres or mssql, or one of {', '.join(dialect_names())}"
        )
    try:
        columns_of = given_columns(args.columns or (), dialect)
    except ValueError as error:
        _refuse(f"--columns takes TABLE=COLUMN,COLUMN, not {str(error)!r}")
    text = _standard_input() if args.sql == "-" else args.sql
    script = Script(text, dialect, args.default_catalog or None, args.default_schema or None)
    [statements] = parse_scripts([script], columns_of, budget_seconds=SECONDS)
    if not statements:
        _refuse("there is no statement: give SQL text, or - to have it read from standard input")
    if args.output == "json":
        # What the output cannot hold is written as JSON writes it.
        print(json.dumps(report_document(statements), indent=2, ensure_ascii=not _takes_any_letter()))
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        for line in report_lines(statements):
            print(line)
    unread = sum(statement.error is not None for statement in statements)
    if unread:
        raise CommandError(
            f"{unread} of {len(statements)} statements could not be read in full: see errors; "
            f"is {args.dialect} the dialect they are written in?"
        )


def _takes_any_letter() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf")


def _standard_input() -> str:
    if sys.stdin is None:
        raise CommandError("Standard input is closed: there is nothing to read for -.")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"Standard input is not valid UTF-8 (byte {error.start}).") from None


def _refuse(message: str) -> NoReturn:
    print(f"airflow lineage parse: {message}", file=sys.stderr)
    raise SystemExit(2)

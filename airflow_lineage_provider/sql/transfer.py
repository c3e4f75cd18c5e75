"""Statements that move rows between tables and files, where only their words tell."""

from __future__ import annotations

import re
from typing import Any

from airflow_lineage_provider.sql.command_result import Command, locate, writing
from airflow_lineage_provider.sql.effect import Effect
from airflow_lineage_provider.sql.location import location_of
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.statement import Location
from airflow_lineage_provider.sql.words import Words

MYSQL_LIKE = frozenset({"mysql", "doris", "starrocks", "singlestore"})
ATTACHING = frozenset({"duckdb", "sqlite"})
# Not an address: a connection string may hold a password.
SETTINGS = re.compile(r"[=\s]|:memory:", re.IGNORECASE)


def unload(words: Words, _: Session) -> Command | None:
    """Return UNLOAD ('query') TO 'address'; the query may stand without quotes."""
    if not words.take("UNLOAD"):
        return None
    at = words.at
    query = words.string() if words.take("(") else None
    if query is None:
        words.at = at
        query = words.enclosed()
    if query is None:
        return None
    command = Command(Effect("UNLOAD"), (query,))
    if words.skip_to("TO"):
        locate(words, command.effect.output_locations)
    return command


def load(words: Words, session: Session) -> Command | None:
    """Return MySQL's LOAD DATA; a LOAD of an extension is nothing."""
    if not words.take("LOAD", "DATA") and not words.take("LOAD", "XML"):
        return Command() if words.take("LOAD") and words.string() is not None else None
    if session.dialect not in MYSQL_LIKE or not words.skip_to("INFILE"):
        return None
    effect = Effect("LOAD")
    locate(words, effect.input_locations)
    if not words.skip_to("INTO", "TABLE"):
        return None
    effect.outputs = writing("LOAD", session, words.name()).effect.outputs
    return Command(effect)


def bulk(words: Words, session: Session) -> Command | None:
    """Return T-SQL's BULK INSERT t FROM 'file'."""
    if not words.take("BULK", "INSERT"):
        return None
    command = writing("LOAD", session, words.name())
    if words.take("FROM"):
        locate(words, command.effect.input_locations)
    return command


def import_(words: Words, session: Session) -> Command | None:
    """Return the IMPORT of Exasol (INTO a table), Hive (a table) and DuckDB (a database)."""
    if words.take("IMPORT", "DATABASE"):
        command = Command(Effect("LOAD"))
        locate(words, command.effect.input_locations)
        return command
    hive = session.dialect == "hive" and words.take("IMPORT")
    if hive:
        words.take("EXTERNAL")
    if not (words.take("TABLE") if hive else words.take("IMPORT", "INTO")):
        return Command()
    command = writing("LOAD", session, words.name())
    if words.skip_to("FROM" if hive else "FILE"):
        locate(words, command.effect.input_locations)
    return command


def export(words: Words, session: Session) -> Command | None:
    """Return the EXPORT of Exasol (a table or query), Hive (a table) and DuckDB (a database)."""
    if session.dialect == "bigquery":
        return None
    command = Command(Effect("EXPORT"))
    if words.take("EXPORT", "DATABASE"):
        words.skip_to("TO")  # EXPORT DATABASE x TO 'folder'
        locate(words, command.effect.output_locations)
        return command
    if session.dialect not in {"exasol", "hive"} or not words.take("EXPORT"):
        return Command()
    words.take("TABLE")
    query = words.enclosed()
    if query is None:
        table = session.table(words.name())
        command.effect.inputs = [table] if table is not None else []
    else:
        command.statements = (query,)
    if words.skip_to("TO" if session.dialect == "hive" else "FILE"):
        locate(words, command.effect.output_locations)
    return command


def copy(words: Words, session: Session) -> Command | None:
    """Return DuckDB's COPY FROM DATABASE a TO b, which names no table."""
    return Command() if words.take("COPY", "FROM", "DATABASE") else None


def attach(words: Words, session: Session) -> Command | None:
    """Return ATTACH 'file' AS name; where the name is a connection string nothing is kept of it."""
    command = Command()
    if session.dialect not in ATTACHING or not words.take("ATTACH"):
        return command
    words.take("OR", "REPLACE")
    words.take("DATABASE")
    words.take("IF", "NOT", "EXISTS")
    text = words.string()
    location = location_of(text) if text and not SETTINGS.search(text) else None
    if location is not None:
        command.effect.input_locations = [location]
    return command


def outfile(words: Words, session: Session) -> Command | None:
    """Return a query of MySQL or ClickHouse that goes INTO OUTFILE."""
    if session.dialect not in MYSQL_LIKE | {"clickhouse"}:
        return None
    if not words.skip_outside("INTO", "OUTFILE"):
        return None
    query = words.between(0, words.at - 2)
    command = Command(Effect("EXPORT"))
    locate(words, command.effect.output_locations)
    if session.dialect != "clickhouse" and words.skip_outside("FROM"):
        query += f" FROM {words.rest()}"  # MySQL: SELECT a INTO OUTFILE 'x' ... FROM t
    command.statements = (query,)
    return command


def infile(words: Words, session: Session, target: Any) -> Command:
    """Return ClickHouse's INSERT INTO t FROM INFILE 'x' FORMAT CSV; the words stand behind INFILE."""
    command = writing("INSERT", session, target)
    locate(words, command.effect.input_locations)
    return command


def directory(words: Words, session: Session) -> Command | None:
    """Return Spark's INSERT OVERWRITE DIRECTORY 'x' USING format query; the words stand behind OVERWRITE."""
    words.take("LOCAL")
    if session.dialect not in {"spark", "spark2", "databricks"} or not words.take("DIRECTORY"):
        return None
    command = Command(Effect("INSERT"))
    locate(words, command.effect.output_locations)
    if not words.take("USING"):
        return None
    words.text()
    if words.take("OPTIONS"):
        options = Words(words.enclosed() or "", session.dialect)
        while not options.done():
            if options.text()[0].lower() == "path":
                options.take("=")
                locate(options, command.effect.output_locations)
    words.take("AS")
    command.statements = (words.rest(),)
    return command


def stage(words: Words) -> Command:
    """Return Snowflake's CREATE STAGE s URL = 'address'; the words stand behind STAGE."""
    command = Command()
    words.take("IF", "NOT", "EXISTS")
    start = words.at
    name = words.name()
    spelled = words.between(start, words.at)
    if name is not None and (words.skip_to("URL", "=") or words.skip_to("URL")):
        locate(words, command.effect.input_locations)
        command.effect.output_locations = [Location(f"@{spelled}")]
    return command

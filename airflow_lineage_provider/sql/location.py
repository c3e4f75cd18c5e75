"""Files, stages and object stores in a syntax tree."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.statement import Location

READERS = re.compile(
    r"(read_?(csv(_auto)?|parquet|json(_auto|_objects|l)?|ndjson(_auto|_objects)?|blob|text|xlsx|avro|files)"
    r"|parquet_scan|delta_scan|iceberg_scan|st_read|openrowset|s3(cluster)?|gcs|azureblobstorage|hdfs|file|url|iceberg|deltalake"
    r"|sqlite_scan|read_excel)\Z",
    re.IGNORECASE,
)
URI_OPTIONS = frozenset({"uri", "uris", "location", "path", "external_location"})
FILE_FORMATS = frozenset({"parquet", "delta", "csv", "json", "orc", "text", "avro", "binaryfile", "iceberg"})
FILE_NAME = re.compile(
    r"(.*://|.*\.(csv|tsv|txt|json|jsonl|ndjson|parquet|xlsx|avro|orc|arrow|db|duckdb)(\.\w+)?\Z|/)", re.I
)
STREAMS = frozenset({"stdin", "stdout", "program", "local"})
PASSWORD = re.compile(r"(?<=://)[^/@\s:]*:[^/@\s]*@")


def location_of(text: str) -> Location | None:
    """Return the address without user, password and query string; None for standard streams."""
    uri = PASSWORD.sub("", text.strip())
    if "://" in uri:
        uri = uri.split("?", 1)[0] if uri.lower().startswith(("http", "azure", "wasb", "abfs")) else uri
    if not uri or uri.lower() in STREAMS:
        return None
    return Location(uri)


def locations_in(node: Any) -> list[Location]:
    """Return the addresses that a file list, option or function argument names literally."""
    found: list[Location] = []
    for value in node if isinstance(node, list) else [node]:
        if isinstance(value, exp.Literal) and value.is_string:
            found.extend(_one(str(value.this)))
        elif isinstance(value, (exp.Array, exp.Tuple, exp.Paren)):
            found.extend(locations_in(list(value.expressions) or value.args.get("this")))
        elif isinstance(value, exp.Table):
            found.extend(_one(stage_of(value) or ""))
        elif isinstance(value, exp.Var) and str(value.this).startswith("@"):
            found.extend(_one(str(value.this)))
    return found


def stage_of(table: Any) -> str | None:
    """Return the stage or path that stands where a table name would."""
    this = table.this
    if isinstance(this, exp.Var) and str(this.this).startswith("@"):
        return str(this.this)
    if isinstance(this, exp.Literal) and this.is_string:
        return str(this.this)
    return None


def file_of(table: Any, dialect: str) -> list[Location]:
    """Return the files that a FROM item reads: a stage, ``'x.csv'``, ``parquet.`path``` or ``read_csv('x')``."""
    stage = stage_of(table)
    if stage is not None:
        return _one(stage)
    this = table.this
    if isinstance(this, exp.Identifier):
        name, database = str(this.this), str(table.db or "").lower()
        if database in FILE_FORMATS and "/" in name:
            return _one(name)
        if "://" in name and not database:
            return _one(name)  # Snowflake: COPY INTO t FROM "s3://x"
        if dialect == "duckdb" and this.args.get("quoted") and not database and FILE_NAME.match(name):
            return _one(name)
        return []
    return called_files(this)


def called_files(function: Any) -> list[Location]:
    """Return the literal paths given to a file reading table function."""
    if not isinstance(function, exp.Func):
        return []
    name = str(function.this) if isinstance(function, exp.Anonymous) else function.key
    if not READERS.match(name):
        return []
    arguments = list(function.expressions) or []
    if not isinstance(function, exp.Anonymous) and isinstance(function.this, exp.Expression):
        arguments.insert(0, function.this)
    return locations_in(arguments[:1])


def option_locations(properties: Any) -> list[Location]:
    """Return the addresses in properties such as LOCATION, uri = or uris = [...]."""
    found: list[Location] = []
    for option in properties.expressions if properties is not None else ():
        if isinstance(option, exp.LocationProperty):
            found.extend(locations_in(option.this))
        elif type(option).__name__ == "OptionsProperty":
            found.extend(option_locations(option))
        elif isinstance(option, exp.Property):
            key = str(getattr(option.this, "name", "") or option.this).lower()
            if key in URI_OPTIONS:
                found.extend(locations_in(option.args.get("value")))
    return found


def _one(text: str) -> list[Location]:
    location = location_of(text)
    return [location] if location is not None else []

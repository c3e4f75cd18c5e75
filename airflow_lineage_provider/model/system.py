"""Systems that hold tables: how OpenLineage spells them and what a full table name has there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """One kind of database server."""

    scheme: str
    port: int | None
    parts: tuple[str, ...]
    """Which of catalog, schema and name a full table name has."""


THREE = ("catalog", "schema", "name")
TWO = ("schema", "name")

SYSTEMS = {
    "postgres": System("postgres", 5432, THREE),
    "redshift": System("redshift", 5439, THREE),
    "mysql": System("mysql", 3306, TWO),
    "mariadb": System("mysql", 3306, TWO),
    "mssql": System("mssql", 1433, THREE),
    "oracle": System("oracle", 1521, THREE),
    "trino": System("trino", 8080, THREE),
    "presto": System("presto", 8080, THREE),
    "vertica": System("vertica", 5433, THREE),
    "teradata": System("teradata", 1025, TWO),
    "exasol": System("exasol", 8563, TWO),
    "hiveserver2": System("hive", 10000, TWO),
    "hive_cli": System("hive", 10000, TWO),
    "hive": System("hive", 10000, TWO),
    "clickhouse": System("clickhouse", 9000, TWO),
    "databricks": System("databricks", None, THREE),
}
"""By Airflow connection type; a namespace's scheme is one of these as well."""

OTHER_KINDS = {"postgresql": "postgres", "sqlserver": "mssql"}
"""Other words for a kind of system, in connections, URIs and namespaces."""

DEFAULT_SCHEMAS = {
    "databricks": "default",
    "duckdb": "main",
    "fabric": "dbo",
    "hive": "default",
    "materialize": "public",
    "postgres": "public",
    "redshift": "public",
    "risingwave": "public",
    "snowflake": "PUBLIC",
    "spark": "default",
    "spark2": "default",
    "tsql": "dbo",
}
"""By dialect: the schema a fresh session starts in when the connection names none."""

DATABASE_FIRST = frozenset({"postgres", "redshift", "mssql"})
"""Kinds whose asset URIs name the database first, so that only the schema can be missing in ``database/table``."""

_DIALECTS = {"mssql": "tsql", "awsathena": "athena", "hiveserver2": "hive", "hive_cli": "hive"}


def dialect_of_kind(kind: str) -> str:
    """SQL dialect by connection type or by the scheme of a namespace."""
    return _DIALECTS.get(kind, kind)

"""SQL dialects: which one a connection speaks and how it treats names."""

from __future__ import annotations

from airflow_lineage_provider.model.letter_case import LOWERS_ALL, LOWERS_UNQUOTED, UPPERS_UNQUOTED
from airflow_lineage_provider.model.namespace import OTHER_SCHEMES, scheme_of
from airflow_lineage_provider.model.system import DEFAULT_SCHEMAS, OTHER_KINDS, dialect_of_kind

DIALECT_BY_CONN_TYPE = {
    "athena": "athena",
    "aws_athena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "cloudsql": "",
    "databricks": "databricks",
    "databricks_sql": "databricks",
    "doris": "doris",
    "dremio": "dremio",
    "drill": "drill",
    "druid": "druid",
    "duckdb": "duckdb",
    "motherduck": "duckdb",
    "exasol": "exasol",
    "gcpbigquery": "bigquery",
    "gcpcloudsql": "",
    "google_cloud_platform": "bigquery",
    "hive": "hive",
    "hive_cli": "hive",
    "hive_metastore": "hive",
    "hiveserver2": "hive",
    "impala": "hive",
    "jdbc": "",
    "mariadb": "mysql",
    "mssql": "tsql",
    "mysql": "mysql",
    "odbc": "",
    "oracle": "oracle",
    "pgvector": "postgres",
    "postgres": "postgres",
    "postgresql": "postgres",
    "presto": "presto",
    "redshift": "redshift",
    "risingwave": "risingwave",
    "singlestore": "singlestore",
    "snowflake": "snowflake",
    "spark": "spark",
    "spark_connect": "spark",
    "spark_sql": "spark",
    "sqlite": "sqlite",
    "starrocks": "starrocks",
    "teradata": "teradata",
    "trino": "trino",
    "vertica": "",
    "yandexcloud_clickhouse": "clickhouse",
}
"""Airflow connection type -> sqlglot dialect; "" is sqlglot's generic dialect."""

_MORE_SCHEMES = {
    "alloydb": "postgres",
    "azuresql": "tsql",
    "cockroach": "postgres",
    "cockroachdb": "postgres",
    "denodo": "",
    "s3table": "athena",
    "synapse": "tsql",
    "unitycatalog": "databricks",
    "yugabytedb": "postgres",
}
"""Schemes of namespaces and types of servers that are no connection types."""

CASE_SENSITIVE = LOWERS_UNQUOTED | UPPERS_UNQUOTED | {"clickhouse"}
# Spark and Hive keep the letters of a column name although they compare them folded.
KEEPS_COLUMN_CASE = frozenset({"hive", "spark", "spark2", "databricks"})


def dialect_of(conn_type: str) -> str:
    """Return the sqlglot dialect that an Airflow connection type speaks; "" when it is not known."""
    return DIALECT_BY_CONN_TYPE.get(_conn_type(conn_type), "")


def dialect_named(name: str) -> str | None:
    """Return the sqlglot dialect that somebody names: its own name or a connection type; None if it is neither."""
    return known_dialect(name) or DIALECT_BY_CONN_TYPE.get(_conn_type(name))


def dialect_of_namespace(namespace: str) -> str | None:
    """Return the sqlglot dialect of the tables in an OpenLineage namespace; None: it holds none, or is not known."""
    scheme = scheme_of(namespace.strip()).partition("+")[0]
    if scheme == "arn":
        return "athena" if namespace.strip().lower().startswith("arn:aws:glue:") else None
    scheme = _MORE_SCHEMES.get(scheme) or OTHER_SCHEMES.get(scheme, scheme)
    return known_dialect(dialect_of_kind(scheme)) or None


def dialect_of_server(server_type: str) -> str | None:
    """Return the sqlglot dialect of an ODCS server's type; None: it is no database, or not known."""
    kind = _conn_type(server_type)
    return dialect_named(_MORE_SCHEMES.get(kind) or OTHER_KINDS.get(kind, kind)) or None


def dialect_names() -> list[str]:
    """Return sqlglot's names for its dialects."""
    from sqlglot.dialects.dialect import Dialects

    return sorted(one.value for one in Dialects if one.value)


def default_schema_of(dialect: str) -> str | None:
    """Return the schema of a fresh session, or None where a name needs none (SQLite) or none is set."""
    return DEFAULT_SCHEMAS.get(dialect)


def known_dialect(dialect: str) -> str:
    """Return the dialect when sqlglot has it and the generic one otherwise."""
    from sqlglot import Dialect

    lowered = dialect.strip().lower()
    try:
        return lowered if lowered and Dialect.get(lowered) is not None else ""
    except Exception:
        return ""


def table_case(name: str, dialect: str, quoted: bool) -> str:
    """Return a part of a table name in the case that the dialect stores it."""
    if dialect in LOWERS_ALL:
        return name.lower()
    return name if quoted else _unquoted(name, dialect)


def column_case(name: str, dialect: str, quoted: bool) -> str:
    """Return a column name in the case that the dialect stores it."""
    if dialect in KEEPS_COLUMN_CASE:
        return name
    return table_case(name, dialect, quoted)


def comparable(name: str, dialect: str) -> str:
    """Return the form of a stored name in which two spellings of one thing are equal."""
    return name if dialect in CASE_SENSITIVE else name.lower()


def _conn_type(text: str) -> str:
    return text.strip().lower().replace("-", "_")


def _unquoted(name: str, dialect: str) -> str:
    if dialect in LOWERS_UNQUOTED:
        return name.lower()
    if dialect in UPPERS_UNQUOTED:
        return name.upper()
    return name

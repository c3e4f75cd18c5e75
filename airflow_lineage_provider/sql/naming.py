"""How a session completes and compares the table names of its statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.dialect import comparable, default_schema_of, table_case
from airflow_lineage_provider.sql.placeholder import TEMPLATE_NAME
from airflow_lineage_provider.sql.statement import Table

SYSTEM_SCHEMAS = frozenset(
    {
        "information_schema",
        "pg_catalog",
        "pg_toast",
        "performance_schema",
        "pg_internal",
        "sys",
        "account_usage",
    }
)
SYSTEM_NAMES = re.compile(
    r"(sqlite_(master|schema|temp_master|temp_schema|sequence|stat\d)|dual|sysobjects)\Z"
)
POSTGRES_NAMES = re.compile(
    r"(pg_|stl_|stv_|svv_|svl_|sys_(query|load|unload|serverless)|information_schema)"
)
ORACLE_NAMES = re.compile(
    r"((all|dba|user|v)_(tab|objects|views|constraints|indexes|users|source|cons)|v\$|gv\$)"
)
SYSTEM_SCHEMAS_OF = {
    "mysql": {"mysql"},
    "clickhouse": {"system"},
    "teradata": {"dbc"},
    "exasol": {"exa_statistics"},
    "databricks": {"information_schema"},
}
SYSTEM_CATALOGS_OF = {
    "trino": {"system"},
    "presto": {"system"},
    "databricks": {"system"},
    "snowflake": {"snowflake"},
}
TEMPORARY_SCHEMAS_OF = {
    "postgres": "pg_temp",
    "redshift": "pg_temp",
    "sqlite": "temp",
    "duckdb": "temp",
    "bigquery": "_session",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A table name as written, already in the dialect's case: any of the first two parts may be None."""

    catalog: str | None
    schema: str | None
    name: str
    temporary: bool = False  # the spelling alone says so: #t, pg_temp.t, temp.t


def name_of(node: Any, dialect: str) -> Name | None:
    """Return the name of an ``exp.Table``; None for table functions, stages, variables and templates."""
    parts = _parts(node, dialect)
    if parts is None or any(TEMPLATE_NAME in part for part, _ in parts if part):
        return None
    cased = [table_case(part, dialect, quoted) or None for part, quoted in parts]
    name = cased.pop()
    if name is None:
        return None
    schema = cased.pop() if cased else None
    catalog = ".".join(part for part in cased if part) or None
    temporary = bool(getattr(node.this, "args", {}).get("temporary")) or name.startswith(("#", "@"))
    if schema and schema.lower() == TEMPORARY_SCHEMAS_OF.get(dialect):
        temporary = True
        schema = None
    if catalog and catalog.lower() == "tempdb":
        temporary, catalog, schema = True, None, None
    if dialect == "sqlite" and schema and schema.lower() == "main":
        schema = None
    if schema is None and catalog is not None:
        schema = default_schema_of(dialect)  # db..t
    return Name(catalog, schema, name, temporary)


def completed(name: Name, catalog: str | None, schema: str | None) -> Table:
    """Return the table with the parts that the name leaves out taken from the session."""
    return Table(name.catalog or catalog, name.schema or schema, name.name)


def key_of(table: Table, dialect: str) -> tuple[str, str, str]:
    """Return what two spellings of one table share."""
    return (
        comparable(table.catalog or "", dialect),
        comparable(table.schema or "", dialect),
        comparable(table.name, dialect),
    )


def is_system(name: Name, dialect: str) -> bool:
    """Say whether the name is one of the engine's own catalog tables."""
    schema, bare = (name.schema or "").lower(), name.name.lower()
    if schema in SYSTEM_SCHEMAS or schema in SYSTEM_SCHEMAS_OF.get(dialect, ()):
        return True
    if (name.catalog or "").lower() in SYSTEM_CATALOGS_OF.get(dialect, ()):
        return True
    if bare.startswith("information_schema.") or SYSTEM_NAMES.match(bare):
        return True
    if dialect in {"postgres", "redshift"} and not schema and POSTGRES_NAMES.match(bare):
        return True
    return dialect == "oracle" and ORACLE_NAMES.match(bare) is not None


def is_spelled_out(this: Any) -> bool:
    """Say whether a name is given as IDENTIFIER('a.b')."""
    return _spelled_out(this) is not None


def _spelled_out(this: Any) -> Any:
    if isinstance(this, exp.Expression) and type(this).__name__ == "DynamicIdentifier":
        return this.this
    if isinstance(this, exp.Anonymous) and str(this.this).upper() == "IDENTIFIER" and this.expressions:
        return this.expressions[0]
    return None


def _parts(node: Any, dialect: str) -> list[tuple[str, bool]] | None:
    """Return (text, quoted) of each part from the catalog to the name."""
    if not isinstance(node, exp.Table):
        return None
    this = node.this
    inner = _spelled_out(this)
    if inner is not None:
        if not (isinstance(inner, exp.Literal) and inner.is_string):
            return None
        return [(part.strip('"'), part.startswith('"')) for part in str(inner.this).split(".")]
    identifiers = [part for part in (node.args.get("catalog"), node.args.get("db")) if part is not None]
    while isinstance(this, exp.Dot):  # server.database.schema.table
        identifiers.append(this.this)
        this = this.expression
    identifiers.append(this)
    parts: list[tuple[str, bool]] = []
    for part in identifiers:
        if isinstance(part, exp.Identifier):
            parts.append((str(part.this), bool(part.args.get("quoted"))))
        elif isinstance(part, str) or (isinstance(part, exp.Var) and not str(part.this).startswith("@")):
            parts.append((part if isinstance(part, str) else str(part.this), False))
        elif isinstance(part, exp.Parameter) and isinstance(part.this, exp.Var):
            parts.append((f"@{part.this.name}", False))  # T-SQL's table variable
        else:
            return None
    if dialect == "bigquery" and len(parts) == 1 and "." in parts[0][0]:
        return [(part, True) for part in parts[0][0].split(".")]
    return parts

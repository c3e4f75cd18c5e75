"""The part of a dbt project's files that says where its tables are."""

from __future__ import annotations

import os
import posixpath
import re
from typing import Any

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.sql_text import host_of, port_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

_MOST_BYTES = 200_000
_ENVIRONMENT = re.compile(
    r"\{\{-?\s*env_var\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*(?:,\s*(?:'([^']*)'|\"([^\"]*)\"))?\s*\)\s*(?:\|\s*\w+\s*)?-?\}\}"
)
_KINDS = {"sqlserver": "mssql", "fabric": "mssql"}
"""What Airflow calls the system of an adapter, where it is another word."""
_SERVERS = frozenset(
    {
        "postgres",
        "redshift",
        "trino",
        "clickhouse",
        "mysql",
        "mariadb",
        "sqlserver",
        "databricks",
        "vertica",
        "teradata",
    }
)


def yaml_of(path: str) -> dict[str, Any]:
    """Content of a small YAML file; empty if it is not there. Raises :class:`NotCertain`."""
    try:
        if not os.path.isfile(path):
            return {}
        if os.path.getsize(path) > _MOST_BYTES:
            raise NotCertain("a file of the dbt project is too large")
        with open(path, encoding="utf-8") as file:
            text = file.read(_MOST_BYTES)
    except (OSError, UnicodeDecodeError):
        return {}
    import yaml

    try:
        content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError:
        raise NotCertain("a file of the dbt project is no YAML") from None
    return content if isinstance(content, dict) else {}


def rendered(call: Call, value: object) -> str | None:
    """Text of a setting with ``env_var`` replaced. Raises :class:`NotCertain` for any other template."""
    if value is None or isinstance(value, dict | list):
        return None

    def variable(found: re.Match[str]) -> str:
        name = found[1] or found[2] or ""
        default = found[3] if found[3] is not None else found[4]
        given = call.variables.environment(name)
        if given is None and default is None:
            raise NotCertain(f"${name} is not known")
        return given.sure() if given is not None else str(default)

    text = _ENVIRONMENT.sub(variable, str(value))
    if "{{" in text or "{%" in text:
        raise NotCertain("a setting of the dbt profile is a template")
    return text or None


def identity_of_profile(
    call: Call, adapter: str, folders: list[str], profile: str | None, target: str | None
) -> ConnectionIdentity:
    """Identity of the database that a profile reaches. Only what names it is read, never what opens it.

    :param folders: where ``profiles.yml`` may be, the first one first.
    """
    kind = _KINDS.get(adapter, adapter)
    if adapter == "bigquery":
        return ConnectionIdentity(conn_id=call.program, conn_type=kind)
    output = _output(call, folders, profile, target)

    def setting(*names: str) -> str | None:
        return next((text for name in names if (text := rendered(call, output.get(name)))), None)

    if adapter == "snowflake" and (account := setting("account")):
        return ConnectionIdentity(conn_id=call.program, conn_type=kind, extra={"account": account})
    if adapter == "athena" and (region := setting("region_name")):
        return ConnectionIdentity(conn_id=call.program, conn_type=kind, extra={"region_name": region})
    if adapter == "duckdb":
        path = setting("path") or ":memory:"
        place = path if path == ":memory:" or "://" in path or path.startswith("md:") else call.path(path)
        if place is not None:
            return ConnectionIdentity(conn_id=call.program, conn_type=kind, host=place)
    if adapter in _SERVERS and (host := setting("host", "server")):
        return ConnectionIdentity(
            conn_id=call.program, conn_type=kind, host=host_of(call, host), port=port_of(setting("port"))
        )
    raise NotCertain(f"where the adapter {adapter} keeps its tables is not known")


def _output(call: Call, folders: list[str], profile: str | None, target: str | None) -> dict[str, Any]:
    for folder in folders:
        content = yaml_of(posixpath.join(folder, "profiles.yml"))
        if not content:
            continue
        chosen = content.get(profile) if profile else None
        if not isinstance(chosen, dict):
            raise NotCertain("the dbt profile is not in profiles.yml")
        name = target or rendered(call, chosen.get("target")) or "default"
        outputs = chosen.get("outputs")
        output = outputs.get(name) if isinstance(outputs, dict) else None
        if not isinstance(output, dict):
            raise NotCertain("the dbt target is not in profiles.yml")
        return output
    raise NotCertain("profiles.yml of dbt is not there")

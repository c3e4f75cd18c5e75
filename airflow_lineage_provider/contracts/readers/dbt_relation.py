"""A table of a dbt project, by the names that dbt gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.contracts.readers.loose import text
from airflow_lineage_provider.contracts.table_name import split_name
from airflow_lineage_provider.sql.dialect import dialect_of_server, table_case

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_WHOLE_SYSTEM = {"bigquery": "bigquery"}
"""Adapters of systems that are one namespace for everybody."""


@dataclass(frozen=True, slots=True)
class DbtRelation:
    """Names as dbt writes them, and the adapter that wrote them."""

    physical_name: str
    """Dotted, with the quotes of the adapter."""
    adapter: str | None = None
    has_schema: bool = True

    @property
    def dialect(self) -> str | None:
        return dialect_of_server(self.adapter) if self.adapter else None

    @property
    def name(self) -> str:
        """The last part, without quotes."""
        return split_name(self.physical_name)[-1][0]

    @property
    def dataset_name(self) -> str | None:
        """Name within its namespace, in the case that the system stores; ``None`` where the schema is not known."""
        if not self.has_schema:
            return None
        dialect = self.dialect or ""
        return ".".join(table_case(part, dialect, quoted) for part, quoted in split_name(self.physical_name))

    @property
    def namespace(self) -> str | None:
        """Namespace where the adapter alone tells it."""
        return _WHOLE_SYSTEM.get((self.adapter or "").lower())


def relation_of(node: Mapping[str, Any], adapter: str | None = None) -> DbtRelation | None:
    """Relation of a model or source; ``None`` where it has no name."""
    written = text(node.get("relation_name"))
    if written and "{{" not in written:
        return DbtRelation(written, adapter, len(split_name(written)) > 1)
    name = _known(node, "identifier") or _known(node, "alias") or _known(node, "name")
    if name is None:
        return None
    schema = _known(node, "schema")
    parts = [_known(node, "database") if schema else None, schema, name]
    return DbtRelation(".".join(_quoted(part) for part in parts if part), adapter, schema is not None)


def _known(node: Mapping[str, Any], key: str) -> str | None:
    """A name, unless a template would make it."""
    value = text(node.get(key))
    return None if value is None or "{{" in value else value


def _quoted(part: str) -> str:
    return part if _PLAIN.match(part) else '"' + part.replace('"', '""') + '"'

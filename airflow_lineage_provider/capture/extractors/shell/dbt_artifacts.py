"""``manifest.json`` and ``run_results.json``, which dbt leaves behind: which nodes ran, and what they depend on."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.letter_case import LOWERS_ALL, LOWERS_UNQUOTED, UPPERS_UNQUOTED
from airflow_lineage_provider.model.naming import table_of
from airflow_lineage_provider.model.system import dialect_of_kind

MOST_BYTES = 32 * 1024 * 1024
"""Of one file. Parsing it takes about a second and ten times its size in memory."""
_MOST_DEPTH = 50
"""Ephemeral models that depend on one another."""
_BUILDS = frozenset({"model", "seed", "snapshot"})
_DONE = frozenset({"success", "pass", "warn", "fail"})
"""States of nodes that read their parents, whatever came of a test."""
_PART = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[]+)')


@dataclass(slots=True)
class Artifacts:
    """Both files of one run."""

    manifest: dict[str, Any]
    results: list[dict[str, Any]]

    @property
    def adapter(self) -> str:
        return str(_object(self.manifest, "metadata").get("adapter_type") or "")

    def nodes_done(self) -> Iterator[dict[str, Any]]:
        """Nodes that ran to their end."""
        for result in self.results:
            node = self.node(str(result.get("unique_id")))
            if node is not None and result.get("status") in _DONE:
                yield node

    def node(self, unique_id: str) -> dict[str, Any] | None:
        for section in ("nodes", "sources"):
            if isinstance(found := _object(self.manifest, section).get(unique_id), dict):
                return found
        return None

    def parents(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Tables that a node reads; through models that are no table of their own to those behind them."""
        waiting, seen = [(str(name), 0) for name in _list(_object(node, "depends_on"), "nodes")], set()
        while waiting:
            unique_id, depth = waiting.pop()
            if unique_id in seen or depth > _MOST_DEPTH:
                continue
            seen.add(unique_id)
            parent = self.node(unique_id)
            if parent is None:
                continue
            if _object(parent, "config").get("materialized") == "ephemeral":
                behind = _list(_object(parent, "depends_on"), "nodes")
                waiting.extend((str(name), depth + 1) for name in behind)
            elif parent.get("resource_type") in (*_BUILDS, "source"):
                yield parent


def artifacts_in(folder: str, started: float | None) -> Artifacts:
    """Files of the run that has just ended. Raises :class:`NotCertain` if they are not there or of another run."""
    results = _json(posixpath.join(folder, "run_results.json"), started)
    manifest = _json(posixpath.join(folder, "manifest.json"), None)
    return Artifacts(manifest, [entry for entry in _list(results, "results") if isinstance(entry, dict)])


def builds_table(node: dict[str, Any]) -> bool:
    is_table = _object(node, "config").get("materialized") != "ephemeral"
    return node.get("resource_type") in _BUILDS and is_table


def table_of_node(node: dict[str, Any], identity: ConnectionIdentity) -> DatasetId | None:
    """Identity of a node's table, in the letters that the database stores it in."""
    dialect = dialect_of_kind(identity.conn_type)
    parts = [_stored(*part, dialect) for part in _parts(str(node.get("relation_name") or ""))]
    if not parts:
        given = (node.get("database"), node.get("schema"), node.get("alias") or node.get("identifier"))
        parts = [_stored(str(part), False, dialect) for part in given if part]
    if not parts or not 1 <= len(parts) <= 3:
        return None
    catalog, schema = (parts[-3] if len(parts) == 3 else None), (parts[-2] if len(parts) > 1 else None)
    # A DuckDB file is one database, which its namespace names already.
    return table_of(identity, None if identity.conn_type == "duckdb" else catalog, schema, parts[-1])


def _parts(relation: str) -> list[tuple[str, bool]]:
    return [
        (found[1] or found[2] or found[3] or found[4], found[4] is None) for found in _PART.finditer(relation)
    ]


def _stored(part: str, is_quoted: bool, dialect: str) -> str:
    if dialect in LOWERS_ALL or (dialect in LOWERS_UNQUOTED and not is_quoted):
        return part.lower()
    return part.upper() if dialect in UPPERS_UNQUOTED and not is_quoted else part


def _json(path: str, started: float | None) -> dict[str, Any]:
    name = posixpath.basename(path)
    try:
        found = os.stat(path)
        if started is not None and found.st_mtime < started - 1:
            raise NotCertain(f"{name} of dbt is older than the task")
        if found.st_size > MOST_BYTES:
            raise NotCertain(f"{name} of dbt has more than {MOST_BYTES} bytes")
        with open(path, "rb") as file:
            content = json.loads(file.read(MOST_BYTES))
    except OSError:
        raise NotCertain(f"{name} of dbt is not there") from None
    except (ValueError, RecursionError):
        raise NotCertain(f"{name} of dbt is no JSON") from None
    return content if isinstance(content, dict) else {}


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []

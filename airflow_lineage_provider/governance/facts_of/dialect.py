"""Which SQL dialect the types of a dataset are written in."""

from __future__ import annotations

from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.model.system import OTHER_KINDS, dialect_of_kind
from airflow_lineage_provider.sql.dialect import DIALECT_BY_CONN_TYPE

_DIALECTS = frozenset(DIALECT_BY_CONN_TYPE.values()) - {""}


def dialect_of_namespace(namespace: str) -> str | None:
    """Name of the dialect in sqlglot; ``None`` for files, queues and systems that are not known."""
    scheme = scheme_of(namespace)
    dialect = dialect_of_kind(OTHER_KINDS.get(scheme, scheme))
    return dialect if dialect in _DIALECTS else None

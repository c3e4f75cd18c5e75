"""A physical name in a contract as the table that capture will know."""

from __future__ import annotations

import re

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import table_of
from airflow_lineage_provider.sql.dialect import LOWERS_ALL, UPPERS_UNQUOTED, default_schema_of, dialect_of

_PART = re.compile(r'"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([^."`\[\]]+)')


def table_dataset(connection: ConnectionIdentity, physical_name: str) -> DatasetId:
    """Identity of a table that a contract names, with one to three dotted parts.

    Parts it leaves out come from the connection, then from where a fresh session of that system starts.
    """
    dialect = dialect_of(connection.conn_type)
    parts = [_stored(text, quoted, dialect) for text, quoted in split_name(physical_name)]
    name = parts[-1]
    schema = parts[-2] if len(parts) > 1 else None
    catalog = ".".join(parts[:-2]) or None
    if schema is None:
        schema = _default(connection.schema, dialect) or default_schema_of(dialect)
    return table_of(connection, catalog or _default(connection.database, dialect), schema, name)


def split_name(text: str) -> list[tuple[str, bool]]:
    """Split at dots outside of quotes: (part, was quoted). A name that does not read so is one part."""
    parts: list[tuple[str, bool]] = []
    position = 0
    while True:
        match = _PART.match(text, position)
        if match is None:
            return [(text, True)]
        bare = match[4]
        quoted = (match[1] or "").replace('""', '"') or match[2] or match[3]
        parts.append((bare.strip(), False) if bare is not None else (quoted, True))
        position = match.end()
        if position == len(text):
            return parts
        if text[position] != ".":
            return [(text, True)]
        position += 1


def _default(part: str | None, dialect: str) -> str | None:
    return _stored(part, False, dialect) if part else None


def _stored(part: str, quoted: bool, dialect: str) -> str:
    """Fold the case where contracts are written in lower case and the system stores something else.

    A physical name is what the system stores, so a name with capitals stands as it is written.
    """
    if dialect in LOWERS_ALL:
        return part.lower()
    if dialect in UPPERS_UNQUOTED and not quoted and part == part.lower():
        return part.upper()
    return part

"""The identity of a table that an operator names in an attribute, spelled as the server spells it in SQL."""

from __future__ import annotations

import re

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.letter_case import LOWERS_ALL, LOWERS_UNQUOTED, default_case
from airflow_lineage_provider.model.naming import table_of
from airflow_lineage_provider.model.system import DEFAULT_SCHEMAS, dialect_of_kind

_PART = re.compile(r'\s*(?:"[^"]*"|`[^`]*`|\[[^\]]*\]|[^.]+)')
_QUOTES = '"`[]'
_PAIRS = ('""', "``", "[]")


def written_table(connection: ConnectionIdentity, text: str, schema: str | None = None) -> DatasetId | None:
    """Identity of a table given as text like ``schema.table``; ``None`` where the text is no such name.

    :param schema: the schema, where the operator is given it apart.
    """
    dialect = dialect_of_kind(connection.conn_type)
    written = [part.strip() for part in _PART.findall(text.strip())]
    # Two dots in a row, or a quote that nothing closes: a part of the name is missing.
    between = "".join(_PART.sub("", text.strip()).split())
    if between != "." * (len(written) - 1) or any(map(_is_open, written)):
        return None
    parts = [_stored(part, dialect) for part in written]
    if not 1 <= len(parts) <= 3 or not all(parts):
        return None
    catalog, named, name = [None, None, *parts][-3:]
    schema = named or (_stored(schema, dialect) if schema else None)
    if not schema and not connection.schema:
        schema = DEFAULT_SCHEMAS.get(dialect)
    return table_of(connection, catalog, schema, str(name))


def _is_open(part: str) -> bool:
    return any(sign in part for sign in _QUOTES) and not (len(part) > 1 and part[0] + part[-1] in _PAIRS)


def _stored(part: str, dialect: str) -> str:
    if part[:1] in _QUOTES and part:
        inner = part.strip(_QUOTES)
        return inner.lower() if dialect in LOWERS_ALL else inner
    return part.lower() if dialect in LOWERS_UNQUOTED else str(default_case(part, dialect) or "")

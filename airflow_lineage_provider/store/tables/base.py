"""Metadata, base class and column types of our tables. They never join Airflow's own metadata."""

from __future__ import annotations

from typing import cast

from airflow.models.base import COLLATION_ARGS, _get_schema, naming_convention
from airflow.utils.sqlalchemy import UtcDateTime
from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.dialects.mysql import LONGBLOB, MEDIUMTEXT
from sqlalchemy.orm import DeclarativeBase

metadata = MetaData(schema=_get_schema(), naming_convention=naming_convention)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Surrogate key: SQLite counts up only on INTEGER."""

Digest = String(64, **COLLATION_ARGS)
"""SHA-256 in hex. Unique indexes stand on it, because namespaces and names outgrow what an index may hold."""

Json = Text().with_variant(MEDIUMTEXT(), "mysql")
"""Canonical JSON as text: portable, and what is hashed is what is stored."""

Blob = LargeBinary().with_variant(LONGBLOB(), "mysql")
"""Compressed bytes."""

Timestamp = UtcDateTime


def word(length: int) -> String:
    """Short text that is compared byte by byte: states, ids, names."""
    return String(length, **COLLATION_ARGS)


class Base(DeclarativeBase):
    """Base of our mapped classes."""

    metadata = metadata


def core_table(model: type[Base]) -> Table:
    """Core table of a mapped class: our statements are Core, for they run in other people's transactions."""
    return cast("Table", model.__table__)

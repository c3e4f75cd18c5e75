"""Thousands of row ids, or of digests, in one statement.

A bound parameter for each costs more than the look-up it asks for, and old SQLites take 999 of them. Row ids are
whole numbers out of our own tables and digests are hex digits of our own making, so that both can stand in the
statement's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType

from airflow_lineage_provider.model.parts import parts

CHUNK = 2_000
"""Ids, or digests, per statement."""
_NOTHING = -1
"""No row has it: an empty list is no SQL."""
_HEX = re.compile("[0-9a-f]*")


class _RowIds(UserDefinedType[Sequence[int]]):
    """That something is one of some whole numbers: the operator and the list behind it."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """Never a column's type."""
        return "TEXT"

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Numbers and nothing else: what is none raises ``TypeError``."""
        return _any_of if dialect.name == "postgresql" else _in_list


def _any_of(ids: Sequence[int]) -> str:
    # Planned without a look at each of thousands, which takes as long as finding their rows.
    return f"= ANY (ARRAY(SELECT unnest('{{{_joined(ids)}}}'::bigint[])))"


def _in_list(ids: Sequence[int]) -> str:
    return f"IN ({_joined(ids)})"


def _joined(ids: Sequence[int]) -> str:
    return ",".join(map(int.__repr__, ids or (_NOTHING,)))


def in_ids(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Condition that a column is one of the row ids which are given as parameter ``ids`` when it is run."""
    ids: BindParameter[Sequence[int]] = bindparam("ids", type_=_RowIds(), literal_execute=True)
    return column.op("", is_comparison=True)(ids)


class _Digests(UserDefinedType[Sequence[str]]):
    """That something is one of some digests: the operator and the list behind it."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """Never a column's type."""
        return "TEXT"

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Hex digits and nothing else: what is none raises ``TypeError``."""
        return _any_of_texts if dialect.name == "postgresql" else _in_texts


def _any_of_texts(digests: Sequence[str]) -> str:
    return f"= ANY (ARRAY(SELECT unnest('{{{','.join(_checked(digests))}}}'::text[])))"


def _in_texts(digests: Sequence[str]) -> str:
    # Of nothing an empty text, which no row has either.
    listed = "','".join(_checked(digests))
    return f"IN ('{listed}')"


def _checked(digests: Sequence[str]) -> Sequence[str]:
    if _HEX.fullmatch("".join(digests)) is None:
        raise TypeError("not all of them are digests")
    return digests


def in_digests(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Condition that a column is one of the digests which are given as parameter ``digests`` when it is run."""
    digests: BindParameter[Sequence[str]] = bindparam("digests", type_=_Digests(), literal_execute=True)
    return column.op("", is_comparison=True)(digests)


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts that fit one statement."""
    yield from parts(ids, CHUNK)

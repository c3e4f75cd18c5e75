"""Thousands of row ids in one statement.

A bound parameter for each costs more than the look-up it asks for, and old SQLites take 999 of them. Row ids are
whole numbers out of our own tables, so that they can stand in the statement's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType

from airflow_lineage_provider.model.parts import parts

CHUNK = 2_000
"""Ids per statement."""
_NOTHING = -1
"""No row has it: an empty list is no SQL."""


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


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts that fit one statement."""
    yield from parts(ids, CHUNK)

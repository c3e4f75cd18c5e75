"""A guess: the one column that is gone is the one that is new."""

from __future__ import annotations

from difflib import SequenceMatcher

from airflow_lineage_provider.contracts.column_match import Matched
from airflow_lineage_provider.contracts.promise import ColumnPromise
from airflow_lineage_provider.contracts.type_promise import TypeVerdict, judge_type
from airflow_lineage_provider.model.io_entry import Column

CLOSE = 0.6
"""Of 1: how much two names must have in common."""


def renamed(matched: Matched, dialect: str | None) -> tuple[ColumnPromise, Column] | None:
    """The one missing and the one undeclared column, where their types agree and their names are close or it took the place."""
    missing = [
        match.promised for match in matched.pairs
        if match.column is None and not match.is_hidden and not match.promised.is_deprecated
    ]  # fmt: skip
    if len(missing) != 1 or len(matched.undeclared) != 1:
        return None
    promised, column = missing[0], matched.undeclared[0]
    if promised.parent and not column.name.rpartition(".")[0]:
        return None
    verdict = judge_type(promised, column.type, dialect).verdict
    if verdict is TypeVerdict.CHANGED:
        return None
    if are_close(promised.name, column.name):
        return promised, column
    is_typed = bool(promised.physical_type or promised.logical_type) and verdict is not TypeVerdict.UNKNOWN
    return (promised, column) if is_typed and _is_in_its_place(promised, column, matched) else None


def are_close(a: str, b: str) -> bool:
    """Whether two names look like one."""
    one, other = (_plain(name) for name in (a, b))
    if not one or not other:
        return False
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= CLOSE


def _plain(name: str) -> str:
    last = name[:300].rpartition(".")[2]
    return "".join(letter for letter in last.casefold() if letter.isalnum())


def _is_in_its_place(promised: ColumnPromise, column: Column, matched: Matched) -> bool:
    tops = [match.promised for match in matched.pairs if not match.promised.parent]
    if promised not in tops or len(tops) < 2:
        return False
    there = [one for one in matched.columns if "." not in one.name]
    return column in there and tops.index(promised) == there.index(column)

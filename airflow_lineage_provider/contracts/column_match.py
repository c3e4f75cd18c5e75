"""Which observed column is the one that a contract names, also of what is nested in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from airflow_lineage_provider.contracts.promise import ColumnPromise, Promise
from airflow_lineage_provider.model.data_type import DataType, Family
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.sql.dialect import CASE_SENSITIVE, column_case
from airflow_lineage_provider.sql.type_reading import read_type

_QUOTES = {'"': '"', "`": "`", "[": "]"}


class Match(NamedTuple):
    """A promised column and what was observed of it."""

    promised: ColumnPromise
    column: Column | None
    """``None``: it is not there."""
    type: DataType | None = None
    is_read: bool = False
    """It is a part of another column's type: ``type`` counts, not ``column.type``."""
    has_nested: bool = False
    is_hidden: bool = False
    """What it is nested in was not observed that closely."""


@dataclass(slots=True)
class Matched:
    """All columns of both sides."""

    pairs: list[Match] = field(default_factory=list)
    """In the order of the contract."""
    undeclared: list[Column] = field(default_factory=list)
    columns: Sequence[Column] = ()
    """All that was observed."""


class Names:
    """Observed names, to be asked with a contract's; each is given once."""

    def __init__(self, columns: Sequence[Column], dialect: str | None) -> None:
        self.dialect = dialect or ""
        self.exact: dict[str, Column] = {}
        for column in columns:
            self.exact.setdefault(column.name, column)
        self.folded: dict[str, list[Column]] | None = None

    def find(self, name: str) -> Column | None:
        """The column that a query with this name reads."""
        found = self.exact.get(name)
        if found is not None:
            return found
        if name[:1] in _QUOTES and len(name) > 2 and name.endswith(_QUOTES[name[0]]):
            return self.exact.get(name[1:-1])
        if self.dialect in CASE_SENSITIVE:
            return self.exact.get(column_case(name, self.dialect, False))
        if self.folded is None:
            self.folded = {}
            for column in self.exact.values():
                self.folded.setdefault(column.name.lower(), []).append(column)
        same = self.folded.get(name.lower(), ())
        return same[0] if len(same) == 1 else None


def match_columns(promise: Promise, columns: Sequence[Column], dialect: str | None) -> Matched:
    """Find the observed column of each promised one."""
    matched = Matched(columns=columns)
    names = Names(columns, dialect)
    parents = {one.parent for one in promise.columns if one.parent}
    taken: set[int] = set()
    nodes: dict[str, _Node] = {}
    for promised in promise.columns:
        if promised.parent:
            match = _nested(promised, nodes.get(promised.parent), names, promised.name in parents)
        else:
            column = names.find(promised.name)
            if column is not None and id(column) in taken:
                column = None
            match = Match(promised, column, has_nested=promised.name in parents)
        if match.column is not None:
            taken.add(id(match.column))
            if match.has_nested:
                kind = match.type if match.is_read else read_type(match.column.type, dialect)
                nodes[promised.name] = _Node(match.column.name, kind, names)
        matched.pairs.append(match)
    matched.undeclared = _undeclared(columns, taken, nodes)
    return matched


class _Node:
    """An observed column in which others are nested."""

    def __init__(self, shown: str, kind: DataType | None, names: Names) -> None:
        self.shown = shown
        # OpenLineage has no word for the elements of an array.
        self.path = path = shown.replace("[]", "")
        self.type = kind
        self.fields = {one.name: one.type for one in kind.fields} if kind and kind.fields else {}
        # Producers of OpenLineage list what is nested in a column as columns of their own.
        self.has_columns = any(name.startswith(f"{path}.") for name in names.exact)
        self.named = Names([Column(name) for name in self.fields], names.dialect)
        self.taken: set[str] = set()


def _nested(promised: ColumnPromise, above: _Node | None, names: Names, has_nested: bool) -> Match:
    hidden = Match(promised, None, is_hidden=True)
    if above is None or promised.parent is None:
        return hidden
    step = promised.name[len(promised.parent) :]
    if step == "[]":
        element = above.type.element if above.type and above.type.family is Family.ARRAY else None
        if element is None and not above.has_columns:
            return hidden
        return Match(promised, Column(f"{above.shown}[]"), element, is_read=True, has_nested=has_nested)
    step = step.removeprefix(".")
    if (column := names.find(f"{above.path}.{step}")) is not None:
        above.taken.add(step)
        return Match(promised, column, has_nested=has_nested)
    if (part := above.named.find(step)) is not None:
        above.taken.add(part.name)
        return Match(
            promised,
            Column(f"{above.shown}.{part.name}"),
            above.fields[part.name],
            is_read=True,
            has_nested=has_nested,
        )
    return Match(promised, None) if above.fields or above.has_columns else hidden


def _undeclared(columns: Sequence[Column], taken: set[int], nodes: dict[str, _Node]) -> list[Column]:
    found = []
    tops = {column.name for column in columns}
    opened = {node.path for node in nodes.values()}
    for column in columns:
        if id(column) in taken:
            continue
        above = column.name.rpartition(".")[0]
        while above and above not in tops and above not in opened:
            above = above.rpartition(".")[0]
        # Of what is nested in a column that promises nothing of its inside, the column itself is enough.
        if not above or above in opened:
            found.append(column)
    for node in nodes.values():
        if not node.has_columns:
            found += [Column(f"{node.shown}.{name}") for name in node.fields if name not in node.taken]
    return found

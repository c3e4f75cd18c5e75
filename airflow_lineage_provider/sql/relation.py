"""What a FROM item, CTE or query offers to the query around it, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airflow_lineage_provider.sql.budget import MOST_SOURCES
from airflow_lineage_provider.sql.statement import ColumnSource, Table

Sources = tuple[ColumnSource, ...]

STRENGTH = {"IDENTITY": 0, "TRANSFORMATION": 1, "AGGREGATION": 2}


@dataclass(frozen=True, slots=True)
class Column:
    """A named output column; ``name`` is "" when only the engine knows what it will call it."""

    name: str
    sources: Sources
    type: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTable:
    """All columns of a table whose columns are not known."""

    table: Table


@dataclass(frozen=True, slots=True)
class AnyColumn:
    """Columns of unknown names that all come from the same sources (a table function's output)."""

    sources: Sources


@dataclass(frozen=True, slots=True)
class OpenUnion:
    """The rows of several relations of which at least one has unknown columns."""

    branches: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns in order; ``indirect`` decided which rows there are and in what order."""

    items: tuple[Column | OpenTable | AnyColumn | OpenUnion, ...]
    indirect: Sources = ()
    # Generated queries ask wide relations for each of their columns, and unions of unions for the same one.
    _memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_open(self) -> bool:
        """Say whether columns exist whose names are not known."""
        return bool(self.opens())

    def opens(self) -> tuple[OpenTable | AnyColumn | OpenUnion, ...]:
        """Return the items whose column names are not known."""
        if "opens" not in self._memo:
            self._memo["opens"] = tuple(item for item in self.items if not isinstance(item, Column))
        opens: tuple[OpenTable | AnyColumn | OpenUnion, ...] = self._memo["opens"]
        return opens

    def columns(self) -> tuple[Column, ...] | None:
        """Return all columns, or None when some are not known."""
        return None if self.is_open() else tuple(item for item in self.items if isinstance(item, Column))

    def named(self, key: str, fold: bool) -> Sources | None:
        """Return the sources of a column whose name is listed, or None."""
        index = self._memo.get(fold)
        if index is None:
            index = {}
            for item in self.items:
                if isinstance(item, Column):
                    index.setdefault(item.name.lower() if fold else item.name, item.sources)
            self._memo[fold] = index
        sources: Sources | None = index.get(key)
        return sources

    def lookup(self, key: str, fold: bool, written: str) -> Sources | None:
        """Return the sources of a column, or None when the relation surely has no such column."""
        asked = (key, fold, written)
        if asked not in self._memo:
            self._memo[asked] = self._lookup(key, fold, written)
        sources: Sources | None = self._memo[asked]
        return sources

    def _lookup(self, key: str, fold: bool, written: str) -> Sources | None:
        sources = self.named(key, fold)
        if sources is not None:
            return sources
        opens = self.opens()
        if not opens:
            return None
        if len(opens) > 1:
            return ()  # a star over two unknown tables: no telling which one has it
        item = opens[0]
        if isinstance(item, OpenTable):
            return (ColumnSource(item.table, written, "DIRECT", "IDENTITY"),)
        if isinstance(item, AnyColumn):
            return item.sources
        found = [branch.lookup(key, fold, written) for branch in item.branches]
        return merged(*(sources for sources in found if sources))

    def stars(self) -> Sources:
        """Return one source without a column for each table that the unknown columns come from."""
        if "stars" not in self._memo:
            self._memo["stars"] = self._stars()
        stars: Sources = self._memo["stars"]
        return stars

    def _stars(self) -> Sources:
        sources: list[ColumnSource] = []
        for item in self.items:
            if isinstance(item, OpenTable):
                sources.append(ColumnSource(item.table, None, "DIRECT", "IDENTITY"))
            elif isinstance(item, AnyColumn):
                sources.extend(item.sources)
            elif isinstance(item, OpenUnion):
                for branch in item.branches:
                    sources.extend(branch.stars())
                    sources.extend(source for column in branch.columns() or () for source in column.sources)
        return merged(sources)


def merged(*groups: Iterable[ColumnSource]) -> Sources:
    """Return the sources of all groups once each, in order; one too many shows that there were more."""
    return tuple(dict.fromkeys(source for group in groups for source in group))[: MOST_SOURCES + 1]


def widened(relations: Iterable[Relation]) -> AnyColumn:
    """Return what stands for columns that are too many: the tables they come from."""
    tables: dict[Table, None] = {}
    for relation in relations:
        for item in relation.items:
            sources = item.sources if isinstance(item, (Column, AnyColumn)) else Relation((item,)).stars()
            tables.update((source.table, None) for source in sources if source.kind == "DIRECT")
        if len(tables) > MOST_SOURCES:
            break
    return AnyColumn(merged(ColumnSource(table, None, "DIRECT", "IDENTITY") for table in tables))


def composed(sources: Iterable[ColumnSource], kind: str, subtype: str, masking: bool) -> Sources:
    """Return the sources as seen through one more expression."""
    if kind == "DIRECT" and subtype == "IDENTITY" and not masking:
        return tuple(sources)
    through: list[ColumnSource] = []
    for source in sources:
        if source.kind == "INDIRECT":
            through.append(source)
        elif kind == "INDIRECT":
            through.append(replace(source, kind=kind, subtype=subtype))
        else:
            stronger = max(source.subtype, subtype, key=lambda word: STRENGTH.get(word, 0))
            through.append(replace(source, subtype=stronger, masking=source.masking or masking))
    return tuple(through)


def united(relations: Sequence[Relation]) -> Relation:
    """Return the union of relations, by position where all columns are known."""
    indirect = merged(*(relation.indirect for relation in relations))
    lists = [relation.columns() for relation in relations]
    known = [columns for columns in lists if columns is not None]
    if len(known) == len(lists) and len({len(columns) for columns in known}) == 1:
        columns = tuple(
            Column(same[0].name, merged(*(column.sources for column in same)), same[0].type)
            for same in zip(*known, strict=True)
        )
        return Relation(columns, indirect)
    return Relation((OpenUnion(tuple(replace(relation, indirect=()) for relation in relations)),), indirect)

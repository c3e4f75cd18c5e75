"""The names that one SELECT, UPDATE, DELETE or MERGE can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.sql.dialect import column_case, comparable
from airflow_lineage_provider.sql.quoting import may_be_string
from airflow_lineage_provider.sql.relation import AnyColumn, Relation, Sources

# Here the field of a composite column is not written column.field.
NO_DOTTED_FIELDS = frozenset(
    {"postgres", "materialize", "risingwave", "mysql", "sqlite", "tsql", "fabric", "teradata", "exasol"}
)

CTEs = Mapping[str, Relation]


@dataclass(slots=True)
class Scope:
    """Relations by alias, the aliases of the select list, and the scope around it.

    ``shared`` holds the columns that JOIN ... USING made one: key -> (name, sources).
    """

    dialect: str
    ctes: CTEs
    parent: Scope | None = None
    relations: dict[str, Relation] = field(default_factory=dict)
    aliases: dict[str, Sources] = field(default_factory=dict)
    shared: dict[str, tuple[str, Sources]] = field(default_factory=dict)
    paths: dict[str, Relation] = field(default_factory=dict)

    def add(self, alias: str, relation: Relation, path: str = "") -> None:
        """Add a FROM item; ``path`` is "schema.table" where a column may be written with it."""
        key = alias.lower()
        if path:
            self.paths.setdefault(path.lower(), relation)
        while key in self.relations or not key:
            key += "\0"  # an item without a name, or the same name from two schemas
        self.relations[key] = relation

    def inner(self) -> Scope:
        """Return the scope of a sub-query."""
        return Scope(self.dialect, self.ctes, self)

    def column(self, node: Any, prefer_alias: bool = False) -> Sources:
        """Return the sources of an ``exp.Column``; nothing when it is unknown or ambiguous."""
        name = str(node.name)
        written = column_case(name, self.dialect, bool(getattr(node.this, "args", {}).get("quoted")))
        key, fold = self.key(written)
        qualifier = str(node.table or "")
        if qualifier:
            relation = self._relation(qualifier, str(node.args.get("db") or ""))
            if relation is not None:
                return relation.lookup(key, fold, written) or ()
            if self.dialect in NO_DOTTED_FIELDS:
                return ()  # a variable, or the name of nothing
            # No such alias: a field of a struct column.
            identifier = node.args["table"]
            written = column_case(qualifier, self.dialect, bool(identifier.args.get("quoted")))
            key, fold = self.key(written)
        elif bool(getattr(node.this, "args", {}).get("quoted")) and may_be_string(name, self.dialect):
            # A value must not become a column's name: only columns that are known to exist count.
            return self._listed(key, fold) or ()
        return self._unqualified(key, fold, written, prefer_alias) or ()

    def _listed(self, key: str, fold: bool) -> Sources | None:
        scope: Scope | None = self
        while scope is not None:
            if key in scope.aliases:
                return scope.aliases[key]
            for relation in scope.relations.values():
                sources = relation.named(key, fold)
                if sources is not None:
                    return sources
            scope = scope.parent
        return None

    def key(self, written: str) -> tuple[str, bool]:
        """Return what a column name compares as and whether letters are folded for it."""
        compared = comparable(written, self.dialect)
        fold = comparable("A", self.dialect) == "a"
        return compared, fold

    def _relation(self, qualifier: str, schema: str) -> Relation | None:
        scope: Scope | None = self
        path = f"{schema}.{qualifier}".lower()
        while scope is not None:
            relation = scope.paths.get(path) if schema else None
            relation = relation or scope.relations.get(qualifier.lower())
            if relation is not None:
                return relation
            scope = scope.parent
        return None

    def _unqualified(self, key: str, fold: bool, written: str, prefer_alias: bool) -> Sources | None:
        scope: Scope | None = self
        while scope is not None:
            if prefer_alias and key in scope.aliases:
                return scope.aliases[key]
            if key in scope.shared:
                return scope.shared[key][1]
            for relation in scope.relations.values():
                sources = relation.named(key, fold)
                if sources is not None:
                    return sources
            if key in scope.aliases:
                return scope.aliases[key]
            function = scope.relations.get(key.lower())
            if function is not None and all(isinstance(item, AnyColumn) for item in function.items):
                return function.stars()  # UNNEST(x) AS y: y is the column
            opens = [relation for relation in scope.relations.values() if relation.is_open()]
            tables = [r for r in opens if not all(isinstance(item, AnyColumn) for item in r.items)] or opens
            if len(tables) == 1:
                return tables[0].lookup(key, fold, written)
            if tables:
                return None
            scope = scope.parent
            prefer_alias = False
        return None

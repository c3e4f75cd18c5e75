"""Queries to relations: what each output column of a SELECT is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.budget import MOST_COLUMNS
from airflow_lineage_provider.sql.dialect import column_case
from airflow_lineage_provider.sql.expression import Way, sources_of
from airflow_lineage_provider.sql.naming import is_spelled_out
from airflow_lineage_provider.sql.projection import projected
from airflow_lineage_provider.sql.relation import (
    AnyColumn,
    Column,
    Relation,
    Sources,
    composed,
    merged,
    united,
    widened,
)
from airflow_lineage_provider.sql.scope import Scope
from airflow_lineage_provider.sql.session import Session

NOTHING = Relation((AnyColumn(()),))
CLAUSES = {
    "where": "FILTER",
    "prewhere": "FILTER",
    "having": "FILTER",
    "qualify": "FILTER",
    "connect": "FILTER",
    "group": "GROUP_BY",
    "order": "SORT",
    "sort": "SORT",
    "cluster": "SORT",
}


class QueryReader:
    """Resolves queries against a session; one per statement."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.truncated: dict[str, None] = {}

    def note(self, words: str) -> None:
        """Remember what is left out of the statement's column lineage."""
        self.truncated[words] = None

    def bounded(self, relation: Relation) -> Relation:
        """Return the relation, or one of unknown columns when there are too many."""
        if len(relation.items) <= MOST_COLUMNS:
            return relation
        return Relation((self.wide([relation]),), relation.indirect)

    def wide(self, relations: Iterable[Relation]) -> AnyColumn:
        """Return what stands for the columns of relations that are too many."""
        self.note(f"columns: more than {MOST_COLUMNS} in one table or query")
        return widened(relations)

    def top(self) -> Scope:
        return Scope(self.session.dialect, {})

    def relation(self, query: Any, around: Scope) -> Relation:
        """Return the relation of a SELECT, set operation, VALUES or data-modifying CTE body."""
        self.session.budget.check()
        return self.bounded(self._relation(query, around))

    def _relation(self, query: Any, around: Scope) -> Relation:
        scope = self.with_ctes(query, around)
        if isinstance(query, exp.Subquery):
            return self._nested(query, scope)
        if isinstance(query, exp.SetOperation):
            return self._set_operation(query, scope)
        if isinstance(query, exp.Select):
            return self._select(query, scope)
        if isinstance(query, exp.Values):
            return self._values(query, scope)
        if isinstance(query, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            return self._returning(query, scope)
        if isinstance(query, exp.Table):
            return self._table(query, scope)
        return NOTHING

    def with_ctes(self, query: Any, around: Scope) -> Scope:
        """Return the scope around a query's body with its WITH clause added."""
        clause = query.args.get("with_")
        if clause is None:
            return around
        ctes = dict(around.ctes)
        for cte in clause.expressions:
            if not isinstance(cte, exp.CTE):
                continue
            key = str(cte.alias).lower()
            # Relations are made at once: what comes into the mapping later is not seen in here.
            inside = Scope(around.dialect, ctes, around.parent)
            if clause.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                anchor = self.relation(_first(cte.this), inside)
                ctes[key] = self._renamed(anchor, cte)
            ctes[key] = self._renamed(self.relation(cte.this, inside), cte)
        added = Scope(around.dialect, ctes, around.parent)
        added.relations, added.aliases, added.paths = around.relations, around.aliases, around.paths
        return added

    def from_items(self, node: Any, scope: Scope) -> Sources:
        """Add the FROM, JOIN and LATERAL items of a node to the scope; return what the joins compare."""
        indirect: list[Sources] = []
        start = node.args.get("from_")
        if start is not None:
            indirect.append(self.item(start.this, scope))
            for extra in start.expressions or ():
                indirect.append(self.item(extra, scope))
        indirect.append(self.joined(node, scope))
        return merged(*indirect)

    def joined(self, node: Any, scope: Scope) -> Sources:
        """Add the joins and laterals that hang on a node."""
        indirect: list[Sources] = []
        for join in node.args.get("joins") or ():
            before = list(scope.relations.values())
            indirect.append(self.item(join.this, scope))
            for key in ("on", "match_condition"):
                if join.args.get(key) is not None:
                    indirect.append(self.sources(join.args[key], scope, Way("INDIRECT", "JOIN")))
            for written in self._shared_names(join, scope, before):
                indirect.append(self._share(written, join, scope))
        for lateral in node.args.get("laterals") or ():
            indirect.append(self.item(lateral, scope))
        return merged(*indirect)

    def item(self, node: Any, scope: Scope) -> Sources:
        """Add one FROM item to the scope; return its indirect sources."""
        self.session.budget.check()
        if isinstance(node, exp.Final):  # ClickHouse
            node = node.this
        relation = self.bounded(self._item_relation(node, scope))
        if node.args.get("pivots"):
            relation = Relation((AnyColumn(()),), relation.indirect)
        alias = str(node.alias or "") or (str(node.name or "") if isinstance(node, exp.Table) else "")
        columns = getattr(node.args.get("alias"), "columns", None) if node.args.get("alias") else None
        if not alias and columns:
            alias = str(columns[0].name)  # BigQuery: UNNEST(x) AS y names the column
        plain = Relation(relation.items)
        if not (isinstance(node, exp.Subquery) and not alias and isinstance(node.this, exp.Table)):
            named = isinstance(node, exp.Table) and not node.alias and node.args.get("db")
            scope.add(alias, plain, f"{node.db}.{alias}" if named else "")
        return merged(
            relation.indirect, self.joined(node, scope) if not isinstance(node, exp.Subquery) else ()
        )

    def sources(self, expression: Any, scope: Scope, way: Way | None = None, alias: bool = False) -> Sources:
        """Return the sources of an expression in a scope."""
        return sources_of(
            expression,
            lambda node: self._column(node, scope, alias),
            lambda query: self.relation(query, scope.inner()),
            way,
        )

    def _column(self, node: Any, scope: Scope, alias: bool) -> Sources:
        self.session.budget.check()
        return scope.column(node, alias)

    def clause_sources(self, node: Any, scope: Scope, outputs: tuple[Column, ...] = ()) -> Sources:
        """Return what WHERE, GROUP BY, ORDER BY and the like of a node depend on."""
        found: list[Sources] = []
        for key, subtype in CLAUSES.items():
            clause = node.args.get(key)
            if clause is None:
                continue
            way = Way("INDIRECT", subtype)
            for part in clause.expressions or [clause] if key in {"group", "order", "sort"} else [clause]:
                at = _ordinal(part)
                if at is not None and 0 < at <= len(outputs):
                    found.append(composed(outputs[at - 1].sources, "INDIRECT", subtype, False))
                else:
                    found.append(self.sources(part, scope, way, alias=subtype in {"SORT", "GROUP_BY"}))
            if key == "group" and clause.expressions:
                rest = [clause.args.get(name) for name in ("grouping_sets", "cube", "rollup")]
                for extra in (one for many in rest if isinstance(many, list) for one in many):
                    found.append(self.sources(extra, scope, way))
        return merged(*found)

    def _select(self, select: Any, around: Scope) -> Relation:
        scope = around.inner()
        indirect = self.from_items(select, scope)
        items = projected(select.expressions, scope, self, bool(select.args.get("kind")))
        outputs = tuple(item for item in items if isinstance(item, Column))
        ordered = outputs if len(outputs) == len(items) else ()
        clauses = self.clause_sources(select, scope, ordered)
        distinct = select.args.get("distinct")
        on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
        unique = self.sources(on, scope, Way("INDIRECT", "GROUP_BY")) if on is not None else ()
        return Relation(tuple(items), merged(indirect, clauses, unique))

    def _set_operation(self, query: Any, scope: Scope) -> Relation:
        branches: list[Any] = []
        stack = [query]
        while stack:  # a chain of UNIONs leans to the left and can be thousands long
            node = stack.pop()
            if isinstance(node, exp.SetOperation) and (node is query or not node.args.get("with_")):
                stack.extend((node.expression, node.this))
            else:
                branches.append(node)
        relation = united([self.relation(branch, scope) for branch in branches])
        order = query.args.get("order")
        if order is None:
            return relation
        outer = scope.inner()
        outer.add("", relation)
        return Relation(
            relation.items,
            merged(relation.indirect, self.clause_sources(query, outer, relation.columns() or ())),
        )

    def _nested(self, query: Any, scope: Scope) -> Relation:
        inner = query.this
        if isinstance(inner, exp.Table):  # FROM (a JOIN b ON ...)
            nested = scope.inner()
            indirect = self.item(inner, nested)
            items = [item for relation in nested.relations.values() for item in relation.items]
            return self._renamed(Relation(tuple(items), indirect), query)
        return self._renamed(self.relation(inner, scope), query)

    def _item_relation(self, node: Any, scope: Scope) -> Relation:
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table) and not node.alias:
            return Relation((), self.item(node.this, scope))  # its tables keep their names outside
        if isinstance(node, exp.Table):
            return self._table(node, scope)
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            return self._renamed(self.relation(node.this, scope.inner()), node)
        if isinstance(node, exp.Subquery):
            outer = Scope(scope.dialect, scope.ctes, scope)
            return self.relation(node, outer)
        if isinstance(node, (exp.Query, exp.Values)):
            return self._renamed(self.relation(node, scope.inner()), node)
        return Relation((AnyColumn(self.sources(node, scope, Way("DIRECT", "TRANSFORMATION"))),))

    def _table(self, node: Any, scope: Scope) -> Relation:
        if not isinstance(node.this, (exp.Identifier, exp.Dot, exp.Parameter)) and not is_spelled_out(
            node.this
        ):
            return Relation((AnyColumn(self.sources(node.this, scope, Way("DIRECT", "TRANSFORMATION"))),))
        if not node.args.get("db"):
            cte = scope.ctes.get(str(node.name).lower())
            if cte is not None:
                return self._renamed(cte, node)
        return self._renamed(self.session.relation(node) or NOTHING, node)

    def _values(self, values: Any, scope: Scope) -> Relation:
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
        width = len(rows[0]) if rows else 0
        columns = [
            Column("", merged(*(self.sources(row[at], scope) for row in rows[:50] if at < len(row))))
            for at in range(width)
        ]
        return self._renamed(Relation(tuple(columns)), values)

    def _returning(self, node: Any, around: Scope) -> Relation:
        returning = node.args.get("returning")
        if returning is None:
            return Relation(())
        scope = around.inner()
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        indirect = [self.item(target, scope)]
        if isinstance(node, exp.Insert):
            if node.expression is not None:
                made = self.relation(node.expression, around)
                scope.relations.clear()
                scope.add(str(target.alias or target.name), self.inserted(node, made))
                indirect.append(made.indirect)
        elif isinstance(node, exp.Update):
            indirect.append(self.from_items(node, scope))
        elif isinstance(node, exp.Delete):
            indirect.extend(self.item(one, scope) for one in node.args.get("using") or ())
        indirect.append(self.clause_sources(node, scope))
        return Relation(tuple(projected(returning.expressions, scope, self, False)), merged(*indirect))

    def inserted(self, insert: Any, made: Relation) -> Relation:
        """Return the inserted rows under the names of the target's columns."""
        names = [
            column_case(str(one.name), self.session.dialect, _quoted(one)) for one in _listed(insert.this)
        ]
        columns = made.columns()
        if columns is None or not names:
            return made
        return Relation(
            tuple(
                Column(names[at] if at < len(names) else column.name, column.sources)
                for at, column in enumerate(columns)
            ),
            made.indirect,
        )

    def _shared_names(self, join: Any, scope: Scope, before: list[Relation]) -> list[str]:
        named = [
            column_case(str(one.name), self.session.dialect, _quoted(one))
            for one in join.args.get("using") or ()
        ]
        if str(join.args.get("method") or "").upper() != "NATURAL":
            return named
        added = [
            relation for relation in scope.relations.values() if all(relation is not one for one in before)
        ]
        keys = {scope.key(one.name)[0] for relation in added for one in relation.columns() or ()}
        left = [one.name for relation in before for one in relation.columns() or ()]
        return [name for name in left if scope.key(name)[0] in keys]

    def _share(self, written: str, join: Any, scope: Scope) -> Sources:
        """Make one column of those that a join compares by name; return it as indirect sources."""
        key, fold = scope.key(written)
        found = [relation.lookup(key, fold, written) for relation in scope.relations.values()]
        present = [sources for sources in found if sources]
        side = str(join.args.get("side") or "").upper()
        if present:
            kept = merged(*present) if side in {"FULL", "RIGHT"} else present[0]
            scope.shared[key] = (written, kept)
        return composed(merged(*present), "INDIRECT", "JOIN", False)

    def _renamed(self, relation: Relation, node: Any) -> Relation:
        """Apply the column names of an alias: AS t(a, b)."""
        alias = node.args.get("alias")
        names = list(getattr(alias, "columns", None) or ()) if isinstance(alias, exp.TableAlias) else []
        if not names:
            return relation
        cased = [column_case(str(one.name), self.session.dialect, _quoted(one)) for one in names]
        columns = relation.columns()
        if columns is None:
            stars = relation.stars()
            return Relation(tuple(Column(name, stars) for name in cased), relation.indirect)
        return Relation(
            tuple(
                Column(cased[at] if at < len(cased) else column.name, column.sources, column.type)
                for at, column in enumerate(columns)
            ),
            relation.indirect,
        )


def _first(query: Any) -> Any:
    while isinstance(query, exp.SetOperation):
        query = query.this
    return query


def _listed(target: Any) -> list[Any]:
    return list(target.expressions) if isinstance(target, exp.Schema) else []


def _quoted(node: Any) -> bool:
    identifier = node if isinstance(node, exp.Identifier) else node.this
    return bool(getattr(identifier, "args", {}).get("quoted"))


def _ordinal(part: Any) -> int | None:
    inner = part.this if isinstance(part, exp.Ordered) else part
    if isinstance(inner, exp.Literal) and not inner.is_string and str(inner.this).isdigit():
        return int(str(inner.this))
    return None

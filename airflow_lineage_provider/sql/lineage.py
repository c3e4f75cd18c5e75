"""Column lineage of one statement, by the form of the statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.budget import MOST_EDGES, MOST_EDGES_OF_CALL, MOST_SOURCES
from airflow_lineage_provider.sql.dialect import column_case, comparable
from airflow_lineage_provider.sql.effect import fed_tables, from_tables, is_temporary, table_node
from airflow_lineage_provider.sql.expression import Way
from airflow_lineage_provider.sql.projection import type_name
from airflow_lineage_provider.sql.query import QueryReader
from airflow_lineage_provider.sql.relation import AnyColumn, Column, Relation, Sources, merged
from airflow_lineage_provider.sql.scope import Scope
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.statement import WHOLE_TABLE, ColumnLineage, Table

Typed = tuple[tuple[str, str | None], ...]


class LineageReader:
    """Collects the columns that one statement writes and tells the session what it made."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.query = QueryReader(session)
        self._lines: dict[tuple[Table, str], ColumnLineage] = {}
        self._edges = 0
        self.output_columns: list[tuple[Table, Typed]] = []

    @property
    def columns(self) -> tuple[ColumnLineage, ...]:
        return tuple(self._lines.values())

    @property
    def truncated(self) -> tuple[str, ...]:
        return tuple(self.query.truncated)

    def read(self, tree: Any, around: Scope | None = None) -> None:
        """Walk a statement and the data-modifying statements in its WITH clause."""
        around = around or self.query.top()
        scope = self.query.with_ctes(tree, around)
        clause = tree.args.get("with_")
        for cte in clause.expressions if clause is not None else ():
            if isinstance(cte.this, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
                self.read(cte.this, scope)
        if isinstance(tree, exp.Insert):
            self._insert(tree, scope)
        elif isinstance(tree, exp.Create):
            self._create(tree, scope)
        elif isinstance(tree, exp.Query):
            self._select_into(tree, around)
        elif isinstance(tree, exp.Update):
            self._update(tree, scope)
        elif isinstance(tree, exp.Merge):
            self._merge(tree, scope)
        elif isinstance(tree, exp.MultitableInserts):
            self._many_inserts(tree, scope)
        elif isinstance(tree, exp.Copy):
            self._copy(tree, scope)
        elif isinstance(tree, exp.Cache) and tree.expression is not None:
            self.session.keep_temporary(tree.this, self.query.relation(tree.expression, scope))
        elif isinstance(tree, exp.Declare):
            self._declare(tree)
        elif type(tree).__name__ in {"IfBlock", "WhileBlock", "Block"}:
            for child in tree.iter_expressions():
                self.read(child, scope)

    def give_up(self, tree: Any) -> None:
        """Remember a temporary table whose columns were not read, lest a later statement take it for a dataset."""
        node = table_node(tree.this) if isinstance(tree, (exp.Create, exp.Cache)) else None
        made: Any = tree
        if isinstance(tree, exp.Query):
            while isinstance(made, (exp.SetOperation, exp.Subquery)):
                made = made.this
            made = made.args.get("into") if isinstance(made, exp.Select) else None
            node = made.this if made is not None else None
        if (
            isinstance(node, exp.Table)
            and is_temporary(made, self.session.dialect)
            and self.session.temporary(node) is None
        ):
            self.session.keep_temporary(node, Relation((AnyColumn(()),)))

    def _insert(self, insert: Any, scope: Scope) -> None:
        # The second is that of INSERT INTO a TABLE b.
        rows = insert.expression or insert.args.get("source") or None
        if rows is None or not isinstance(table_node(insert.this), exp.Table):
            return
        made = self.query.relation(rows, scope)
        relation = self._targeted(insert.this, made, bool(insert.args.get("by_name")))
        self._write(table_node(insert.this), relation, append=True)
        conflict = insert.args.get("conflict")
        if conflict is not None and conflict.expressions:
            inner = scope.inner()
            inner.add("excluded", replace(relation, indirect=()))
            self.query.item(table_node(insert.this), inner)
            self._set(table_node(insert.this), conflict.expressions, inner, ())

    def _targeted(self, target: Any, made: Relation, by_name: bool = False) -> Relation:
        """Name the rows of a query after the columns they go to."""
        node = table_node(target)
        names: list[str] | None = None
        if isinstance(target, exp.Schema):
            names = [self._case(one) for one in target.expressions]
        elif not by_name:
            names = self._known_names(node)
        if not names:
            return made
        columns = made.columns()
        if columns is None:
            named = [item for item in made.items if isinstance(item, Column)]
            if named:
                return made
            by_position = Relation(made.items).stars()
            return Relation(tuple(Column(name, by_position) for name in names), made.indirect)
        if len(columns) > len(names):
            return made
        return Relation(
            tuple(Column(name, one.sources, one.type) for name, one in zip(names, columns, strict=False)),
            made.indirect,
        )

    def _known_names(self, node: Any) -> list[str] | None:
        temporary = self.session.temporary(node)
        if temporary is not None:
            columns = temporary.columns()
            return [column.name for column in columns] if columns else None
        table = self.session.table(node)
        known = self.session.columns(table) if table is not None else None
        return list(known) if known else None

    def _create(self, create: Any, scope: Scope) -> None:
        kind = str(create.args.get("kind") or "").upper()
        node = table_node(create.this)
        if kind not in {"TABLE", "VIEW"} or not isinstance(node, exp.Table):
            return
        defined = _definitions(create)
        if isinstance(create.expression, (exp.Query, exp.Values)):
            relation = self.query.relation(create.expression, scope)
            if isinstance(create.this, exp.Schema) and create.this.expressions:
                relation = self._targeted(create.this, relation)
        elif defined:
            typed = [
                (
                    self._case(one),
                    type_name(one.args["kind"], self.session.dialect) if one.args.get("kind") else None,
                )
                for one in defined
            ]
            relation = Relation(tuple(Column(name, (), type) for name, type in typed))
        else:
            clone = create.args.get("clone") or create.find(exp.LikeProperty)
            copied = self.session.relation(clone.this) if clone is not None else None
            relation = copied if copied is not None else Relation(())
            if isinstance(clone, exp.LikeProperty):
                relation = Relation(tuple(Column(one.name, ()) for one in relation.columns() or ()))
        relation = self.query.bounded(relation)
        if is_temporary(create, self.session.dialect):
            self.session.keep_temporary(node, relation)
            return
        self.session.forget(node)
        for written in (node, *fed_tables(create)):
            self._write(written, relation)
        self._fix_columns(node, relation)

    def _fix_columns(self, node: Any, relation: Relation) -> None:
        """Remember the columns that a statement gave the table it made."""
        table = self.session.table(node)
        columns = relation.columns()
        if table is not None and columns and all(column.name for column in columns):
            self.session.made(table, [column.name for column in columns])
            self.output_columns.append((table, tuple((column.name, column.type) for column in columns)))

    def _declare(self, declare: Any) -> None:
        """Remember T-SQL's table variables: DECLARE @t TABLE (a int)."""
        for item in declare.expressions:
            kind = item.args.get("kind")
            if isinstance(kind, exp.Schema):
                names = [self._case(one) for one in kind.expressions if isinstance(one, exp.ColumnDef)]
                relation = self.query.bounded(Relation(tuple(Column(name, ()) for name in names)))
                for variable in item.this if isinstance(item.this, list) else [item.this]:
                    self.session.keep_temporary(exp.Table(this=variable.copy()), relation)

    def _select_into(self, query: Any, around: Scope) -> None:
        select = query
        while isinstance(select, (exp.SetOperation, exp.Subquery)):
            select = select.this
        into = select.args.get("into") if isinstance(select, exp.Select) else None
        if into is None or not isinstance(into.this, exp.Table):
            return
        relation = self.query.relation(query, around)
        if is_temporary(into, self.session.dialect):
            self.session.keep_temporary(into.this, relation)
            return
        self.session.forget(into.this)
        self._write(into.this, relation)
        self._fix_columns(into.this, relation)

    def _update(self, update: Any, around: Scope) -> None:
        scope = around.inner()
        target = update.this
        name = str(target.name).lower()
        behind = next(
            (
                one
                for one in from_tables(update)
                if str(one.alias_or_name).lower() == name and not target.args.get("db")
            ),
            None,
        )
        indirect = () if behind is not None else self.query.item(target, scope)
        indirect = merged(
            indirect, self.query.from_items(update, scope), self.query.clause_sources(update, scope)
        )
        by_alias = {str(one.this.alias_or_name).lower(): one.this for one in target.args.get("joins") or ()}
        by_target: dict[int, tuple[Any, list[Any]]] = {}
        for assignment in update.expressions:
            qualifier = str(getattr(assignment.this, "table", "") or "").lower()
            node = by_alias.get(qualifier) or behind or target
            by_target.setdefault(id(node), (node, []))[1].append(assignment)
        for node, assignments in by_target.values():
            self._set(node, assignments, scope, indirect)

    def _set(self, node: Any, assignments: Iterable[Any], scope: Scope, indirect: Sources) -> None:
        table = self.session.table(node)
        columns: list[Column] = []
        for assignment in assignments:
            if not isinstance(assignment, exp.EQ):
                continue
            left, right = assignment.this, assignment.expression
            lefts = left.expressions if isinstance(left, exp.Tuple) else [left]
            if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
                values = [self.query.sources(one, scope) for one in right.expressions]
            elif isinstance(left, exp.Tuple) and isinstance(right, (exp.Subquery, exp.Query)):
                relation = self.query.relation(right, scope.inner())
                values = [one.sources for one in relation.columns() or ()]
                indirect = merged(indirect, relation.indirect)
            else:
                values = [self.query.sources(right, scope)]
            columns.extend(
                Column(self._case(name), value) for name, value in zip(lefts, values, strict=False)
            )
        own = tuple(one for one in indirect if one.table != table)  # a row is always found by its own columns
        self._write(node, Relation(tuple(columns), own), append=True)

    def _merge(self, merge: Any, around: Scope) -> None:
        scope = around.inner()
        target = merge.this
        indirect = merged(self.query.item(target, scope), self.query.item(merge.args["using"], scope))
        if merge.args.get("on") is not None:
            indirect = merged(indirect, self.query.sources(merge.args["on"], scope, Way("INDIRECT", "JOIN")))
        source_alias = str(merge.args["using"].alias_or_name).lower()
        source = scope.relations.get(source_alias) or next(reversed(scope.relations.values()))
        table = self.session.table(target)
        own = tuple(one for one in indirect if one.table != table)
        whens = merge.args.get("whens")
        for when in whens.expressions if whens is not None else ():
            then, condition = when.args.get("then"), when.args.get("condition")
            chosen = own
            if condition is not None:
                filters = self.query.sources(condition, scope, Way("INDIRECT", "FILTER"))
                chosen = merged(own, (one for one in filters if one.table != table))
            if isinstance(then, exp.Update):
                set_to = then.args.get("expressions")
                if not isinstance(set_to, list) or any(isinstance(one, exp.Star) for one in set_to):
                    self._write(target, self._starred(target, source, chosen), append=True)
                else:
                    self._set(target, set_to, scope, chosen)
            elif isinstance(then, exp.Insert):
                self._merge_insert(target, then, source, scope, chosen)

    def _merge_insert(
        self, target: Any, then: Any, source: Relation, scope: Scope, indirect: Sources
    ) -> None:
        names = then.this.expressions if isinstance(then.this, exp.Tuple) else []
        values = then.expression.expressions if isinstance(then.expression, exp.Tuple) else []
        if not values:
            self._write(target, self._starred(target, source, indirect), append=True)
            return
        cased = [self._case(one) for one in names] or self._known_names(target) or []
        columns = [
            Column(name, self.query.sources(value, scope)) for name, value in zip(cased, values, strict=False)
        ]
        self._write(target, Relation(tuple(columns), indirect), append=True)

    def _starred(self, target: Any, source: Relation, indirect: Sources) -> Relation:
        """Return the source's columns for UPDATE SET * and INSERT *, which match by name."""
        columns = source.columns()
        if columns is None:
            scope = self.query.top()
            scope.add("source", source)
            columns = tuple(
                Column(name, source.lookup(*scope.key(name), name) or ())
                for name in self._known_names(target) or ()
            )
        return Relation(columns, indirect)

    def _many_inserts(self, tree: Any, scope: Scope) -> None:
        source = tree.args.get("source")
        source_from = source if isinstance(source, exp.From) else None
        if isinstance(source, exp.Table):
            source_from = exp.From(this=source.copy())  # Hive: FROM a JOIN b INSERT INTO c SELECT ...
        made = self.query.relation(source, scope) if source is not None and source_from is None else None
        conditions: list[Sources] = []
        for one in tree.expressions:
            insert = one.this if isinstance(one, exp.ConditionalInsert) else one
            if made is None:
                query = insert.expression
                if source_from is not None and isinstance(query, exp.Select) and not query.args.get("from_"):
                    query = query.copy()
                    query.set("from_", source_from.copy())
                if query is not None:
                    self._write(
                        table_node(insert.this),
                        self._targeted(insert.this, self.query.relation(query, scope)),
                        append=True,
                    )
                continue
            relation = made
            if insert.expression is not None:
                inner = scope.inner()
                inner.add("source", Relation(made.items))
                relation = Relation(self.query.relation(insert.expression, inner).items, made.indirect)
            if isinstance(one, exp.ConditionalInsert) and one.expression is not None:
                inner = scope.inner()
                inner.add("source", Relation(made.items))
                conditions.append(self.query.sources(one.expression, inner, Way("INDIRECT", "FILTER")))
                relation = Relation(relation.items, merged(relation.indirect, conditions[-1]))
            elif isinstance(one, exp.ConditionalInsert) and one.args.get("else_"):
                relation = Relation(relation.items, merged(relation.indirect, *conditions))
            self._write(table_node(insert.this), self._targeted(insert.this, relation), append=True)

    def _copy(self, copy: Any, scope: Scope) -> None:
        files = copy.args.get("files") or []
        if copy.args.get("kind") and files and isinstance(files[0], exp.Subquery):
            relation = self._targeted(copy.this, self.query.relation(files[0], scope))
            self._write(table_node(copy.this), relation, append=True)

    def _write(self, node: Any, relation: Relation, append: bool = False) -> None:
        if not isinstance(node, exp.Table):
            return
        if self.session.temporary(node) is not None:
            self.session.keep_temporary(node, relation, append)
            return
        table = self.session.table(node)
        if table is None:
            return
        # First: it says more than the last columns of a statement with too many of them.
        self._add(table, WHOLE_TABLE, relation.indirect)
        for item in relation.items:
            if isinstance(item, Column) and item.name:
                self._add(table, item.name, item.sources)

    def _add(self, table: Table, name: str, sources: Sources) -> None:
        if not sources:
            return
        self.session.budget.check()
        key = (table, comparable(name, self.session.dialect))
        before = self._lines.get(key)
        kept = merged(before.sources, sources) if before is not None else sources
        if len(kept) > MOST_SOURCES:
            self.query.note(f"columns: more than {MOST_SOURCES} sources of one column")
            kept = kept[:MOST_SOURCES]
        added = len(kept) - (len(before.sources) if before is not None else 0)
        if self._edges + added > MOST_EDGES:
            self.query.note(f"columns: more than {MOST_EDGES} column edges")
            return
        if added > self.session.budget.edges_left:
            self.query.note(f"columns: more than {MOST_EDGES_OF_CALL} column edges of one task")
            return
        self._edges += added
        self.session.budget.edges_left -= added
        spelled = before.column if before is not None else name
        self._lines[key] = ColumnLineage(table, spelled, kept)

    def _case(self, node: Any) -> str:
        identifier = node if isinstance(node, exp.Identifier) else node.this
        quoted = bool(getattr(identifier, "args", {}).get("quoted"))
        return column_case(str(getattr(node, "name", "") or ""), self.session.dialect, quoted)


def _definitions(create: Any) -> list[Any]:
    """Return the column definitions of a CREATE TABLE with Hive's partition columns behind them."""
    if not isinstance(create.this, exp.Schema):
        return []
    partitions = create.find(exp.PartitionedByProperty)
    inner = partitions.this if partitions is not None else None
    listed = [*create.this.expressions, *(inner.expressions if isinstance(inner, exp.Schema) else ())]
    return [one for one in listed if isinstance(one, exp.ColumnDef)]

"""The select list: stars expanded, columns named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from airflow_lineage_provider.sql.budget import MOST_COLUMNS
from airflow_lineage_provider.sql.dialect import column_case, comparable
from airflow_lineage_provider.sql.quoting import may_be_string
from airflow_lineage_provider.sql.relation import AnyColumn, Column, OpenTable, OpenUnion

if TYPE_CHECKING:
    from airflow_lineage_provider.sql.query import QueryReader
    from airflow_lineage_provider.sql.scope import Scope

Item = Column | OpenTable | AnyColumn | OpenUnion

# In these dialects a select list may use the aliases to its left.
LATERAL_ALIASES = frozenset(
    {"snowflake", "redshift", "databricks", "spark", "duckdb", "clickhouse", "teradata", "exasol"}
)


def projected(expressions: Sequence[Any], scope: Scope, reader: QueryReader, struct: bool) -> list[Item]:
    """Return the output columns of a select list in order and record its aliases in the scope."""
    items: list[Item] = []
    aliases: dict[str, tuple[Any, ...]] = {}
    lateral = scope.dialect in LATERAL_ALIASES
    for expression in expressions:
        if len(items) > MOST_COLUMNS:
            break  # the reader makes a relation of unknown columns of it
        star = _star(expression)
        if star is not None:
            items.extend(_expanded(star, _qualifier(expression), scope, reader))
            continue
        sources = reader.sources(expression, scope)
        if isinstance(expression, exp.Aliases):
            items.extend(Column(_case(one, scope), sources) for one in expression.expressions)
            continue
        name = _name(expression, scope)
        if isinstance(expression, exp.Alias):
            key = comparable(name, scope.dialect)
            aliases[key] = sources
            if lateral and not _mentions(expression.this, key, scope):
                scope.aliases.setdefault(key, sources)
        if not sources and isinstance(expression, exp.Column) and _may_be_string(expression, scope):
            name = ""  # a value, and no column would be called like it
        items.append(Column(name, sources, _type(expression, scope.dialect)))
    for key, sources in aliases.items():
        scope.aliases.setdefault(key, sources)
    return [
        Column("", item.sources, item.type) if struct and isinstance(item, Column) else item for item in items
    ]


def _star(expression: Any) -> Any:
    if isinstance(expression, (exp.Like, exp.ILike)) and isinstance(expression.this, exp.Star):
        # DuckDB: * LIKE 'a%'
        star = expression.this.copy()
        star.set("ilike", expression.expression)
        return star
    if isinstance(expression, exp.Star):
        return expression
    if isinstance(expression, exp.Column) and isinstance(expression.this, exp.Star):
        return expression.this
    return None


def _qualifier(expression: Any) -> str:
    return str(expression.table or "").lower() if isinstance(expression, exp.Column) else ""


def _expanded(star: Any, qualifier: str, scope: Scope, reader: QueryReader) -> list[Item]:
    if qualifier:
        found = scope.relations.get(qualifier)
        items: list[Item] = list(found.items) if found is not None else [AnyColumn(())]
    elif sum(len(relation.items) for relation in scope.relations.values()) > MOST_COLUMNS:
        return [reader.wide(scope.relations.values())]
    else:
        items = [Column(written, sources) for written, sources in scope.shared.values()]
        items.extend(
            item
            for relation in scope.relations.values()
            for item in relation.items
            if not (isinstance(item, Column) and scope.key(item.name)[0] in scope.shared)
        )
    dropped = {comparable(_case(one, scope), scope.dialect) for one in star.args.get("except_") or ()}
    renamed = {
        comparable(_case(one.this, scope), scope.dialect): _case(one.args["alias"], scope)
        for one in star.args.get("rename") or ()
        if isinstance(one, exp.Alias)
    }
    computed = {
        comparable(_case(one.args["alias"], scope), scope.dialect): reader.sources(one.this, scope)
        for one in star.args.get("replace") or ()
        if isinstance(one, exp.Alias)
    }
    pattern = _pattern(star.args.get("ilike"))
    result: list[Item] = []
    for item in items:
        if not isinstance(item, Column):
            result.append(item)
            continue
        key = comparable(item.name, scope.dialect)
        if key in dropped or (pattern is not None and pattern.match(item.name) is None):
            continue
        result.append(
            replace(item, name=renamed.get(key, item.name), sources=computed.get(key, item.sources))
        )
    if any(not isinstance(item, Column) for item in result):
        # A replaced or renamed column of an unknown table is the only one with a name; it wins a look-up.
        known = {comparable(item.name, scope.dialect) for item in result if isinstance(item, Column)}
        result.extend(Column(key, sources) for key, sources in computed.items() if key not in known)
    return result


def _pattern(like: Any) -> re.Pattern[str] | None:
    """Return the pattern that the names of a star's columns have to match: * ILIKE '%id%'."""
    if not (isinstance(like, exp.Literal) and like.is_string):
        return None
    parts = {"%": ".*", "_": "."}
    text = "".join(parts.get(sign) or re.escape(sign) for sign in re.sub("%+", "%", str(like.this)))
    return re.compile(text + r"\Z", re.IGNORECASE | re.DOTALL)


def _may_be_string(column: Any, scope: Scope) -> bool:
    quoted = bool(getattr(column.this, "args", {}).get("quoted"))
    return quoted and not column.table and may_be_string(str(column.name), scope.dialect)


def _case(node: Any, scope: Scope) -> str:
    identifier = node if isinstance(node, exp.Identifier) else getattr(node, "this", node)
    quoted = bool(getattr(identifier, "args", {}).get("quoted"))
    text = getattr(node, "name", "") or getattr(identifier, "this", "")
    return column_case(str(text), scope.dialect, quoted)


def _name(expression: Any, scope: Scope) -> str:
    if isinstance(expression, exp.Alias):
        identifier = expression.args["alias"]
        return _case(identifier, scope)
    if isinstance(expression, exp.Column):
        return _case(expression, scope)
    if isinstance(expression, exp.Cast) and scope.dialect in {"postgres", "redshift"}:
        return _name(expression.this, scope)
    if isinstance(expression, exp.Paren):
        return _name(expression.this, scope)
    if isinstance(expression, (exp.Dot, exp.Subquery)):
        return column_case(str(expression.output_name or ""), scope.dialect, False)
    return ""


def _type(expression: Any, dialect: str) -> str | None:
    inner = expression.this if isinstance(expression, exp.Alias) else expression
    if isinstance(inner, exp.Cast) and inner.args.get("to") is not None:
        return type_name(inner.args["to"], dialect)
    return None


def type_name(node: Any, dialect: str) -> str:
    """Return a data type in the dialect's spelling."""
    from airflow_lineage_provider.sql.syntax import quiet_parser

    with quiet_parser():
        return str(node.sql(dialect=dialect))


def _mentions(expression: Any, key: str, scope: Scope) -> bool:
    columns = expression.find_all(exp.Column)
    return any(comparable(_case(column, scope), scope.dialect) == key for column in columns)

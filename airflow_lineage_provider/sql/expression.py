"""How one expression's value depends on columns: directly, or only through a choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.relation import Relation, Sources, composed, merged

MASK_NAMES = re.compile(
    r"(md5|sha\d*|hash|mask|hmac|crypt|encrypt|aes_encrypt|digest|hashbytes|farm_?fingerprint|xxhash|murmur|tokeni[sz]e"
    r"|anonymi[sz]e|redact|obfuscate|siphash|cityhash|ora_hash|standard_?hash)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Way:
    """What happened to a value between the output and the node looked at."""

    kind: str = "DIRECT"
    subtype: str = "IDENTITY"
    masking: bool = False

    def changed(self, subtype: str = "TRANSFORMATION", masking: bool = False) -> Way:
        if self.kind == "INDIRECT":
            return self
        if self.subtype == "AGGREGATION" and subtype == "TRANSFORMATION":
            subtype = "AGGREGATION"
        return Way("DIRECT", subtype, self.masking or masking)

    def decided(self, subtype: str) -> Way:
        return self if self.kind == "INDIRECT" else Way("INDIRECT", subtype)


def sources_of(
    expression: Any,
    column: Callable[[Any], Sources],
    query: Callable[[Any], Relation],
    way: Way | None = None,
) -> Sources:
    """Return the sources of an expression.

    ``column`` resolves an ``exp.Column``, ``query`` a sub-query; the walk keeps its own stack because
    generated conditions are thousands of levels deep.
    """
    found: list[Sources] = []
    stack: list[tuple[Any, Way]] = [(expression, way or Way())]
    while stack:
        node, here = stack.pop()
        if isinstance(node, exp.Column):
            if not isinstance(node.this, exp.Star):
                found.append(composed(column(node), here.kind, here.subtype, here.masking))
        elif isinstance(node, (exp.Subquery, exp.Select, exp.SetOperation)):
            found.append(_of_query(query(node), here))
        elif isinstance(node, exp.Expression):
            stack.extend(reversed(_children(node, here)))
    return merged(*found)


def _of_query(relation: Relation, way: Way) -> Sources:
    inner = [column.sources for column in relation.columns() or ()] or [relation.stars()]
    seen = way.changed() if way.kind == "DIRECT" else way
    return merged(composed(merged(*inner), seen.kind, seen.subtype, seen.masking), relation.indirect)


def _children(node: Any, way: Way) -> list[tuple[Any, Way]]:
    if isinstance(node, (exp.Alias, exp.Paren)):
        return [(node.this, way)]
    if isinstance(node, exp.Window):
        decided = way.decided("WINDOW")
        rest = [(child, decided) for key, child in _parts(node) if key not in {"this", "over"}]
        return [(node.this, way.changed()), *rest]
    if isinstance(node, exp.Filter):
        return [(node.this, way), (node.expression, way.decided("FILTER"))]
    if isinstance(node, exp.WithinGroup):
        return _within_group(node, way)
    if isinstance(node, exp.Order):
        # string_agg(x, ',' ORDER BY y): the value stands in "this".
        return [(child, way if key == "this" else way.decided("SORT")) for key, child in _parts(node)]
    if isinstance(node, exp.DecodeCase):
        return _decoded(node.expressions, way)
    if isinstance(node, exp.Case):
        # "ifs" holds If nodes, which split into condition and value themselves.
        return [
            (child, way.decided("CONDITIONAL") if key == "this" else way.changed())
            for key, child in _parts(node)
        ]
    if isinstance(node, exp.If):
        return [
            (child, way.decided("CONDITIONAL") if key == "this" else way.changed())
            for key, child in _parts(node)
        ]
    if isinstance(node, exp.AggFunc):
        return [(child, way.changed("AGGREGATION", _masks(node))) for _, child in _parts(node)]
    return [(child, way.changed(masking=_masks(node))) for _, child in _parts(node)]


def _within_group(node: Any, way: Way) -> list[tuple[Any, Way]]:
    # percentile_cont(0.5) takes its value from the order, listagg(x) only its sequence.
    takes_order = node.this.find(exp.Column) is None
    ordered = way.changed("AGGREGATION") if takes_order else way.decided("SORT")
    order = node.expression
    children = order.expressions if isinstance(order, exp.Order) else [order]
    return [(node.this, way.changed("AGGREGATION")), *((child, ordered) for child in children)]


def _decoded(arguments: list[Any], way: Way) -> list[tuple[Any, Way]]:
    """``DECODE(value, search, result, ..., default)``."""
    last = len(arguments) - 1
    return [
        (child, way.decided("CONDITIONAL") if at == 0 or (at % 2 and at < last) else way.changed())
        for at, child in enumerate(arguments)
    ]


def _parts(node: Any) -> list[tuple[str, Any]]:
    parts: list[tuple[str, Any]] = []
    for key, value in node.args.items():
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, exp.Expression):
                parts.append((key, child))
    return parts


def _masks(node: Any) -> bool:
    if not isinstance(node, exp.Func):
        return False
    name = str(node.this) if isinstance(node, exp.Anonymous) else type(node).__name__
    return MASK_NAMES.match(name) is not None

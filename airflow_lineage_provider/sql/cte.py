"""The WITH clauses of a tree: which CTE a name means, and which ones nobody reads."""

from __future__ import annotations

from typing import Any

from sqlglot import exp


class CteNames:
    """The CTEs of a tree by name, looked through once per WITH clause: generated ones hold thousands."""

    def __init__(self) -> None:
        self._clauses: dict[int, tuple[dict[str, tuple[int, Any]], dict[int, int]]] = {}

    def cte_of(self, table: Any) -> Any:
        """Return the CTE that a name means; a CTE that is not recursive sees only those before it."""
        if table.args.get("db") or not isinstance(table.this, exp.Identifier):
            return None
        name = str(table.name).lower()
        below: Any = table
        node = table.parent
        while node is not None:
            clause = node if isinstance(node, exp.With) else node.args.get("with_")
            if clause is not None and below is not clause:
                firsts, places = self._of(clause)
                at, cte = firsts.get(name, (-1, None))
                own = places.get(id(below), len(places))
                if cte is not None and (at < own or (at == own and clause.args.get("recursive"))):
                    return cte
            below, node = node, node.parent
        return None

    def _of(self, clause: Any) -> tuple[dict[str, tuple[int, Any]], dict[int, int]]:
        if id(clause) not in self._clauses:
            firsts: dict[str, tuple[int, Any]] = {}
            for at, cte in enumerate(clause.expressions):
                firsts.setdefault(str(cte.alias).lower(), (at, cte))
            self._clauses[id(clause)] = firsts, {id(cte): at for at, cte in enumerate(clause.expressions)}
        return self._clauses[id(clause)]


def unread_tables(tree: Any, names: CteNames) -> set[int]:
    """Return the ids of the ``exp.Table`` nodes that stand in a CTE which the statement never reads.

    Engines do not run such a CTE; one that changes data runs all the same.
    """
    ctes = list(tree.find_all(exp.CTE))
    if not ctes:
        return set()
    # In ClickHouse a CTE may be named like a column: WITH (SELECT ...) AS m, and x IN c.
    spelled = {
        str(column.name).lower() for column in tree.find_all(exp.Column) if not column.args.get("table")
    }
    reads: dict[int, list[int]] = {}
    for cte in ctes:
        changes = isinstance(cte.this, (exp.Insert, exp.Update, exp.Delete, exp.Merge))
        if changes or cte.args.get("scalar") or str(cte.alias).lower() in spelled:
            reads.setdefault(_owner(cte), []).append(id(cte))
    owners: dict[int, int] = {}
    for table in tree.find_all(exp.Table):
        owners[id(table)] = _owner(table)
        cte = names.cte_of(table)
        if cte is not None:
            reads.setdefault(owners[id(table)], []).append(id(cte))
    live, waiting = {NOBODY}, [NOBODY]
    while waiting:
        found = [one for one in reads.get(waiting.pop(), ()) if one not in live]
        live.update(found)
        waiting.extend(found)
    return {table for table, owner in owners.items() if owner not in live}


NOBODY = 0
"""Owner of what stands in no CTE."""


def _owner(node: Any) -> int:
    above = node.parent
    while above is not None and not isinstance(above, exp.CTE):
        above = above.parent
    return id(above) if above is not None else NOBODY

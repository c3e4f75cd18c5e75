"""Which tables and locations a syntax tree reads and writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.cte import CteNames, unread_tables
from airflow_lineage_provider.sql.location import called_files, file_of, locations_in, option_locations
from airflow_lineage_provider.sql.naming import key_of, name_of
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.statement import Location, Table

KINDS: tuple[tuple[str, str], ...] = (
    ("MultitableInserts", "INSERT"),
    ("Insert", "INSERT"),
    ("Merge", "MERGE"),
    ("Update", "UPDATE"),
    ("Delete", "DELETE"),
    ("Copy", "COPY"),
    ("LoadData", "LOAD"),
    ("Export", "EXPORT"),
    ("TruncateTable", "TRUNCATE"),
    ("Drop", "DROP"),
    ("Undrop", "CREATE_TABLE"),
    ("Alter", "ALTER"),
    ("Refresh", "REFRESH"),
)
TABLE_KINDS = {
    "TABLE": "CREATE_TABLE",
    "VIEW": "CREATE_VIEW",
    "STREAMLIT": "OTHER",
    "DYNAMIC TABLE": "CREATE_TABLE",
    "MODEL": "CREATE_MODEL",
}
DROPPED_KINDS = {"TABLE", "VIEW", "MATERIALIZED VIEW", "EXTERNAL TABLE", "DYNAMIC TABLE", "FOREIGN TABLE"}
# Nodes below these name tables that the statement does not read.
SILENT = tuple(
    getattr(exp, name)
    for name in (
        "Reference",
        "ForeignKey",
        "Grant",
        "Revoke",
        "Comment",
        "Use",
        "Index",
        "Describe",
        "Analyze",
        "Show",
        "PartitionedOfProperty",
    )
    if hasattr(exp, name)
)


@dataclass(slots=True)
class Effect:
    """Tables and locations in order of appearance; ``targets`` are the tree's nodes that are written."""

    kind: str = "OTHER"
    inputs: list[Table] = field(default_factory=list)
    outputs: list[Table] = field(default_factory=list)
    input_locations: list[Location] = field(default_factory=list)
    output_locations: list[Location] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)


def kind_of(tree: Any) -> str:
    """Return the statement's kind: SELECT, INSERT, CREATE_TABLE, ..., OTHER."""
    if isinstance(tree, exp.Create):
        return TABLE_KINDS.get(str(tree.args.get("kind") or "").upper(), "OTHER")
    if isinstance(tree, exp.Query):
        select = tree
        while isinstance(select, (exp.SetOperation, exp.Subquery)):
            select = select.this
        return "CREATE_TABLE" if isinstance(select, exp.Select) and select.args.get("into") else "SELECT"
    if isinstance(tree, (exp.Pivot, exp.Summarize)):
        return "SELECT"  # DuckDB's statements of that name
    for name, kind in KINDS:
        if hasattr(exp, name) and isinstance(tree, getattr(exp, name)):
            return kind
    blocks = tuple(getattr(exp, name) for name in ("IfBlock", "WhileBlock", "Block") if hasattr(exp, name))
    if blocks and isinstance(tree, blocks):
        inner = next((kind_of(node) for node in tree.walk() if kind_of_plain(node)), None)
        return inner or "OTHER"
    return "OTHER"


def kind_of_plain(node: Any) -> bool:
    """Say whether a node is a statement that changes data."""
    return isinstance(
        node, (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.TruncateTable)
    )


def effect_of(tree: Any, session: Session) -> Effect:
    """Return what a statement reads and writes; temporary and system tables are left out."""
    effect = Effect(kind_of(tree))
    names = CteNames()
    if effect.kind == "OTHER" and not isinstance(tree, exp.Cache):
        return effect
    written: dict[int, Any] = {}
    read_too: list[Any] = []
    silent: set[int] = set()
    for node in tree.walk():
        for named in _targets(node, effect):
            target = _behind_cte(_behind_alias(named, node), names)
            silent.add(id(named))
            if is_temporary(node, session.dialect):
                silent.add(id(target))
                continue
            written.setdefault(id(target), target)
            if _returns_into(node):
                read_too.append(target)
    if isinstance(tree, exp.Drop) and str(tree.args.get("kind") or "").upper() not in DROPPED_KINDS:
        return effect
    silent |= unread_tables(tree, names)
    for node in tree.find_all(*SILENT):
        silent.update(id(table) for table in node.find_all(exp.Table))
    for table in tree.find_all(exp.Table):
        if (
            id(table) in silent
            or id(table) in written
            or names.cte_of(table) is not None
            or _names_no_table(table)
        ):
            continue
        files = file_of(table, session.dialect)
        effect.input_locations.extend(files)
        known = None if files else session.table(table)
        if known is not None:
            effect.inputs.append(known)
    for target in written.values():
        known = session.table(target)
        if known is not None:
            effect.outputs.append(known)
        elif not isinstance(target.this, exp.Identifier):
            effect.output_locations.extend(file_of(target, session.dialect))
        effect.targets.append(target)
    for target in read_too:
        known = session.table(target)
        if known is not None:
            effect.inputs.append(known)
    effect.inputs = distinct_tables(effect.inputs, session.dialect)
    effect.outputs = distinct_tables(effect.outputs, session.dialect)
    effect.input_locations = list(dict.fromkeys(effect.input_locations))
    effect.output_locations = list(dict.fromkeys(effect.output_locations))
    return effect


def distinct_tables(tables: list[Table], dialect: str) -> list[Table]:
    """Return each table once, in its first spelling."""
    first: dict[tuple[str, str, str], Table] = {}
    for table in tables:
        first.setdefault(key_of(table, dialect), table)
    return list(first.values())


def table_node(target: Any) -> Any:
    """Return the ``exp.Table`` of an INSERT or CREATE target, with or without a column list."""
    return target.this if isinstance(target, exp.Schema) else target


def _targets(node: Any, effect: Effect) -> list[Any]:
    if isinstance(node.parent, exp.When):
        return []  # WHEN MATCHED THEN UPDATE: the target stands at the MERGE
    if isinstance(node, exp.Insert):
        if node.args.get("is_function"):
            effect.output_locations.extend(called_files(node.this))
        if isinstance(node.this, exp.Directory):
            effect.output_locations.extend(locations_in(node.this.this))
        returning = node.args.get("returning")
        into = returning.args.get("into") if returning is not None else None
        return _tables(node.this) + (
            [exp.Table(this=into)] if isinstance(into, exp.Identifier) else _tables(into)
        )
    if isinstance(node, exp.Update):
        return _updated(node)
    if isinstance(node, exp.Delete):
        return node.args.get("tables") or _tables(node.this)
    if isinstance(node, (exp.Merge, exp.Into, exp.Cache)):
        return _tables(node.this)
    if isinstance(node, exp.Create):
        properties = node.args.get("properties")
        if kind_of(node) != "OTHER":
            filled = isinstance(node.expression, (exp.Query, exp.Values))
            locations = effect.output_locations if filled else effect.input_locations
            locations.extend(option_locations(properties))
            return _tables(node.this) + fed_tables(node)
    if isinstance(node, exp.Copy):
        return _copied(node, effect)
    if isinstance(node, exp.LoadData):
        effect.input_locations.extend(locations_in(node.args.get("inpath")))
        files = node.args.get("files")
        if files:
            effect.input_locations.extend(option_locations(files))
        return _tables(node.this)
    if isinstance(node, exp.Export):
        effect.output_locations.extend(option_locations(node.args.get("options")))
    if isinstance(node, exp.TruncateTable):
        return [] if node.args.get("is_database") else list(node.expressions)
    if isinstance(node, exp.Drop) and str(node.args.get("kind") or "").upper() in DROPPED_KINDS:
        return node.args.get("tables") or _tables(node.this)
    if isinstance(node, exp.Alter):
        if str(node.args.get("kind") or "TABLE").upper() not in DROPPED_KINDS:
            return []
        renamed = [one for action in node.args.get("actions") or () for one in _renames(action)]
        return _tables(node.this) + renamed
    if type(node).__name__ in {"Refresh", "Undrop", "SwapTable"}:
        return _tables(node.this)
    return []


def fed_tables(create: Any) -> list[Any]:
    """Return the table that ClickHouse's CREATE MATERIALIZED VIEW v TO t writes into."""
    properties = create.args.get("properties")
    listed = properties.expressions if properties is not None else ()
    return [table for one in listed if type(one).__name__ == "ToTableProperty" for table in _tables(one.this)]


def _renames(action: Any) -> list[Any]:
    return (
        _tables(action.this) if type(action).__name__ in {"AlterRename", "RenameTable", "SwapTable"} else []
    )


def _updated(update: Any) -> list[Any]:
    """Return the tables of an UPDATE that get new values; MySQL's joined form may set those of a join."""
    joins = update.this.args.get("joins") or ()
    if not joins:
        return _tables(update.this)
    items = {str(one.alias_or_name).lower(): one for one in (update.this, *(join.this for join in joins))}
    set_in = [str(one.this.table).lower() for one in update.expressions if isinstance(one.this, exp.Column)]
    found = [
        items[alias]
        for alias in dict.fromkeys(set_in)
        if alias in items and isinstance(items[alias], exp.Table)
    ]
    return found or [update.this]


def _copied(copy: Any, effect: Effect) -> list[Any]:
    files = copy.args.get("files") or []
    if copy.args.get("kind"):  # FROM files
        tables = [one for one in files if isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier)]
        target = table_node(copy.this)
        effect.input_locations.extend(
            found
            for one in files
            if not isinstance(one, (exp.Identifier, *((exp.Table,) if tables else ())))
            for found in locations_in(one)
        )
        return [target] if isinstance(target, exp.Table) else []
    effect.output_locations.extend(
        found for one in files if not isinstance(one, exp.Identifier) for found in locations_in(one)
    )
    return [one for one in files if isinstance(one, exp.Table)]


def _behind_alias(target: Any, node: Any) -> Any:
    """Return the FROM item that an UPDATE or DELETE target is the alias of (UPDATE t SET .. FROM a AS t)."""
    if not isinstance(node, (exp.Update, exp.Delete)) or target.args.get("db"):
        return target
    if isinstance(node, exp.Delete) and not node.args.get("tables"):
        return target
    name = str(target.name).lower()
    for item in from_tables(node):
        if item is not target and str(item.alias_or_name).lower() == name:
            return item
    return target


def from_tables(node: Any) -> list[Any]:
    """Return the tables in the FROM list and joins of an UPDATE or DELETE."""
    start = node.args.get("from_")
    roots = [start.this] if start is not None else []
    if isinstance(node, exp.Delete):
        roots.extend((node.this, *(node.args.get("using") or ())))
    joins = [*(start.args.get("joins") or ()), *(node.args.get("joins") or ())] if start is not None else []
    roots = [root for root in roots if isinstance(root, exp.Expression)]
    joins.extend(join for root in roots for join in root.args.get("joins") or ())
    return [one for one in (*roots, *(join.this for join in joins)) if isinstance(one, exp.Table)]


def is_temporary(node: Any, dialect: str) -> bool:
    """Say whether a CREATE, SELECT INTO or CACHE makes a table that ends with the session."""
    if isinstance(node, exp.Cache):
        return True
    if isinstance(node, exp.Into):
        return bool(node.args.get("temporary"))
    if not isinstance(node, exp.Create):
        return False
    properties = node.args.get("properties")
    kinds = {type(one).__name__ for one in properties.expressions} if properties is not None else set()
    if kinds & {"TemporaryProperty", "GlobalProperty", "VolatileProperty"}:
        return True
    name = name_of(table_node(node.this), dialect)
    return name is not None and name.temporary


def _returns_into(node: Any) -> bool:
    """Say whether a statement in a WITH clause hands the rows of its target to the outer one."""
    if not isinstance(node, (exp.Update, exp.Delete, exp.Merge)) or node.args.get("returning") is None:
        return False
    return isinstance(node.parent, exp.CTE)


def _behind_cte(target: Any, names: CteNames) -> Any:
    """Return the first table of the CTE that an UPDATE or DELETE names (T-SQL writes through it)."""
    cte = names.cte_of(target)
    inner = cte.this.find(exp.Table) if cte is not None else None
    return inner if inner is not None else target


def _names_no_table(table: Any) -> bool:
    parent = table.parent
    # FILE_FORMAT => name, or the hidden tables of a trigger-like OUTPUT clause.
    named = (isinstance(parent, exp.Table) and table.arg_key == "format") or table.arg_key == "connection"
    return named or isinstance(parent, exp.Execute)


def _tables(node: Any) -> list[Any]:
    node = table_node(node)
    return [node] if isinstance(node, exp.Table) else []

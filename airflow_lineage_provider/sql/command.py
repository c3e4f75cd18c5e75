"""Statements that the parser does not know, read by their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.sql.effect import Effect
from airflow_lineage_provider.sql.location import location_of
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.switch import switch_by_words
from airflow_lineage_provider.sql.words import Words

QUIET_HEADS = frozenset(
    {
        "EXPLAIN", "SHOW", "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ABORT", "END", "PRAGMA",
        "GRANT", "REVOKE", "VACUUM", "ANALYZE", "ANALYSE", "CALL", "EXEC", "EXECUTE", "PREPARE", "DEALLOCATE", "LOCK",
        "UNLOCK", "LISTEN", "NOTIFY", "UNLISTEN", "DISCARD", "RESET", "CHECKPOINT", "CLUSTER", "REINDEX", "OPTIMIZE",
        "MSCK", "REPAIR", "INSTALL", "ATTACH", "DETACH", "DESCRIBE", "DESC", "LIST", "LS", "REMOVE", "RM", "PUT", "GET",
        "KILL", "FLUSH", "FETCH", "CLOSE", "OPEN", "DO", "RETURN", "RAISE", "PERFORM", "PRINT", "WAITFOR",
        "DBCC", "CHECK", "SECURITY", "IMPORT_FOREIGN", "REASSIGN", "COMMENT", "ADD", "UNCACHE", "CLEAR", "EXCEPTION", "NULL", "LET", "HELP", "PURGE", "AUDIT", "NOAUDIT", "SHUTDOWN", "RECOVER", "XA", "HANDLER", "EXIT",
        "SIGNAL", "LEAVE", "ITERATE", "ASSERT", "USE_ROLE", "COLLECT", "BACKUP", "RESTORE", "SUSPEND", "RESUME",
    }
)  # fmt: skip


@dataclass(slots=True)
class Command:
    """What the words say, and a statement inside that the parser may read (``statement``)."""

    effect: Effect = field(default_factory=Effect)
    statement: str | None = None


def command_of(sql: str, session: Session) -> Command | None:
    """Return what a statement does that only its words tell, or None to have it parsed."""
    words = Words(sql, session.dialect)
    if words.done():
        return None
    if switch_by_words(words, session):
        return Command()
    words.at = 0
    head = words.text()[0].upper()
    if head == "OPEN" and session.dialect == "exasol":
        return None
    words.at = 0
    form = FORMS.get(head)
    if form is not None:
        found = form(words, session)
        if found is not None:
            return found
    if head == "DECLARE":
        return None if session.dialect in {"tsql", "fabric", "bigquery"} else Command()
    return Command() if head in QUIET_HEADS or head == "SET" else None


def _write(kind: str, session: Session, *nodes: Any) -> Command:
    tables = [session.table(node) for node in nodes if node is not None]
    return Command(Effect(kind, outputs=[table for table in tables if table is not None]))


def _refresh(words: Words, session: Session) -> Command | None:
    if not words.take("REFRESH"):
        return None
    if words.take("MATERIALIZED", "VIEW"):
        words.take("CONCURRENTLY")
        return _write("REFRESH", session, words.name())
    if words.take("TABLE") or words.take("STREAMING", "TABLE"):
        return Command()
    return Command()


def _replace(words: Words, _: Session) -> Command | None:
    if words.take("REPLACE", "INTO") or words.take("REPLACE"):
        return Command(Effect("INSERT"), "INSERT INTO " + words.rest())
    return None


def _unload(words: Words, session: Session) -> Command | None:
    if not words.take("UNLOAD", "("):
        return None
    command = Command(Effect("UNLOAD"))
    query = words.string()
    if query is None:
        start = words.rest()
        depth = 1
        while not words.done() and depth:
            text = words.tokens[words.at][0].text
            depth += {"(": 1, ")": -1}.get(text, 0)
            words.at += 1
        token, offset = words.tokens[words.at - 1]
        query = start[: len(start) - (len(words.sql) - token.start - offset)]
    command.statement = query
    if words.skip_to("TO"):
        _locate(words, command.effect.output_locations)
    return command


def _load(words: Words, session: Session) -> Command | None:
    if not words.take("LOAD", "DATA") and not words.take("LOAD", "XML"):
        return Command() if words.take("LOAD") and words.string() is not None else None
    if session.dialect not in {"mysql", "doris", "starrocks", "singlestore"}:
        return None
    if not words.skip_to("INFILE"):
        return None
    effect = Effect("LOAD")
    _locate(words, effect.input_locations)
    if not words.skip_to("INTO", "TABLE"):
        return None
    effect.outputs = _write("LOAD", session, words.name()).effect.outputs
    return Command(effect)


def _bulk(words: Words, session: Session) -> Command | None:
    if not words.take("BULK", "INSERT"):
        return None
    command = _write("LOAD", session, words.name())
    if words.take("FROM"):
        _locate(words, command.effect.input_locations)
    return command


def _import(words: Words, session: Session) -> Command | None:
    if not words.take("IMPORT", "INTO"):
        return Command()
    command = _write("LOAD", session, words.name())
    if words.skip_to("FILE"):
        _locate(words, command.effect.input_locations)
    return command


def _export(words: Words, session: Session) -> Command | None:
    if session.dialect == "bigquery":
        return None
    if session.dialect != "exasol" or not words.take("EXPORT"):
        return Command()
    command = Command(Effect("EXPORT"))
    if not words.take("("):
        table = session.table(words.name())
        command.effect.inputs = [table] if table is not None else []
    if words.skip_to("FILE"):
        _locate(words, command.effect.output_locations)
    return command


def _rename(words: Words, session: Session) -> Command | None:
    if not words.take("RENAME", "TABLE"):
        return Command()
    nodes = []
    while not words.done():
        nodes.append(words.name())
        if not words.take("TO"):
            break
        nodes.append(words.name())
        if not words.take(","):
            break
    return _write("ALTER", session, *nodes)


def _alter(words: Words, session: Session) -> Command | None:
    """Return ALTER TABLE forms that end as a raw command in the parser; None to let it try first."""
    if not words.take("ALTER"):
        return None
    for kind in (
        ("MATERIALIZED", "VIEW"),
        ("DYNAMIC", "TABLE"),
        ("EXTERNAL", "TABLE"),
        ("FOREIGN", "TABLE"),
        ("TABLE",),
        ("VIEW",),
    ):
        if words.take(*kind):
            break
    else:
        return Command()
    if not words.take("IF", "EXISTS"):
        words.take("ONLY")
    node = words.name()
    if node is None:
        return None
    if words.take("APPEND", "FROM"):
        source = words.name()
        command = _write("ALTER", session, node)
        table = session.table(source)
        command.effect.inputs = [table] if table is not None else []
        return command
    if words.take("SET", "SCHEMA"):
        place = words.name()
        if place is None:
            return None
        moved = node.copy()
        moved.set("db", place.this)
        return _write("ALTER", session, node, moved)
    if words.take("ATTACH", "PARTITION") or words.take("DETACH", "PARTITION"):
        return _write("ALTER", session, node)
    if kind in {("TABLE",), ("VIEW",)} and not words.take("REFRESH"):
        return None
    return _write(
        "REFRESH" if words.take("REFRESH") or kind == ("DYNAMIC", "TABLE") else "ALTER", session, node
    )


def _insert(words: Words, session: Session) -> Command | None:
    """Return T-SQL's INSERT ... EXEC procedure."""
    if session.dialect not in {"tsql", "fabric", "clickhouse"} or not words.take("INSERT"):
        return None
    words.take("INTO")
    words.take("TABLE")
    node = words.name()
    if words.take("("):
        words.skip_to(")")
    if words.take("FORMAT"):  # ClickHouse: the rows follow as data
        return _write("INSERT", session, node)
    if words.take("EXEC") or words.take("EXECUTE"):
        return _write("INSERT", session, node)
    return None


def _create(words: Words, session: Session) -> Command | None:
    """Return objects whose definition runs later or elsewhere; None to have a table or view parsed."""
    if not words.take("CREATE"):
        return None
    words.take("OR", "REPLACE")
    words.take("OR", "ALTER")
    if words.take("FOREIGN", "TABLE"):
        words.take("IF", "NOT", "EXISTS")
        return _write("CREATE_TABLE", session, words.name())
    for word in ("TASK", "STREAM", "PIPE", "PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "PACKAGE", "EVENT", "ALERT",
                 "USER", "ROLE", "WAREHOUSE", "POLICY", "RULE", "EXTENSION", "SERVER", "SUBSCRIPTION", "PUBLICATION",
                 "INDEX", "UNIQUE", "SCHEMA", "DATABASE", "SEQUENCE", "TYPE", "DOMAIN", "CATALOG", "LOGIN", "SECRET",
                 "STATISTICS", "AGGREGATE", "CAST", "MACRO", "MASKING", "STAGE", "TAG", "NETWORK", "RESOURCE"):  # fmt: skip
        if words.take(word):
            return Command()
    return None


def _locate(words: Words, locations: list[Any]) -> None:
    text = words.string()
    location = location_of(text) if text else None
    if location is not None:
        locations.append(location)


FORMS: dict[str, Callable[[Words, Session], Command | None]] = {
    "ALTER": _alter,
    "BULK": _bulk,
    "CREATE": _create,
    "EXPORT": _export,
    "IMPORT": _import,
    "INSERT": _insert,
    "LOAD": _load,
    "REFRESH": _refresh,
    "RENAME": _rename,
    "REPLACE": _replace,
    "UNLOAD": _unload,
}

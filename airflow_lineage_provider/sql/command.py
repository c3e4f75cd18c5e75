"""Statements that the parser does not know, read by their words."""

from __future__ import annotations

from collections.abc import Callable

from airflow_lineage_provider.sql import block, transfer
from airflow_lineage_provider.sql.command_result import Command, writing
from airflow_lineage_provider.sql.effect import Effect
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
        "CANCEL", "CHANGE", "CHECKSUM", "CONTINUE", "DENY", "DFS", "EXISTS", "FORCE", "GOTO", "MOVE", "PROMPT", "SPOOL",
        "STOP", "SYSTEM", "WATCH", "WHENEVER", "SIGNAL", "LEAVE", "ITERATE", "ASSERT", "USE_ROLE", "COLLECT", "BACKUP", "RESTORE", "SUSPEND", "RESUME",
    }
)  # fmt: skip


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
        words.at = 0
        if words.skip_to("CURSOR") and words.skip_to("FOR"):
            return Command(statements=(words.rest(),))
        return None if session.dialect in {"tsql", "fabric", "bigquery"} else Command()
    return Command() if head in QUIET_HEADS or head == "SET" else None


def _refresh(words: Words, session: Session) -> Command | None:
    if not words.take("REFRESH"):
        return None
    if words.take("MATERIALIZED", "VIEW"):
        words.take("CONCURRENTLY")
        return writing("REFRESH", session, words.name())
    if words.take("TABLE") or words.take("STREAMING", "TABLE"):
        return Command()
    return Command()


def _replace(words: Words, _: Session) -> Command | None:
    if words.take("REPLACE", "INTO") or words.take("REPLACE"):
        return Command(Effect("INSERT"), ("INSERT INTO " + words.rest(),))
    return None


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
    return writing("ALTER", session, *nodes)


def _exchange(words: Words, session: Session) -> Command | None:
    """Return ClickHouse's EXCHANGE TABLES a AND b."""
    if not words.take("EXCHANGE", "TABLES"):
        return Command()
    first = words.name()
    return writing("ALTER", session, first, words.name() if words.take("AND") else None)


def _restore(words: Words, session: Session) -> Command | None:
    """Return Databricks' RESTORE [TABLE] t TO VERSION AS OF 3."""
    if session.dialect != "databricks" or not words.take("RESTORE"):
        return Command()
    words.take("TABLE")
    return writing("ALTER", session, words.name())


def _merge(words: Words, session: Session) -> Command | None:
    """Return Redshift's short form MERGE INTO a USING b ON ... REMOVE DUPLICATES."""
    if session.dialect != "redshift" or not words.skip_to("REMOVE", "DUPLICATES") or not words.done():
        return None
    long = words.between(0, words.at - 2)
    long += " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    return Command(Effect("MERGE"), (long,))


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
        command = writing("ALTER", session, node)
        table = session.table(source)
        command.effect.inputs = [table] if table is not None else []
        return command
    if words.take("SET", "SCHEMA"):
        place = words.name()
        if place is None:
            return None
        moved = node.copy()
        moved.set("db", place.this)
        return writing("ALTER", session, node, moved)
    if words.take("ATTACH", "PARTITION") or words.take("DETACH", "PARTITION"):
        return writing("ALTER", session, node)
    if kind in {("TABLE",), ("VIEW",)} and not words.take("REFRESH"):
        return None
    return writing(
        "REFRESH" if words.take("REFRESH") or kind == ("DYNAMIC", "TABLE") else "ALTER", session, node
    )


def _insert(words: Words, session: Session) -> Command | None:
    """Return T-SQL's INSERT ... EXEC procedure, and what ClickHouse and Spark do with files."""
    if words.take("INSERT", "OVERWRITE"):
        return transfer.directory(words, session)
    if session.dialect not in {"tsql", "fabric", "clickhouse"} or not words.take("INSERT"):
        return None
    words.take("INTO")
    words.take("TABLE")
    node = words.name()
    if words.take("("):
        words.skip_to(")")
    if words.take("FROM", "INFILE"):
        return transfer.infile(words, session, node)
    if words.take("FORMAT"):  # ClickHouse: the rows follow as data
        return writing("INSERT", session, node)
    if words.take("EXEC") or words.take("EXECUTE"):
        return writing("INSERT", session, node)
    return None


def _create(words: Words, session: Session) -> Command | None:
    """Return objects whose definition runs later or elsewhere; None to have a table or view parsed."""
    if not words.take("CREATE"):
        return None
    words.take("OR", "REPLACE")
    words.take("OR", "ALTER")
    if words.take("FOREIGN", "TABLE"):
        words.take("IF", "NOT", "EXISTS")
        return writing("CREATE_TABLE", session, words.name())
    at = words.at
    words.take("TEMPORARY")
    if words.take("STAGE"):
        return transfer.stage(words)
    words.at = at
    for word in ("TASK", "STREAM", "PIPE", "PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "PACKAGE", "EVENT", "ALERT",
                 "USER", "ROLE", "WAREHOUSE", "POLICY", "RULE", "EXTENSION", "SERVER", "SUBSCRIPTION", "PUBLICATION",
                 "INDEX", "UNIQUE", "SCHEMA", "DATABASE", "SEQUENCE", "TYPE", "DOMAIN", "CATALOG", "LOGIN", "SECRET",
                 "STATISTICS", "AGGREGATE", "CAST", "MACRO", "MASKING", "STAGE", "TAG", "NETWORK", "RESOURCE"):  # fmt: skip
        if words.take(word):
            return Command()
    return None


FORMS: dict[str, Callable[[Words, Session], Command | None]] = {
    "ALTER": _alter,
    "ATTACH": transfer.attach,
    "BULK": transfer.bulk,
    "COPY": transfer.copy,
    "CREATE": _create,
    "EXCHANGE": _exchange,
    "EXEC": block.execute,
    "EXECUTE": block.execute,
    "EXPORT": transfer.export,
    "FROM": transfer.outfile,
    "IF": block.condition,
    "IMPORT": transfer.import_,
    "INSERT": _insert,
    "LOAD": transfer.load,
    "LOCKING": block.locking,
    "MERGE": _merge,
    "REFRESH": _refresh,
    "RENAME": _rename,
    "REPLACE": _replace,
    "RESTORE": _restore,
    "SELECT": transfer.outfile,
    "UNLOAD": transfer.unload,
    "WITH": transfer.outfile,
}

"""CREATE and ALTER in forms that the parser leaves unread: still, the table's name stands there."""

from __future__ import annotations

from airflow_lineage_provider.sql.command_result import Command, locate, writing
from airflow_lineage_provider.sql.effect import Effect
from airflow_lineage_provider.sql.query import NOTHING
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.words import Words

MOST_MODIFIERS = 6
"""Words between CREATE and TABLE."""

QUERY_STARTS = ("SELECT", "WITH", "(")
OTHER_QUERY_STARTS = ("FROM", "PIVOT", "UNPIVOT", "VALUES", "TABLE")


def fallback_of(sql: str, session: Session) -> Command:
    """Return what the words of an unread statement tell."""
    words = Words(sql, session.dialect)
    if words.take("CREATE"):
        return _create(words, session)
    if words.take("ALTER", "TABLE"):
        return _alter(words, session)
    return Command()


def _create(words: Words, session: Session) -> Command:
    temporary = False
    for _ in range(MOST_MODIFIERS):
        if words.take("TABLE"):
            kind = "CREATE_TABLE"
            break
        if words.take("VIEW"):
            kind = "CREATE_VIEW"
            break
        if words.take("MODEL"):
            return Command(statements=_query(words, None))
        temporary = any(words.take(one) for one in ("TEMP", "TEMPORARY", "VOLATILE")) or temporary
        if not temporary:
            words.at += 1
    else:
        return Command()
    words.take("IF", "NOT", "EXISTS")
    start = words.at
    node = words.name()
    if node is None:
        return Command()
    if temporary:
        session.keep_temporary(node, NOTHING)
    command = writing(kind, session, node)
    name = words.between(start, words.at)
    at = words.at
    if words.take("CLONE"):
        source = session.table(words.name())
        command.effect.inputs = [source] if source is not None else []
        return command
    if words.skip_outside("LOCATION"):
        words.take("=")
        locate(words, command.effect.input_locations)
        words.at = at
    if words.skip_to("URIS"):
        words.take("=")
        words.take("[")
        while words.take(",") or not words.done():
            before = words.at
            locate(words, command.effect.input_locations)
            if words.at == before:
                break
        words.at = at
    command.statements = _query(words, None if temporary else name)
    return command


def _query(words: Words, target: str | None) -> tuple[str, ...]:
    """Return the query behind AS, as one that writes the target when the grammar allows it."""
    while words.skip_outside("AS"):
        at = words.at
        if any(words.take(one) for one in QUERY_STARTS):
            words.at = at
            return ((f"INSERT INTO {target} " if target else "") + words.rest(),)
        if any(words.take(one) for one in OTHER_QUERY_STARTS):
            words.at = at
            return (words.rest(),)
    return ()


def _alter(words: Words, session: Session) -> Command:
    words.take("IF", "EXISTS")
    start = words.at
    node = words.name()
    if node is None:
        return Command()
    name = words.between(start, words.at)
    if session.dialect == "clickhouse" and words.skip_outside("UPDATE"):
        return Command(Effect("UPDATE"), (f"UPDATE {name} SET {words.rest()}",))
    other = None
    for taking, to in ((("SWITCH",), ("TO",)), (("EXCHANGE", "PARTITION"), ("WITH", "TABLE"))):
        if words.skip_to(*taking) and words.skip_to(*to):
            other = words.name()
    return writing("ALTER", session, node, other)

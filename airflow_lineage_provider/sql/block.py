"""Statements around other statements: IF, EXECUTE IMMEDIATE and the like."""

from __future__ import annotations

from airflow_lineage_provider.sql.batch import DIALECTS, STARTERS, pieces_of
from airflow_lineage_provider.sql.command_result import Command
from airflow_lineage_provider.sql.fragment import fragments_of
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.words import Words

# The parser takes them for the name of the condition in front of them.
MISREAD = ("DELETE", "UPDATE", "MERGE", "TRUNCATE")
VERBS = ("SELECT", "SEL", "INSERT", "INS", "UPDATE", "UPD", "DELETE", "DEL", "MERGE", "WITH", "CREATE")


def execute(words: Words, session: Session) -> Command | None:
    """Return the statements of a text that is run as it stands: EXECUTE IMMEDIATE 'DELETE FROM a'."""
    if not words.take("EXECUTE", "IMMEDIATE") and not words.take("EXECUTE") and not words.take("EXEC"):
        return Command()
    if not words.take("SP_EXECUTESQL") and not words.take("SYS", ".", "SP_EXECUTESQL"):
        words.take("(")
    text = words.string()
    ends = words.done() or any(words.take(word) for word in (")", ",", "USING", "INTO", "AS"))
    if text is None or not ends:
        return Command()  # put together at run time
    fragments = fragments_of(text, session.dialect)
    return Command(
        statements=tuple(piece for one in fragments for piece in pieces_of(one.text, session.dialect))
    )


def condition(words: Words, session: Session) -> Command | None:
    """Return T-SQL's IF condition DELETE ... ELSE ...; None where the parser gets it right."""
    if session.dialect not in DIALECTS or not words.take("IF"):
        return None
    first = words.at
    while not words.done():
        if any(words.take(word) for word in MISREAD):
            break
        if any(words.take(word) for word in STARTERS):
            return None
        if not words.step_over():
            return None
    else:
        return None
    body = words.at - 1
    asked = words.between(first, body)
    otherwise, cases = words.at, 0
    while not words.done() and (cases or not words.take("ELSE")):
        if words.take("CASE"):
            cases += 1
        elif words.take("END"):
            cases -= 1
        elif not words.step_over():
            return None
        otherwise = words.at
    statements = [f"SELECT 1 WHERE {asked}", words.between(body, otherwise)]
    if not words.done():
        if words.take("BEGIN"):
            return None
        statements.append(words.rest())
    return Command(statements=tuple(statements))


def locking(words: Words, session: Session) -> Command | None:
    """Return the request behind Teradata's LOCKING TABLE a FOR ACCESS."""
    while not words.done():
        if any(words.take(verb) for verb in VERBS):
            words.at -= 1
            return Command(statements=(words.rest(),))
        words.at += 1
    return Command()

"""One statement after another through a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from airflow_lineage_provider.sql.batch import pieces_of
from airflow_lineage_provider.sql.budget import DEFAULT_SECONDS, MOST_STATEMENTS, Budget, OutOfTime
from airflow_lineage_provider.sql.command import command_of
from airflow_lineage_provider.sql.command_result import Command
from airflow_lineage_provider.sql.dialect import known_dialect
from airflow_lineage_provider.sql.effect import Effect, effect_of
from airflow_lineage_provider.sql.fallback import fallback_of
from airflow_lineage_provider.sql.fragment import fragments_of
from airflow_lineage_provider.sql.lineage import LineageReader
from airflow_lineage_provider.sql.redaction import (
    LONGEST_TOKENIZED,
    redacted_and_fingerprint,
    redacted_blindly,
    shown,
)
from airflow_lineage_provider.sql.rows import without_rows
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.statement import ExtractionError, StatementLineage, Table
from airflow_lineage_provider.sql.switch import switch_defaults
from airflow_lineage_provider.sql.syntax import LONGEST_PARSED, UnreadableStatement, tree_of
from airflow_lineage_provider.sql.token import forget_long

if TYPE_CHECKING:
    from airflow_lineage_provider.sql.script import ColumnsOf, Script


# The first word still tells what a statement that cannot be parsed was about to do.
HEADS = {
    word: word
    for word in (
        "SELECT",
        "INSERT",
        "MERGE",
        "UPDATE",
        "DELETE",
        "COPY",
        "TRUNCATE",
        "DROP",
        "ALTER",
        "UNLOAD",
    )
} | {"WITH": "SELECT"}


SHORT = 2_000
"""Characters of a statement whose tables are still read when the time for columns is over."""

DEEPEST_COMMAND = 20
"""Statements within statements that are read by their words: EXECUTE IMMEDIATE, IF ... ELSE IF."""

CALLED_BY_NAME = frozenset({"tsql", "fabric"})
"""Here a procedure's name alone, with its arguments, calls it."""

GRACE = 0.2
"""The part of the time, on top of it, in which that goes on."""


def read_scripts(
    scripts: Sequence[Script], columns_of: ColumnsOf | None, budget_seconds: float = DEFAULT_SECONDS
) -> tuple[dict[Table, tuple[str, ...] | None], list[list[StatementLineage]], bool]:
    """Return the answers of ``columns_of`` that were used and one list of statements for each script.

    The third is False when the time was not enough.
    """
    budget = Budget(budget_seconds)
    session = Session(columns_of, budget)
    result: list[list[StatementLineage]] = []
    for at, script in enumerate(scripts):
        dialect = known_dialect(script.dialect)
        session.enter(dialect, script.default_catalog, script.default_schema)
        statements: list[StatementLineage] = []
        result.append(statements)
        try:
            if budget.is_over(GRACE):
                # Not even cut into statements: that needs its words, and words need time.
                if script.sql.strip():
                    statements.append(_unread(script.sql, budget.message()))
                continue
            fragments = fragments_of(script.sql, dialect)
            for position, fragment in enumerate(fragments):
                if budget.statements_left <= 0:
                    left = [one.sql for one in scripts[at + 1 :] if one.sql.strip()]
                    unread = [one.text for one in fragments[position:]] + left
                    statements.append(_beyond(unread, len(fragments) - position, len(left)))
                    return session.asked, result + [[] for _ in scripts[at + 1 :]], not budget.was_over
                found = _read_batch(fragment.text, session)
                budget.statements_left -= len(found)
                statements.extend(found)
        except Exception as error:
            # Lineage of one odd script must not cost the others of the task theirs.
            statements.append(_unread(script.sql, f"the script reader stopped with {type(error).__name__}"))
        finally:
            forget_long()
    return session.asked, result, not budget.was_over


def _beyond(unread: Sequence[str], statements: int, scripts: int) -> StatementLineage:
    """Return one entry for all statements above the number that is read."""
    more = f" and {scripts} more scripts" if scripts else ""
    message = f"{statements} more statements{more} not read: one task has more than {MOST_STATEMENTS}"
    _, print_ = redacted_blindly("\n".join(unread))
    return StatementLineage(print_, "", "OTHER", error=ExtractionError(print_, message))


def _unread(text: str, message: str, kind: str = "OTHER") -> StatementLineage:
    redacted, print_ = redacted_blindly(text)
    return StatementLineage(print_, shown(redacted), kind, error=ExtractionError(print_, message))


def _read_batch(text: str, session: Session) -> list[StatementLineage]:
    """Read a statement; when it cannot be parsed, try it as statements that lack their semicolons."""
    budget = session.budget
    if budget.is_over(GRACE):
        return [_unread(text, budget.message())]
    statement = _read(text, session)
    if statement.error is None or len(text) > LONGEST_PARSED or budget.was_over:
        return [statement]
    pieces = pieces_of(text, session.dialect)
    if len(pieces) == 1 and pieces[0] == text:
        return [statement]
    read = [_read(piece, session) for piece in pieces[: budget.statements_left]]
    unread = pieces[budget.statements_left :]
    return [*read, _beyond(unread, len(unread), 0)] if unread else read


def _read(text: str, session: Session) -> StatementLineage:
    redacted, print_ = redacted_and_fingerprint(text, session.dialect)
    effect, message = Effect(), None
    reader = LineageReader(session)
    try:
        if len(text) > LONGEST_TOKENIZED:
            raise UnreadableStatement(f"text is longer than {LONGEST_TOKENIZED} characters")
        if session.budget.is_over() and (len(text) > SHORT or session.budget.is_over(GRACE)):
            # A later statement might read a temporary table of this one and take it for a dataset.
            session.budget.end()
            raise UnreadableStatement(session.budget.message())
        _follow(without_rows(text, session.dialect), session, reader, effect)
    except UnreadableStatement as error:
        message = str(error)
        effect.kind = (
            HEADS.get(redacted.partition(" ")[0].upper(), "OTHER") if effect.kind == "OTHER" else effect.kind
        )
    except RecursionError:
        message = "statement is nested too deeply to be read"
    except Exception as error:
        message = f"the lineage reader stopped with {type(error).__name__}"
    return StatementLineage(
        fingerprint=print_,
        redacted=shown(redacted),
        kind=effect.kind,
        inputs=tuple(effect.inputs),
        outputs=tuple(effect.outputs),
        input_locations=tuple(effect.input_locations),
        output_locations=tuple(effect.output_locations),
        columns=reader.columns,
        output_columns=tuple(reader.output_columns),
        error=ExtractionError(print_, message) if message else None,
        truncated=reader.truncated,
    )


def _follow(text: str, session: Session, reader: LineageReader, effect: Effect, depth: int = 0) -> None:
    """Fill the effect and the reader from a statement's text."""
    if depth > DEEPEST_COMMAND:
        raise UnreadableStatement("statement is nested too deeply to be read")
    command = command_of(text, session)
    if command is not None:
        _obey(command, session, reader, effect, depth)
        return
    tree = tree_of(text, session.dialect)
    if isinstance(tree, exp.Command):
        _obey(fallback_of(text, session), session, reader, effect, depth)
        return
    if isinstance(tree, (exp.Alias, exp.Column)) and session.dialect not in CALLED_BY_NAME:
        raise UnreadableStatement("not a statement that is known")
    _assign(effect, effect_of(tree, session))
    if effect.kind in {"OTHER", "SELECT"}:
        switch_defaults(tree, session)
    _columns(tree, session, reader)
    _after(tree, session)


def _obey(command: Command, session: Session, reader: LineageReader, effect: Effect, depth: int) -> None:
    """Fill them from what words say and from the statements inside."""
    _assign(effect, command.effect)
    for text in command.statements:
        if session.budget.is_over():
            raise UnreadableStatement(session.budget.message())
        inner = Effect()
        _follow(text, session, reader, inner, depth + 1)
        _add(effect, inner)
        if effect.kind in {"OTHER", "SELECT"} and inner.kind != "OTHER":
            effect.kind = inner.kind
    if effect.kind in {"CREATE_TABLE", "CREATE_VIEW"}:
        # CREATE RECURSIVE VIEW v AS ... FROM v
        effect.inputs = [table for table in effect.inputs if table not in effect.outputs]


def _columns(tree: Any, session: Session, reader: LineageReader) -> None:
    try:
        reader.read(tree)
    except OutOfTime as error:
        reader.query.note(f"columns: {error}")
        reader.give_up(tree)
    except RecursionError:
        reader.give_up(tree)
        raise UnreadableStatement("statement is nested too deeply for column lineage") from None
    except Exception as error:
        # The tables are known by now and stay; only the columns are lost.
        reader.give_up(tree)
        raise UnreadableStatement(f"column lineage stopped with {type(error).__name__}") from None


def _after(tree: Any, session: Session) -> None:
    """Let the session forget what the statement removed or changed."""
    if isinstance(tree, exp.Drop):
        for node in tree.args.get("tables") or ():
            session.forget(node)
    elif isinstance(tree, exp.Alter) and session.temporary(tree.this) is None:
        session.forget(tree.this)


def _assign(effect: Effect, other: Effect) -> None:
    effect.kind = other.kind
    _add(effect, other)


def _add(effect: Effect, other: Effect) -> None:
    for field in ("inputs", "outputs", "input_locations", "output_locations"):
        mine = getattr(effect, field)
        mine.extend(one for one in getattr(other, field) if one not in mine)

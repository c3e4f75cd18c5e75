"""Evidence ``statement``: SQL that a DbApiHook executed, as text; the server reads the tables out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow_lineage_provider.capture.connection_identity import identity_of
from airflow_lineage_provider.model.record import LineageRecord, Statement

SQL_JOB = "sql_job"
"""Key of the collector's extra under which common.sql reports one executed statement."""


def add_statements(
    record: LineageRecord, extras: list[Any], on_error: Callable[[str, BaseException], None]
) -> None:
    """Add every statement the collector holds, with the identity of the connection it ran on."""
    known: dict[int, int | None] = {}
    for extra in extras:
        if extra.key != SQL_JOB or not isinstance(extra.value, dict):
            continue
        sql = extra.value.get("sql")
        if not isinstance(sql, str) or not sql.strip():
            continue
        index = _connection_index(record, extra.context, known, on_error)
        if index is None:
            continue
        rows = extra.value.get("row_count")
        record.statements.append(
            Statement(
                sql=sql,
                connection=index,
                rows=rows if isinstance(rows, int) and rows >= 0 else None,
                job_id=_text(extra.value.get("job_id")),
                database=_text(extra.value.get("default_db")),
                schema=_text(extra.value.get("default_schema")),
            )
        )


def add_attempted(record: LineageRecord, task: Any, on_error: Callable[[str, BaseException], None]) -> None:
    """Add the SQL a failed operator was given and that no hook reported as executed.

    A statement that raises is never reported by the hook, yet it is what the attempt was about.
    """
    given = getattr(task, "sql", None)
    texts = [given] if isinstance(given, str) else given if isinstance(given, list | tuple) else []
    executed = {statement.sql.strip() for statement in record.statements}
    missing = [sql for sql in texts if isinstance(sql, str) and sql.strip() and sql.strip() not in executed]
    if not missing or not callable(getattr(task, "get_db_hook", None)):
        return
    index = _connection_index(record, task.get_db_hook(), {}, on_error)
    if index is not None:
        record.statements.extend(Statement(sql=sql, connection=index, executed=False) for sql in missing)


def _connection_index(
    record: LineageRecord,
    hook: Any,
    known: dict[int, int | None],
    on_error: Callable[[str, BaseException], None],
) -> int | None:
    if id(hook) not in known:
        try:
            known[id(hook)] = record.place_of(identity_of(hook))
        except Exception as error:
            on_error("statement", error)
            known[id(hook)] = None
    return known[id(hook)]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None

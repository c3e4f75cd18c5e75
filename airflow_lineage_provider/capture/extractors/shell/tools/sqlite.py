"""``sqlite3``: a database file, SQL, and commands that start with a dot."""

from __future__ import annotations

import shlex

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.dot_commands import dot_commands
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.sql_text import sql_of_field, sql_of_file, sql_of_input
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = "-cmd -init -separator -nullvalue -newline -vfs -lookaside -mmap -pagecache -maxsize -heap -A"


def sqlite3(call: Call) -> None:
    options = call.options(_VALUED, long_with_one_dash=True)
    options.require_certain()
    operands = options.operands
    database = operands[0].sure() if operands else ":memory:"
    path = (
        ":memory:"
        if database in ("", ":memory:")
        else call.path(database.removeprefix("file:").partition("?")[0])
    )
    if path is None or (path != ":memory:" and not call.machine.exists(path)):
        return
    host = path if call.machine.host is None or path == ":memory:" else f"{call.machine.host}{path}"
    identity = ConnectionIdentity(conn_id=call.program, conn_type="sqlite", host=host)
    texts = [sql_of_field(call, value) for value in (*options.all("-cmd", "--cmd"), *operands[1:])]
    if len(operands) < 2:
        texts.append(sql_of_input(call))
    for text in texts:
        run_dotted(call, identity, text)


def run_dotted(call: Call, identity: ConnectionIdentity, text: str) -> None:
    """Take note of SQL with dot commands between the lines."""
    for sql, command in dot_commands(text):
        if identity.host != ":memory:" or identity.conn_type == "duckdb":
            call.ran(identity, sql)
        words = _words(command)
        match words:
            case [".import", *rest] if len(names := [word for word in rest if not word.startswith("-")]) >= 2:
                if not names[-2].startswith("|"):
                    call.read(Field.of(names[-2]))
                quoted = names[-1].replace('"', '""')
                if identity.host != ":memory:":
                    call.ran(identity, f'INSERT INTO "{quoted}" SELECT NULL')
            case [".output" | ".once" | ".dump" | ".backup" | ".save" as name, *rest] if rest:
                if name in (".output", ".once", ".backup", ".save") and not rest[-1].startswith(("|", "-")):
                    call.write(Field.of(rest[-1]))
            case [".read", file] if not file.startswith("|"):
                for inner, _ in dot_commands(sql_of_file(call, Field.of(file))):
                    call.ran(identity, inner)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []

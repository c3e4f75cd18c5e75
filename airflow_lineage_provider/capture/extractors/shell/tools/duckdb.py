"""``duckdb``: a database file or none, SQL from ``-c``, ``-f`` and standard input."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.sql_text import sql_of_field, sql_of_file, sql_of_input
from airflow_lineage_provider.capture.extractors.shell.tools.sqlite import run_dotted
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = "-c -s -f -cmd -init -separator -nullvalue -newline -storage-version"


def duckdb(call: Call) -> None:
    options = call.options(_VALUED, long_with_one_dash=True)
    options.require_certain()
    operands = options.operands
    database = operands[0].sure() if operands else ":memory:"
    path = ":memory:" if database in ("", ":memory:") else call.path(database) or ":memory:"
    identity = ConnectionIdentity(conn_id=call.program, conn_type="duckdb", host=path)
    given = [value for name, value in options.values if name in ("-c", "-s", "-cmd")]
    texts = [sql_of_field(call, value) for value in (*given, *operands[1:])]
    texts.extend(sql_of_file(call, value) for value in options.all("-f"))
    if not texts:
        texts.append(sql_of_input(call))
    for text in texts:
        run_dotted(call, identity, text)

"""``mysql`` and ``mariadb``: SQL from ``-e`` and standard input."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.sql_text import (
    host_of,
    port_of,
    sql_of_field,
    sql_of_file,
    sql_of_input,
)
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = (
    "-p? -D -e -h -P -S -u --database --execute --host --port --socket --user --default-character-set --init-command "
    "--protocol --max-allowed-packet --connect-timeout --tee --delimiter --defaults-group-suffix --ssl-ca --ssl-cert "
    "--ssl-key --ssl-mode --plugin-dir --pager --prompt"
)
_SOURCE = re.compile(r"^[ \t]*(?:source|\\\.)[ \t]+(?P<file>[^;\n]+)", re.IGNORECASE | re.MULTILINE)


def mysql(call: Call) -> None:
    options = call.options(_VALUED)
    options.require_certain()
    database = options.get("-D", "--database") or (options.operands[0] if options.operands else None)
    identity = ConnectionIdentity(
        conn_id=call.program,
        conn_type="mysql",
        host=host_of(call, call.setting(options, "-h --host", "MYSQL_HOST")),
        port=port_of(call.setting(options, "-P --port", "MYSQL_TCP_PORT")),
        schema=database.sure() if database is not None else None,
    )
    given = options.all("-e", "--execute")
    for text in [sql_of_field(call, value) for value in given] or [sql_of_input(call)]:
        _run(call, identity, text, included=False)


def _run(call: Call, identity: ConnectionIdentity, text: str, *, included: bool) -> None:
    call.ran(identity, _SOURCE.sub("", text))
    for found in _SOURCE.finditer(text):
        if included:
            raise NotCertain("a file that another file includes is not read")
        _run(call, identity, sql_of_file(call, Field.of(found["file"].strip())), included=True)

"""``clickhouse-client``: SQL from ``--query`` and standard input."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.sql_text import (
    host_of,
    port_of,
    sql_of_field,
    sql_of_file,
    sql_of_input,
)
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = (
    "-h -u -q -d -c --host --port --user --password --query --queries-file --database --config-file --format "
    "--input_format --max_insert_block_size --time_zone --log-level"
)


def clickhouse(call: Call) -> None:
    """The one program that is all of them: ``clickhouse client``."""
    if call.arguments and call.arguments[0].text == "client":
        call.arguments = call.arguments[1:]
        clickhouse_client(call)


def clickhouse_client(call: Call) -> None:
    options = call.options(_VALUED)
    options.require_certain()
    identity = ConnectionIdentity(
        conn_id=call.program,
        conn_type="clickhouse",
        host=host_of(call, call.setting(options, "-h --host", "CLICKHOUSE_HOST")),
        port=port_of(call.setting(options, "--port")),
        schema=call.setting(options, "-d --database", "CLICKHOUSE_DATABASE") or "default",
    )
    texts = [sql_of_field(call, value) for value in options.all("-q", "--query")]
    texts.extend(sql_of_file(call, value) for value in options.all("--queries-file"))
    for text in texts or [sql_of_input(call)]:
        call.ran(identity, text)

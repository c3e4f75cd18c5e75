"""``trino``: SQL from ``--execute``, ``--file`` and standard input."""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.sql_text import (
    host_of,
    sql_of_field,
    sql_of_file,
    sql_of_input,
)
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = (
    "-f --server --catalog --schema --execute --file --user --source --output-format --session --client-info "
    "--client-tags --timezone --access-token --keystore-path --keystore-password --truststore-path "
    "--truststore-password --krb5-config-path --path --trace-token --http-proxy --socks-proxy --extra-credential"
)


def trino(call: Call) -> None:
    options = call.options(_VALUED)
    options.require_certain()
    server = (
        options.operands[0].sure()
        if options.operands
        else call.setting(options, "--server") or "localhost:8080"
    )
    try:
        address = urlsplit(server if "://" in server else f"http://{server}")
        host, port = address.hostname, address.port
    except ValueError:
        raise NotCertain("the server's address is no URI") from None
    catalog, _, schema = address.path.strip("/").partition("/")
    default = 443 if address.scheme == "https" else None
    identity = ConnectionIdentity(
        conn_id=call.program,
        conn_type="trino",
        host=host_of(call, host),
        port=port or default,
        database=call.setting(options, "--catalog") or catalog or None,
        schema=call.setting(options, "--schema") or schema.partition("/")[0] or None,
    )
    texts = [sql_of_field(call, value) for value in options.all("--execute")]
    texts.extend(sql_of_file(call, value) for value in options.all("-f", "--file"))
    for text in texts or [sql_of_input(call)]:
        call.ran(identity, text)

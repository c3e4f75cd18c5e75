"""``snowsql`` and ``snow sql``: SQL for Snowflake, where the command line names the account."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options, options_of
from airflow_lineage_provider.capture.extractors.shell.sql_text import sql_of_field, sql_of_file, sql_of_input
from airflow_lineage_provider.model.connection import ConnectionIdentity

_SNOWSQL = (
    "-a -u -d -s -r -w -h -p -P -q -f -c -o -D -m --accountname --username --dbname --schemaname --rolename "
    "--warehouse --host --port --query --filename --connection --config --option --variable --region --mfa-passcode "
    "--authenticator --private-key-path"
)
_SNOW = (
    "-q -f -c -D --query --filename --connection --account --accountname --user --username --password --database "
    "--dbname --schema --schemaname --role --warehouse --authenticator --format --variable --config-file --env "
    "--private-key-file --private-key-path --project -p"
)


def snowsql(call: Call) -> None:
    options = call.options(_SNOWSQL)
    prefix = "SNOWSQL"
    _run(
        call,
        options,
        account=call.setting(options, "-a --accountname", f"{prefix}_ACCOUNT"),
        database=call.setting(options, "-d --dbname", f"{prefix}_DATABASE"),
        schema=call.setting(options, "-s --schemaname", f"{prefix}_SCHEMA"),
    )


def snow(call: Call) -> None:
    arguments = call.arguments
    if not arguments or arguments[0].text != "sql":
        return
    options = options_of(arguments[1:], _SNOW)
    named = call.setting(options, "-c --connection", "SNOWFLAKE_DEFAULT_CONNECTION_NAME")
    prefixes = ([f"SNOWFLAKE_CONNECTIONS_{named.upper()}"] if named else []) + ["SNOWFLAKE"]
    _run(
        call,
        options,
        account=call.setting(options, "--account --accountname", *(f"{p}_ACCOUNT" for p in prefixes)),
        database=call.setting(options, "--database --dbname", *(f"{p}_DATABASE" for p in prefixes)),
        schema=call.setting(options, "--schema --schemaname", *(f"{p}_SCHEMA" for p in prefixes)),
        reads_input=options.has("-i", "--stdin"),
    )


def _run(
    call: Call,
    options: Options,
    *,
    account: str | None,
    database: str | None,
    schema: str | None,
    reads_input: bool = True,
) -> None:
    options.require_certain()
    texts = [sql_of_field(call, value) for value in options.all("-q", "--query")]
    texts.extend(sql_of_file(call, Field.of(value.sure())) for value in options.all("-f", "--filename"))
    if not texts and reads_input:
        texts.append(sql_of_input(call))
    if not account:
        raise NotCertain("the account is not on the command line")
    identity = ConnectionIdentity(
        conn_id=call.program,
        conn_type="snowflake",
        database=database,
        schema=schema,
        extra={"account": account},
    )
    for text in texts:
        call.ran(identity, text)

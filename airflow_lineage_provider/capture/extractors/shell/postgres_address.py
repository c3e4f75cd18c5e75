"""Which database ``psql`` reaches: from its options, an address, or the variables of libpq."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options
from airflow_lineage_provider.capture.extractors.shell.sql_text import host_of, port_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

_SEARCH_PATH = re.compile(r"search_path\s*=\s*\"?([\w$]+)", re.IGNORECASE)
_SETTING = re.compile(r"(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S*))")
_MOST_CHARACTERS = 4_000
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "options": "PGOPTIONS",
}


def identity_of_psql(call: Call, options: Options) -> ConnectionIdentity:
    """Identity of what ``psql`` connects to. Raises :class:`NotCertain`."""
    options.require_certain()
    given: dict[str, str] = {}
    for name, variable in _VARIABLES.items():
        value = call.variables.environment(variable)
        if value is not None and name not in _OPTIONS:
            given[name] = value.sure()
    for name, letters in _OPTIONS.items():
        if text := call.setting(options, letters, _VARIABLES[name]):
            given[name] = text
    operands = options.operands
    database = options.get("-d", "--dbname") or (operands.pop(0) if operands else None)
    if operands and "user" not in given:
        given["user"] = operands[0].sure()
    if database is not None:
        given.update(_settings(database))
    elif text := call.setting(Options(), "", "PGDATABASE"):
        given["dbname"] = text
    if "service" in given or call.variables.environment("PGSERVICE") is not None:
        raise NotCertain("the address is in a service file")
    return _identity(call, given)


_OPTIONS = {"host": "-h --host", "port": "-p --port", "user": "-U --username"}


def connected(call: Call, identity: ConnectionIdentity, words: list[str]) -> ConnectionIdentity:
    r"""Identity after ``\connect database user host port``, where ``-`` keeps what is."""
    words = [word.strip("'\"") for word in words]
    if words and ("=" in words[0] or "://" in words[0]):
        return _identity(call, _settings(Field.of(words[0])))
    database, _, host, port = (*words, "-", "-", "-", "-")[:4]
    return ConnectionIdentity(
        conn_id=identity.conn_id,
        conn_type=identity.conn_type,
        host=identity.host if host == "-" else host_of(call, host),
        port=identity.port if port == "-" else port_of(port),
        database=identity.database if database == "-" else database,
        schema=identity.schema,
    )


def _identity(call: Call, given: dict[str, str]) -> ConnectionIdentity:
    host = given.get("host") or given.get("hostaddr")
    if host and "," in host:
        raise NotCertain("it has several hosts")
    database = given.get("dbname") or given.get("user")
    if not database:
        account = call.variables.environment("USER") if call.machine.is_local else None
        database = account.text if account is not None else None
    if not database:
        raise NotCertain("the database is not known")
    search_path = _SEARCH_PATH.search(given.get("options", ""))
    return ConnectionIdentity(
        conn_id=call.program,
        conn_type="redshift"
        if host and ".redshift" in host and host.endswith(".amazonaws.com")
        else "postgres",
        host=host_of(call, host),
        port=port_of(given.get("port")),
        database=database,
        schema=search_path[1] if search_path else None,
    )


def _settings(address: Field) -> dict[str, str]:
    """Parts of a database name that is a URI or a list of settings. Only those that name data are taken."""
    if not address.prefix.startswith(("postgres://", "postgresql://")):
        text = address.sure()
        if len(text) > _MOST_CHARACTERS:
            raise NotCertain("its address is too long")
        if "=" not in text:
            return {"dbname": text} if text else {}
        found = {name: quoted or plain for name, quoted, plain in _SETTING.findall(text)}
    else:
        try:
            parsed = urlsplit(_without_password(address))
            authority = parsed.netloc.rpartition("@")[2]
            host, _, port = (
                authority.rpartition(":") if re.search(r":\d*\Z", authority) else (authority, "", "")
            )
        except ValueError:
            raise NotCertain("its address is no URI") from None
        found = dict(parse_qsl(parsed.query))
        user = parsed.netloc.rpartition("@")[0].partition(":")[0]
        path = parsed.path.lstrip("/")
        parts = {
            "host": unquote(host).strip("[]"),
            "port": port,
            "dbname": unquote(path),
            "user": unquote(user),
        }
        found.update({name: value for name, value in parts.items() if value})
    return {
        name: found[name]
        for name in ("host", "hostaddr", "port", "dbname", "user", "options", "service")
        if found.get(name)
    }


def _without_password(address: Field) -> str:
    """Text of a URI of which the user or the password may be unknown: neither is needed."""
    text = "".join(part if isinstance(part, str) else "\0" for part in address.parts)
    scheme, _, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if "\0" in host or "\0" in path:
        address.sure()
    return f"{scheme}://{'' if chr(0) in user else user}{at}{host}{slash}{path}"

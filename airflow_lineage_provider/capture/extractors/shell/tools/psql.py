r"""``psql``: statements from ``-c``, ``-f`` and standard input, and files of ``\copy``."""

from __future__ import annotations

import posixpath

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.postgres_address import connected, identity_of_psql
from airflow_lineage_provider.capture.extractors.shell.psql_script import (
    Copy,
    Meta,
    Sql,
    parts_of,
    with_variables,
)
from airflow_lineage_provider.capture.extractors.shell.sql_text import sql_of_field, sql_of_file, sql_of_input
from airflow_lineage_provider.model.connection import ConnectionIdentity

_VALUED = (
    "-c -d -f -F -h -L -o -p -P -R -T -U -v --command --dbname --file --field-separator --host --log-file --output "
    "--port --pset --record-separator --table-attr --username --set --variable"
)
_MOST_INCLUDED = 20


def psql(call: Call) -> None:
    options = call.options(_VALUED)
    if options.has("-l", "--list", "-V", "--version", "--help"):
        return
    session = _Session(call, identity_of_psql(call, options))
    for setting in options.all("-v", "--set", "--variable"):
        name, _, value = setting.prefix.partition("=")
        if setting.unknown is None:
            session.values[name] = value
    if (output := options.get("-o", "--output")) is not None and not output.prefix.startswith("|"):
        call.write(output)
    given = [(name, value) for name, value in options.values if name in ("-c", "--command", "-f", "--file")]
    for option, text in given:
        try:
            in_file = option in ("-f", "--file")
            session.run(sql_of_file(call, text) if in_file else sql_of_field(call, text))
        except NotCertain as doubt:
            call.left_out(str(doubt))
    if not given:
        session.run(sql_of_input(call))


class _Session:
    def __init__(self, call: Call, identity: ConnectionIdentity) -> None:
        self.values: dict[str, str] = {}
        self._call = call
        self._identity = identity
        self._included = 0

    def run(self, text: str) -> None:
        """Take note of what a text does."""
        pending = [parts_of(text)]
        while pending:
            part = next(pending[-1], None)
            if part is None:
                pending.pop()
            elif isinstance(part, Sql):
                self._call.ran(self._identity, with_variables(part.text, self.values))
            elif isinstance(part, Copy):
                self._copy(part)
            elif part.name in ("i", "include", "ir", "include_relative"):
                self._included += 1
                if self._included <= _MOST_INCLUDED:
                    pending.append(parts_of(sql_of_file(self._call, Field.of(_unquoted(part.rest)))))
            else:
                self._meta(part)

    def _copy(self, part: Copy) -> None:
        self._call.ran(self._identity, with_variables(part.sql, self.values))
        if part.file is not None:
            act = self._call.read if part.reads else self._call.write
            act(Field.of(posixpath.expanduser(part.file) if self._call.machine.is_local else part.file))

    def _meta(self, part: Meta) -> None:
        if part.name in ("c", "connect"):
            self._identity = connected(self._call, self._identity, part.rest.split())
        elif part.name in ("o", "out") and part.rest and not part.rest.startswith("|"):
            self._call.write(Field.of(_unquoted(part.rest)))
        elif part.name == "set" and part.rest:
            name, _, value = part.rest.partition(" ")
            self.values[name] = _unquoted(value)
        elif part.name == "copy":
            self._call.left_out("a \\copy is not understood")


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text

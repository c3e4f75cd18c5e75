"""SQL that a program is given on its command line, on its input or in a file."""

from __future__ import annotations

import os
from collections.abc import Iterable

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain, Unknown
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_CHARACTERS
from airflow_lineage_provider.capture.extractors.shell.pipe import FileText


def sql_of(call: Call, parts: Iterable[str | Unknown | FileText]) -> str:
    """Text of all parts. Raises :class:`NotCertain`.

    What is not known is of no matter inside a literal, where a ``?`` stands for it; anywhere else it may name a
    table.
    """
    text: list[str] = []
    in_literal = False
    for given in parts:
        part = file_text(call, given.path) if isinstance(given, FileText) else given
        if isinstance(part, Unknown):
            if not in_literal:
                raise NotCertain(part.reason)
            text.append("?")
            continue
        in_literal = in_literal is not (part.count("'") % 2 == 1)
        text.append(part)
    sql = "".join(text)
    if len(sql) > MOST_CHARACTERS:
        raise NotCertain(f"SQL of {len(sql)} characters, more than {MOST_CHARACTERS}")
    return sql


def sql_of_field(call: Call, field: Field) -> str:
    return sql_of(call, field.parts)


def sql_of_input(call: Call) -> str:
    """Text on standard input, which is then no data; empty if nothing is known to be there."""
    if call.stdin is None:
        return ""
    call.understands_input()
    return sql_of(call, call.stdin.parts)


def sql_of_file(call: Call, name: Field) -> str:
    """Text of a file with SQL. Raises :class:`NotCertain` if it is not there any more."""
    if name.text == "-":
        return sql_of_input(call)
    path = call.path(name)
    if path is None:
        raise NotCertain("a file with SQL is not there any more")
    return file_text(call, path)


def file_text(call: Call, path: str) -> str:
    """Text of a file on this machine. Raises :class:`NotCertain`."""
    if not call.machine.is_local:
        raise NotCertain("a file with SQL is on another machine")
    try:
        if not os.path.isfile(path):
            raise NotCertain("a file with SQL is not there any more")
        if os.path.getsize(path) > MOST_CHARACTERS:
            raise NotCertain(f"a file with SQL has more than {MOST_CHARACTERS} bytes")
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return file.read(MOST_CHARACTERS)
    except OSError:
        raise NotCertain("a file with SQL cannot be read") from None


def host_of(call: Call, host: str | None) -> str | None:
    """Host of a server as others name it: on another machine, its own is not ours."""
    is_own = host is None or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")
    if is_own:
        return call.machine.host or (None if host is None or host.startswith("/") else host)
    return host


def port_of(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536 else None

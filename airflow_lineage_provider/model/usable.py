"""What of a segment can be kept: one odd word of an author or a library costs that word, not the record.

A worker asks before it sends, a server before it reads: what is cut, dropped or counted here is named in the
segment's ``truncated``, without its value. What a segment is and whose it is stays for the reader to judge.
"""

from __future__ import annotations

import operator
import re
from typing import Any

from airflow_lineage_provider.model.connection import SAFE_EXTRA_KEYS
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, safe_uri
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.wire_limits import (
    MAX_BIGINT,
    MAX_COLUMNS,
    MAX_CONN_ID,
    MAX_CONN_TYPE,
    MAX_CONNECTIONS,
    MAX_DESCRIPTION,
    MAX_ENTRIES,
    MAX_ERRORS,
    MAX_LINE,
    MAX_LINES,
    MAX_MESSAGE,
    MAX_OBSERVED,
    MAX_OPERATOR,
    MAX_PART,
    MAX_STATEMENTS,
    MAX_TYPE,
    MAX_WORD,
)

_LISTS = {
    "inputs": MAX_ENTRIES,
    "outputs": MAX_ENTRIES,
    "connections": MAX_CONNECTIONS,
    "statements": MAX_STATEMENTS,
    "observed": MAX_OBSERVED,
    "errors": MAX_ERRORS,
}
_PLAIN_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[A-Za-z0-9/][^\s@?#]*")
"""An address that names something, whatever it is made of."""
_SHOWN = 200
"""Characters up to which a dataset is named by its name where something of it is left out."""
_UNNAMED = f"it names no dataset of at most {MAX_NAMESPACE} and {MAX_NAME} characters"


def usable(wire: dict[str, Any]) -> dict[str, Any]:
    """Copy a segment without what nobody could store; parts of it that were fine are not copied."""
    wire = _cut(dict(wire), {"operator": MAX_OPERATOR})
    lost: list[str] = []
    for key, limit in _LISTS.items():
        if isinstance(items := wire.get(key), list):
            if len(items) > limit:
                lost.append(f"{key}: {len(items) - limit} beyond {limit}")
            wire[key] = _kept(items[:limit], key, lost)
    lines = wire.get("truncated", [])
    if isinstance(lines, list) and (lines or lost):
        wire["truncated"] = _lines(lines, lost)
    return wire


def _kept(items: list[Any], key: str, lost: list[str]) -> list[Any]:
    mend = _MENDS[key]
    kept = []
    for index, item in enumerate(items):
        mended = mend(item, f"{key}[{index}]", lost) if isinstance(item, dict) else item
        if mended is not None or key == "connections":
            # Statements say by its place which connection they mean.
            kept.append(mended)
    return kept


def _lines(lines: list[Any], lost: list[str]) -> list[str]:
    found = [
        line if isinstance(line, str) else str(line) for line in lines if isinstance(line, str | int | float)
    ]
    if len(found) < len(lines):
        lost.append(f"truncated: {len(lines) - len(found)} lines that are no text")
    found += lost
    if len(found) > MAX_LINES:
        found = [*found[: MAX_LINES - 1], f"truncated: {len(found) - MAX_LINES + 1} lines beyond {MAX_LINES}"]
    return [line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…" for line in found]


def _entry(entry: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any] | None:
    if not _is_named(entry):
        lost.append(f"{place} left out: {_UNNAMED}")
        return None
    dropped = [
        key
        for key, limit in (("uri", MAX_NAMESPACE + MAX_NAME), ("asset_name", MAX_NAME), ("alias", MAX_NAME))
        if (text := entry.get(key)) is not None and not (isinstance(text, str) and len(text) <= limit)
    ]
    if "facets" in entry and not isinstance(entry["facets"], dict):
        dropped.append("facets")
    if dropped:
        lost.append(f"{_place(entry, place)}: {', '.join(dropped)} left out, not usable")
        entry = {key: value for key, value in entry.items() if key not in dropped}
    for key in ("rows", "bytes"):
        if (count := entry.get(key)) is not None and (type(count) is not int or _is_beyond(count)):
            entry = _with_count(entry, key, place, lost)
    if "columns" in entry:
        entry = _with_columns(entry, place, lost)
    return entry


def _is_named(entry: dict[str, Any]) -> bool:
    dataset, uri = entry.get("dataset"), entry.get("uri")
    if dataset is not None:
        return (
            isinstance(dataset, dict)
            and _is_text(dataset.get("namespace"), MAX_NAMESPACE)
            and _is_text(dataset.get("name"), MAX_NAME)
        )
    if not uri:
        if name := entry.get("asset_name"):
            return _is_text(name, MAX_NAME) and bool(name.strip())
        return _is_text(entry.get("alias"), MAX_NAME)
    if not _is_text(uri, MAX_NAMESPACE + MAX_NAME):
        return False
    if len(uri) <= MAX_NAMESPACE and _PLAIN_URI.fullmatch(uri):
        return True
    name = entry.get("asset_name")
    try:
        meant = asset_of(uri, name if isinstance(name, str) else None)
    except ValueError:
        return False
    return 0 < len(meant.namespace) <= MAX_NAMESPACE and 0 < len(meant.name) <= MAX_NAME


def _statement(statement: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any] | None:
    sql = statement.get("sql")
    if not isinstance(sql, str) or not sql:
        lost.append(f"{place} left out: it has no text")
        return None
    if (rows := statement.get("rows")) is not None and (type(rows) is not int or _is_beyond(rows)):
        statement = _with_count(statement, "rows", place, lost)
    if (job := statement.get("job_id")) is not None and not _is_text(job, MAX_PART):
        lost.append(f"{place}.job_id left out, not usable")
        statement = {key: value for key, value in statement.items() if key != "job_id"}
    if not isinstance(statement.get("executed", True), bool):
        lost.append(f"{place}.executed left out: it is neither true nor false")
        statement = {key: value for key, value in statement.items() if key != "executed"}
    return statement


def _connection(connection: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any]:
    connection = _cut(
        _texts(connection, "conn_id", "conn_type"), {"conn_id": MAX_CONN_ID, "conn_type": MAX_CONN_TYPE}
    )
    port = connection.get("port")
    if isinstance(port, str) and port.isascii() and port.isdigit() and len(port) <= 5:
        connection = {**connection, "port": int(port)}
    elif port is not None and (type(port) is not int or _is_beyond(port)):
        connection = _with_count(connection, "port", place, lost)
    extra = connection.get("extra")
    if isinstance(extra, dict):
        safe = {
            key: value for key, value in extra.items() if key in SAFE_EXTRA_KEYS and isinstance(value, str)
        }
        if len(safe) < len(extra):
            lost.append(f"{place}.extra: {len(extra) - len(safe)} values that do not name data left out")
            connection = {**connection, "extra": safe}
    return connection


def _observed(table: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any]:
    return _with_columns(table, place, lost) if "columns" in table else table


def _error(error: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any]:
    return _cut(
        _texts(error, "source", "error"), {"source": MAX_WORD, "error": MAX_WORD, "message": MAX_MESSAGE}
    )


_MENDS: dict[str, Any] = {
    "inputs": _entry,
    "outputs": _entry,
    "connections": _connection,
    "statements": _statement,
    "observed": _observed,
    "errors": _error,
}


def _with_columns(owner: dict[str, Any], place: str, lost: list[str]) -> dict[str, Any]:
    columns = owner["columns"]
    if columns is None:
        return owner
    if not isinstance(columns, list):
        lost.append(f"{_place(owner, place)}.columns left out: they are no list")
        return {key: value for key, value in owner.items() if key != "columns"}
    if len(columns) <= MAX_COLUMNS and all(map(_is_column, columns)):
        return owner
    kept, dropped = [], []
    for number, column in enumerate(columns[:MAX_COLUMNS], 1):
        if isinstance(column, dict) and _is_text(column.get("name"), MAX_PART):
            kept.append(column if _is_column(column) else _mended_column(column))
        else:
            dropped.append(number)
    if dropped:
        numbers = ", ".join(map(str, dropped[:10])) + (", …" if len(dropped) > 10 else "")
        lost.append(
            f"{_place(owner, place)}: columns {numbers} left out ({len(dropped)} of {len(columns)}), "
            f"their names are not texts of 1 to {MAX_PART} characters"
        )
    if len(columns) > MAX_COLUMNS:
        lost.append(f"{_place(owner, place)}: {len(columns) - MAX_COLUMNS} columns beyond {MAX_COLUMNS}")
    return {**owner, "columns": kept}


def _is_column(column: Any) -> bool:
    if not isinstance(column, dict) or not _is_text(column.get("name"), MAX_PART):
        return False
    if len(column) == 1:
        return True
    kind, words, nullable = column.get("type"), column.get("description"), column.get("nullable", True)
    return (
        (kind is None or (isinstance(kind, str) and len(kind) <= MAX_TYPE))
        and (words is None or (isinstance(words, str) and len(words) <= MAX_DESCRIPTION))
        and isinstance(nullable, bool)
    )


def _mended_column(column: dict[str, Any]) -> dict[str, Any]:
    mended = _cut(column, {"type": MAX_TYPE, "description": MAX_DESCRIPTION})
    texts = {key for key in ("type", "description") if not isinstance(mended.get(key), str)}
    if not isinstance(mended.get("nullable"), bool):
        texts.add("nullable")
    return {key: value for key, value in mended.items() if key not in texts}


def _with_count(owner: dict[str, Any], key: str, place: str, lost: list[str]) -> dict[str, Any]:
    """Owner with the number as a plain one, as the numbers of libraries are not, or without it."""
    count = owner[key]
    if not isinstance(count, bool):
        try:
            if not _is_beyond(number := operator.index(count)):
                return {**owner, key: number}
        except TypeError:
            pass
    lost.append(f"{_place(owner, place)}.{key} left out: it is no whole number from 0 to {MAX_BIGINT}")
    return {other: value for other, value in owner.items() if other != key}


def _cut(owner: dict[str, Any], limits: dict[str, int]) -> dict[str, Any]:
    for key, limit in limits.items():
        if isinstance(text := owner.get(key), str) and len(text) > limit:
            owner = {**owner, key: text[: limit - 1] + "…"}
    return owner


def _texts(owner: dict[str, Any], *keys: str) -> dict[str, Any]:
    wrong = [key for key in keys if not isinstance(owner.get(key, ""), str)]
    return {key: value for key, value in owner.items() if key not in wrong} if wrong else owner


def _is_text(value: Any, limit: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= limit


def _is_beyond(count: Any) -> bool:
    return isinstance(count, int) and not 0 <= count <= MAX_BIGINT


def _place(owner: dict[str, Any], place: str) -> str:
    """Where something is missing: the dataset's name too, where it is short enough to be read."""
    dataset = owner.get("dataset")
    name = dataset.get("name") if isinstance(dataset, dict) else owner.get("uri") or owner.get("name")
    if not isinstance(name, str) or len(name) > _SHOWN:
        return place
    return f"{place} {safe_uri(name)}"

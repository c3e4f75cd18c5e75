"""Read a segment that arrived in the mailbox: every field is checked.

What a segment is and whose it is must be right, or it is refused with the first wrong field named. An input, a column,
a statement that cannot be read is left out and named in the record's ``truncated``: the others are good all the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from airflow_lineage_provider.model.connection import SAFE_EXTRA_KEYS, ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import (
    MAX_NAME,
    MAX_NAMESPACE,
    safe_dataset_id,
    safe_uri,
)
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import (
    WIRE_VERSION,
    CaptureError,
    LineageRecord,
    ObservedTable,
    Outcome,
    SegmentKind,
    Statement,
)
from airflow_lineage_provider.model.usable import usable
from airflow_lineage_provider.model.wire_limits import (
    MAX_BIGINT,
    MAX_CONN_ID,
    MAX_CONN_TYPE,
    MAX_DEPTH,
    MAX_DESCRIPTION,
    MAX_LINE,
    MAX_LINES,
    MAX_MESSAGE,
    MAX_OPERATOR,
    MAX_PART,
    MAX_TYPE,
    MAX_WORD,
)

Part = TypeVar("Part")


class InvalidRecord(ValueError):
    """The payload is no record. The message names the field and what was expected there."""


def decode_payload(text: str, max_bytes: int) -> Any:
    """Decode a mailbox value, refusing what no worker of ours would send.

    :param max_bytes: hard limit of the text in UTF-8 bytes.
    """
    if len(text) > max_bytes or len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise InvalidRecord(f"payload is larger than {max_bytes} bytes")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except InvalidRecord:
        raise
    except RecursionError:
        raise InvalidRecord("payload is nested too deeply") from None
    except ValueError as error:
        raise InvalidRecord(f"payload is not JSON: {error}") from None
    _check_values(value)
    return value


def read_segment(payload: Any) -> LineageRecord:
    """Build the record from a decoded payload. Raises :class:`InvalidRecord`."""
    left: list[str] = []
    wire = _Fields(usable(payload) if isinstance(payload, dict) else payload, "record", left)
    version = wire.integer("v", required=True)
    if version != WIRE_VERSION:
        raise InvalidRecord(f"record.v is {version}; this server reads {WIRE_VERSION}")
    connections: list[ConnectionIdentity] = []
    places: dict[int, int] = {}
    for place, connection in wire.readable("connections", _connection):
        places[place] = len(connections)
        connections.append(connection)
    record = LineageRecord(
        kind=wire.word("kind", SegmentKind),
        outcome=wire.word("outcome", Outcome),
        ti_id=wire.text("ti_id", required=True, limit=36) or "",
        operator=wire.text("operator", limit=MAX_OPERATOR),
        started_at=wire.text("started_at", limit=64),
        ended_at=wire.text("ended_at", limit=64),
        awaits=tuple(SegmentKind(word).value for word in wire.words("awaits", ("late",))),
        context=wire.mapping("context"),
        inputs=wire.read_all("inputs", _io_entry),
        outputs=wire.read_all("outputs", _io_entry),
        connections=connections,
        statements=wire.read_all("statements", lambda item: _statement(item, places)),
        observed=wire.read_all("observed", lambda item: _observed(item, places)),
        run_facets=wire.mapping("run_facets"),
        job_facets=wire.mapping("job_facets"),
        errors=wire.read_all("errors", _error),
        truncated=wire.words("truncated"),
        capture_ms=wire.number("capture_ms"),
    )
    wire.refuse_rest()
    record.truncated = [*record.truncated, *left]
    return record


class _Fields:
    """A JSON object whose fields are taken one by one; what is left at the end is unknown."""

    def __init__(self, value: Any, path: str, left: list[str]) -> None:
        if not isinstance(value, dict):
            raise InvalidRecord(f"{path} must be an object")
        self._rest = dict(value)
        self.path = path
        self._left = left
        """What could not be read and was left out."""

    def __contains__(self, key: str) -> bool:
        return key in self._rest

    def _fail(self, key: str, expected: str) -> NoReturn:
        raise InvalidRecord(f"{self.path}.{key} must be {expected}")

    def text(self, key: str, *, required: bool = False, limit: int = 1 << 20) -> str | None:
        value = self._rest.pop(key, None)
        if value is None and not required:
            return None
        if not isinstance(value, str) or (required and not value):
            self._fail(key, "a text")
        if len(value) > limit:
            self._fail(key, f"at most {limit} characters")
        return value

    def integer(self, key: str, *, required: bool = False, least: int = 0) -> int | None:
        value = self._rest.pop(key, None)
        if value is None and not required:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_BIGINT:
            self._fail(key, f"a whole number from {least} to {MAX_BIGINT}")
        return value

    def number(self, key: str) -> float | None:
        value = self._rest.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= MAX_BIGINT:
            self._fail(key, "a number")
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self._rest.pop(key, default)
        if not isinstance(value, bool):
            self._fail(key, "true or false")
        return value

    def word(self, key: str, choices: Any) -> Any:
        value = self._rest.pop(key, None)
        try:
            return choices(value)
        except ValueError:
            self._fail(key, "one of " + ", ".join(choice.value for choice in choices))

    def words(self, key: str, choices: tuple[str, ...] | None = None) -> list[str]:
        value = self._rest.pop(key, None)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self._fail(key, "a list of texts")
        if choices is not None and any(word not in choices for word in value):
            self._fail(key, "a list of " + ", ".join(choices))
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        value = self._rest.pop(key, None)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._fail(key, "an object")
        return value

    def inner(self, key: str) -> _Fields:
        return _Fields(self._rest.pop(key), f"{self.path}.{key}", self._left)

    def readable(self, key: str, read: Callable[[_Fields], Part]) -> list[tuple[int, Part]]:
        """Place and item of each that can be read; the others are named."""
        value = self._rest.pop(key, None)
        if value is None:
            return []
        if not isinstance(value, list):
            self._fail(key, "a list")
        found = []
        for place, item in enumerate(value):
            try:
                found.append((place, read(_Fields(item, f"{self.path}.{key}[{place}]", self._left))))
            except InvalidRecord as error:
                self._left.append(f"left out: {error}"[:MAX_LINE])
                if len(self._left) > MAX_LINES:
                    raise InvalidRecord(
                        f"record has more than {MAX_LINES} parts that cannot be read"
                    ) from None
        return found

    def read_all(self, key: str, read: Callable[[_Fields], Part]) -> list[Part]:
        return [item for _, item in self.readable(key, read)]

    def refuse_rest(self) -> None:
        if self._rest:
            raise InvalidRecord(f"{self.path} has unknown fields: {', '.join(sorted(self._rest)[:5])[:500]}")


def _connection(wire: _Fields) -> ConnectionIdentity:
    identity = ConnectionIdentity(
        conn_id=wire.text("conn_id", required=True, limit=MAX_CONN_ID) or "",
        conn_type=wire.text("conn_type", required=True, limit=MAX_CONN_TYPE) or "",
        host=_safe(wire.text("host", limit=MAX_NAMESPACE)),
        port=wire.integer("port"),
        database=wire.text("database", limit=MAX_PART),
        schema=wire.text("schema", limit=MAX_PART),
        namespace=_safe(wire.text("namespace", limit=MAX_NAMESPACE)),
        extra=wire.mapping("extra"),
    )
    for key, value in identity.extra.items():
        if key not in SAFE_EXTRA_KEYS or not isinstance(value, str):
            raise InvalidRecord(f"{wire.path}.extra holds {key[:100]!r}, which does not name data")
    wire.refuse_rest()
    return identity


def _safe(text: str | None) -> str | None:
    return safe_uri(text) if text else text


def _column(wire: _Fields) -> Column:
    column = Column(
        name=wire.text("name", required=True, limit=MAX_PART) or "",
        type=wire.text("type", limit=MAX_TYPE),
        nullable=wire.flag("nullable", False) if "nullable" in wire else None,
        description=wire.text("description", limit=MAX_DESCRIPTION),
    )
    wire.refuse_rest()
    return column


def _evidence(wire: _Fields) -> Evidence:
    try:
        return Evidence.from_names(wire.words("evidence"))
    except ValueError as error:
        raise InvalidRecord(f"{wire.path}.evidence: {error}") from None


def _io_entry(wire: _Fields) -> IoEntry:
    known_by = _evidence(wire)
    dataset = None
    if "dataset" in wire:
        reference = wire.inner("dataset")
        dataset = safe_dataset_id(
            reference.text("namespace", required=True, limit=MAX_NAMESPACE) or "",
            reference.text("name", required=True, limit=MAX_NAME) or "",
        )
        reference.refuse_rest()
    entry = IoEntry(
        evidence=known_by,
        dataset=dataset,
        uri=wire.text("uri", limit=MAX_NAMESPACE + MAX_NAME),
        asset_name=_safe(wire.text("asset_name", limit=MAX_NAME)) or None,
        alias=_safe(wire.text("alias", limit=MAX_NAME)),
        columns=tuple(wire.read_all("columns", _column)) if "columns" in wire else None,
        rows=wire.integer("rows"),
        bytes=wire.integer("bytes"),
        facets=wire.mapping("facets"),
    )
    wire.refuse_rest()
    if not known_by:
        raise InvalidRecord(f"{wire.path}.evidence must not be empty")
    if dataset is None and not (entry.uri or entry.asset_name or entry.alias):
        raise InvalidRecord(f"{wire.path} must name a dataset, a uri, an asset_name or an alias")
    identity = entry.identity
    if not (0 < len(identity.namespace) <= MAX_NAMESPACE and 0 < len(identity.name) <= MAX_NAME):
        raise InvalidRecord(f"{wire.path} names no usable dataset")
    return entry


def _connection_index(wire: _Fields, places: dict[int, int]) -> int:
    index = wire.integer("connection", required=True)
    if index not in places:
        raise InvalidRecord(f"{wire.path}.connection points at no connection of this record")
    return places[index]


def _statement(wire: _Fields, places: dict[int, int]) -> Statement:
    statement = Statement(
        sql=wire.text("sql", required=True) or "",
        connection=_connection_index(wire, places),
        rows=wire.integer("rows"),
        job_id=wire.text("job_id", limit=MAX_PART),
        database=wire.text("database", limit=MAX_PART),
        schema=wire.text("schema", limit=MAX_PART),
        executed=wire.flag("executed", True),
        evidence=_evidence(wire) or Evidence.STATEMENT,
    )
    wire.refuse_rest()
    return statement


def _observed(wire: _Fields, places: dict[int, int]) -> ObservedTable:
    table = ObservedTable(
        connection=_connection_index(wire, places),
        name=wire.text("name", required=True, limit=MAX_PART) or "",
        columns=tuple(wire.read_all("columns", _column)),
        database=wire.text("database", limit=MAX_PART),
        schema=wire.text("schema", limit=MAX_PART),
    )
    wire.refuse_rest()
    return table


def _error(wire: _Fields) -> CaptureError:
    error = CaptureError(
        source=wire.text("source", required=True, limit=MAX_WORD) or "",
        error=wire.text("error", required=True, limit=MAX_WORD) or "",
        message=wire.text("message", limit=MAX_MESSAGE) or "",
    )
    wire.refuse_rest()
    return error


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidRecord(f"payload holds {name}, which is not JSON")


def _check_values(value: Any) -> None:
    """Refuse nesting, numbers and characters that a database cannot hold; iterative, for it may be hostile."""
    stack: list[tuple[Any, int]] = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, str):
            if "\0" in item:
                raise InvalidRecord("payload holds a NUL character")
            if not item.isascii():
                try:
                    item.encode("utf-8")
                except UnicodeEncodeError:
                    raise InvalidRecord("payload holds half a surrogate pair") from None
        elif isinstance(item, float):
            if not math.isfinite(item):
                raise InvalidRecord("payload holds a number that is no finite number")
        elif isinstance(item, dict | list):
            if depth > MAX_DEPTH:
                raise InvalidRecord(f"payload is nested more than {MAX_DEPTH} deep")
            children = [*item, *item.values()] if isinstance(item, dict) else item
            stack.extend((child, depth + 1) for child in children)

"""Where the next page of a list starts: an opaque text that only its own list takes.

A cursor grants nothing: what a reader may see is asked anew for each page. Its checksum is there so that a text
that was cut or changed gives a clear answer instead of an odd page.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from types import UnionType

from fastapi import HTTPException, status

from airflow_lineage_provider.model.canonical import canonical_json

CursorValue = str | int | float | datetime | None

MAX_CURSOR = 16_384
"""Characters: a namespace and a name of the longest kind fit."""
_CHECKSUM = 9
_MOMENT = "t"
_MOST = 2**63 - 1


class _InvalidCursor(ValueError):
    """The text is no cursor, or that of another list."""


def encode_cursor(values: Sequence[CursorValue], *, scope: str = "") -> str:
    """Opaque, URL-safe text for the sort key of a page's last row.

    :param scope: name of the list; :func:`decode_cursor` takes the cursor only with the same one.
    """
    plain = [[_MOMENT, value.isoformat()] if isinstance(value, datetime) else value for value in values]
    body = canonical_json(plain)
    return urlsafe_b64encode(_checksum(body, scope) + body).rstrip(b"=").decode("ascii")


def decode_cursor(text: str, *kinds: type | UnionType, scope: str = "") -> tuple[CursorValue, ...]:
    """Values of a cursor.

    :param kinds: the type of each value, as for ``isinstance``; without any, all that a cursor can hold is taken.
    :raises HTTPException: 400 for a text that is no cursor of this list.
    """
    try:
        values = _decode(text, scope)
        if kinds and not (
            len(values) == len(kinds) and all(map(isinstance, values, kinds))  # arguments of two tuples
        ):
            raise _InvalidCursor
    except ValueError:
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST,
            "cursor is none of this list; take next_cursor of the page before, or leave it out to start over",
        ) from None
    return values


def _decode(text: str, scope: str) -> tuple[CursorValue, ...]:
    if not 0 < len(text) <= MAX_CURSOR or not text.isascii():
        raise _InvalidCursor
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    checksum, body = raw[:_CHECKSUM], raw[_CHECKSUM:]
    # base64 passes over letters that are none of its own: only the text that was given out is taken.
    is_ours = urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") == text
    if not is_ours or checksum != _checksum(body, scope):
        raise _InvalidCursor
    try:
        plain = json.loads(body)
    except RecursionError:
        raise _InvalidCursor from None
    if not isinstance(plain, list):
        raise _InvalidCursor
    return tuple(map(_value, plain))


def _value(plain: object) -> CursorValue:
    if isinstance(plain, list) and len(plain) == 2 and plain[0] == _MOMENT and isinstance(plain[1], str):
        moment = datetime.fromisoformat(plain[1])
        if moment.tzinfo is None:
            raise _InvalidCursor
        return moment
    if isinstance(plain, str):
        # The checksum is no secret: what no database takes must not reach one.
        if "\x00" in plain or any("\ud800" <= letter <= "\udfff" for letter in plain):
            raise _InvalidCursor
        return plain
    if isinstance(plain, bool) or (isinstance(plain, int) and not -_MOST <= plain <= _MOST):
        raise _InvalidCursor
    if plain is None or isinstance(plain, int | float):
        return plain
    raise _InvalidCursor


def _checksum(body: bytes, scope: str) -> bytes:
    return hashlib.sha256(scope.encode("utf-8", "surrogatepass") + b"\x00" + body).digest()[:_CHECKSUM]

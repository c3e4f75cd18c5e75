"""What ties an entry to all before it: one hash over its fields and over the hash of the entry before."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Protocol

CHAIN = "lineage"
GENESIS = "0" * 64
"""What stands before the first entry."""
_LEAF = b"\x00"
"""RFC 6962: a leaf can never be taken for a node of the tree."""
_SIZE = 8
_NOTHING, _SOMETHING = b"\x00", b"\x01"
_START = _LEAF + _SOMETHING + len(CHAIN).to_bytes(_SIZE, "big") + CHAIN.encode()
_SHORT = tuple(_SOMETHING + length.to_bytes(_SIZE, "big") for length in range(256))
"""What stands before a field, by its length: a chain has millions of them."""


class Chained(Protocol):
    """The fields of an entry that its hash covers, in this order, its place before them."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def payload_hash(self) -> str: ...


def entry_hash(entry: Chained, *, seq: int, prev_hash: str, sealed_at: datetime) -> str:
    """SHA-256 (64 hex digits) of an entry in its place.

    Each field goes in with its length before it, so that no two entries give the same bytes; one that is missing
    differs from an empty one.
    """
    data = [_START]
    for field in (
        str(seq),
        entry.kind,
        utc(entry.at),
        entry.actor,
        entry.subject,
        entry.payload_hash,
        prev_hash,
        utc(sealed_at),
    ):
        if field is None:
            data.append(_NOTHING)
        else:
            part = field.encode("utf-8", "surrogatepass")
            length = len(part)
            data.append(_SHORT[length] if length < 256 else _SOMETHING + length.to_bytes(_SIZE, "big"))
            data.append(part)
    return hashlib.sha256(b"".join(data)).hexdigest()


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, whatever the database gave."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from airflow_lineage_provider.governance.audit.chain import CHAIN, entry_hash, utc

AT = datetime(2026, 6, 1, 12, 0, 0, 5, tzinfo=UTC)


@dataclass
class Entry:
    subject: str | None
    kind: str = "verdict"
    at: datetime = AT
    actor: str | None = None
    payload_hash: str = "b" * 64


def defined(entry: Entry) -> str:
    """The hash as docs/audit.md defines it, with nothing worked out before."""
    fields = (
        CHAIN,
        "7",
        entry.kind,
        utc(entry.at),
        entry.actor,
        entry.subject,
        entry.payload_hash,
        "a" * 64,
        utc(AT),
    )
    data = b"\x00"
    for field in fields:
        part = None if field is None else field.encode()
        data += b"\x00" if part is None else b"\x01" + len(part).to_bytes(8, "big") + part
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "subject", [None, "", "x", "x" * 254, "x" * 255, "x" * 256, "x" * 257, "ü" * 128, "x" * 70_000]
)
def test_each_field_stands_after_its_length_however_long_it_is(subject: str | None) -> None:
    entry = Entry(subject)
    assert entry_hash(entry, seq=7, prev_hash="a" * 64, sealed_at=AT) == defined(entry)


def test_a_moment_is_one_text_in_whatever_zone_the_database_gives_it() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    assert utc(AT) == utc(elsewhere) == "2026-06-01T12:00:00.000005+00:00"

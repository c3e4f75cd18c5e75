"""A mailbox row unpacked: everything that can be done with its payload without a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.mailbox.key import QUESTION, InvalidKey, MailboxKey
from airflow_lineage_provider.model.record import SegmentKind
from airflow_lineage_provider.model.record_reader import InvalidRecord, decode_payload, read_segment
from airflow_lineage_provider.store.ingest import Prepared, prepare_segment
from airflow_lineage_provider.store.mailbox_rows import MailboxRow

_SEGMENTS = frozenset(kind.value for kind in SegmentKind)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a row holds: a segment of a record, or a question."""

    key: MailboxKey
    segment: Prepared | None = None
    question: dict[str, Any] | None = None


def open_parcel(row: MailboxRow, limit: int, *, session: Session) -> Parcel:
    """Read a row's key and payload, and the SQL in it.

    Decoding and parsing take far longer than storing: they are done before the transaction, which on SQLite
    keeps everybody else from writing.

    :param limit: bytes that a payload may have.
    :param session: only reads.
    :raises InvalidKey: the key is none of ours.
    :raises InvalidRecord: the payload cannot be read.
    """
    key = MailboxKey.parse(row.key)
    if key.kind == QUESTION:
        if row.size > limit:
            raise InvalidRecord(f"question of {row.size} characters is larger than {limit} bytes")
        question = decode_payload(row.value, limit)
        if not isinstance(question, dict):
            raise InvalidRecord("question must be an object")
        return Parcel(key, question=question)
    if key.kind not in _SEGMENTS:
        raise InvalidKey(f"{key.kind!r} is no kind of mailbox row")
    if row.size > limit:
        raise InvalidRecord(f"payload of {row.size} characters is larger than {limit} bytes")
    record = read_segment(decode_payload(row.value, limit))
    if record.kind.value != key.kind:
        raise InvalidRecord(f"record.kind is {record.kind.value}, its key says {key.kind}")
    return Parcel(key, segment=prepare_segment(record, session=session))

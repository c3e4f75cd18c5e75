"""The baseline: findings that were there when governance was switched on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.tables import BaselineEntry, Finding
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing

ENTRY = core_table(BaselineEntry)
FINDING = core_table(Finding)

VERSION = 1
_HEX = frozenset("0123456789abcdef")


class InvalidBaseline(ValueError):
    """The file is no baseline; the message says where."""


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One finding of the baseline."""

    key: str
    rule: str
    subject: str
    created_at: datetime
    created_by: str | None
    is_open: bool
    """Whether it is still found; what is gone can leave the baseline."""


@dataclass(frozen=True, slots=True)
class BaselineChange:
    """What became of the baseline."""

    added: int = 0
    removed: int = 0


def take(*, by: str | None, now: datetime, session: Session) -> BaselineChange:
    """Put every open failure into the baseline. What is in there already stays."""
    open_failures = session.execute(
        select(FINDING).where(FINDING.c.resolved_at.is_(None), FINDING.c.result.in_(("fail", "warn")))
    )
    return add({row.key: (row.rule, _about(row)) for row in open_failures}, by=by, now=now, session=session)


def add(
    entries: Mapping[str, tuple[str, str]], *, by: str | None, now: datetime, session: Session
) -> BaselineChange:
    """Add findings by key.

    :param entries: rule and subject of each.
    """
    known = _known(entries, session=session)
    new = [
        {
            "key": key,
            "rule": rule,
            "subject": subject,
            "created_at": now,
            "created_by": by[:250] if by else None,
        }
        for key, (rule, subject) in sorted(entries.items())
        if key not in known
    ]
    if new:
        insert_missing(ENTRY, new, session=session)
        _note("added", [str(row["key"]) for row in new], by=by, now=now, session=session)
    return BaselineChange(added=len(new))


def shrink(*, by: str | None, now: datetime, session: Session) -> BaselineChange:
    """Take out what is not found any more: once mended, it blocks when it comes back."""
    gone = [row.key for row in rows(session=session) if not row.is_open]
    for part in parts(gone, CHUNK):
        session.execute(delete(ENTRY).where(ENTRY.c.key.in_(part)))
    if gone:
        _note("removed", gone, by=by, now=now, session=session)
    return BaselineChange(removed=len(gone))


def rows(*, session: Session) -> list[BaselineRow]:
    """Every entry, by rule and subject."""
    is_open = FINDING.c.resolved_at.is_(None) & FINDING.c.key.is_not(None)
    query = (
        select(ENTRY, is_open.label("is_open"))
        .select_from(ENTRY.outerjoin(FINDING, FINDING.c.key == ENTRY.c.key))
        .order_by(ENTRY.c.rule, ENTRY.c.key)
    )
    return [
        BaselineRow(row.key, row.rule, row.subject, row.created_at, row.created_by, bool(row.is_open))
        for row in session.execute(query)
    ]


def to_file(entries: Iterable[BaselineRow]) -> str:
    """JSON text that :func:`read_file` reads, one finding a line, so that a diff shows what came and went."""
    lines = [
        json.dumps({"key": row.key, "rule": row.rule, "subject": row.subject}, ensure_ascii=False)
        for row in sorted(entries, key=lambda row: (row.rule, row.subject, row.key))
    ]
    body = ",\n    ".join(lines)
    return f'{{\n  "version": {VERSION},\n  "findings": [{body and chr(10) + "    " + body + chr(10) + "  "}]\n}}\n'


def read_file(text: str) -> dict[str, tuple[str, str]]:
    """Entries of a baseline file: rule and subject by key. Raises :class:`InvalidBaseline`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidBaseline(f"not valid JSON: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise InvalidBaseline("it must be an object with version and findings")
    if document.get("version") != VERSION:
        raise InvalidBaseline(f"version is {document.get('version')!r}; this version reads {VERSION}")
    entries: dict[str, tuple[str, str]] = {}
    for index, item in enumerate(document["findings"]):
        entries.update([_entry(item, f"findings[{index}]")])
    return entries


def _entry(item: Any, place: str) -> tuple[str, tuple[str, str]]:
    if not isinstance(item, dict):
        raise InvalidBaseline(f"{place} must be an object with key, rule and subject")
    key, rule, subject = item.get("key"), item.get("rule"), item.get("subject")
    if not isinstance(key, str) or len(key) != 64 or not _HEX.issuperset(key):
        raise InvalidBaseline(f"{place}.key must be 64 hexadecimal digits")
    if rule not in RULE_IDS:
        raise InvalidBaseline(f"{place}.rule is {rule!r}, which is no rule")
    if not isinstance(subject, str) or "\0" in subject:
        raise InvalidBaseline(f"{place}.subject must be text")
    return key, (rule, subject)


def _known(keys: Iterable[str], *, session: Session) -> set[str]:
    wanted = sorted(keys)
    found: set[str] = set()
    for part in parts(wanted, CHUNK):
        found.update(session.scalars(select(ENTRY.c.key).where(ENTRY.c.key.in_(part))))
    return found


def _about(row: Any) -> str:
    parts = [f"{row.namespace} {row.name}" if row.name else "", row.dag_id or "", row.subject or ""]
    return "; ".join(part for part in parts if part)


def _note(what: str, keys: list[str], *, by: str | None, now: datetime, session: Session) -> None:
    audit.append(
        "baseline",
        {"action": what, "findings": len(keys), "keys": keys[:1000]},
        actor=by,
        subject="baseline",
        now=now,
        session=session,
    )

"""Waivers in a file, as ``airflow lineage waivers list --output json`` writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from airflow_lineage_provider.governance.waiver import Waiver

_TEXTS = ("namespace", "name", "dag_id", "subject", "ticket", "author", "approver")


class InvalidWaivers(ValueError):
    """The file holds no waivers; the message says where."""


def read_waivers(text: str) -> list[Waiver]:
    """Every waiver of the file, in force or not. Raises :class:`InvalidWaivers`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidWaivers(f"not valid JSON: {error}") from None
    if not isinstance(document, list):
        raise InvalidWaivers("it must be the list that `airflow lineage waivers list --output json` writes")
    return [read_waiver(item, f"[{index}]") for index, item in enumerate(document)]


def read_waiver(item: Any, place: str) -> Waiver:
    """One waiver, as the command and the API write it. Raises :class:`InvalidWaivers`."""
    if not isinstance(item, dict):
        raise InvalidWaivers(f"{place} must be an object")
    number, rule, reason = item.get("id"), item.get("rule"), item.get("reason")
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidWaivers(f"{place}.id must be a whole number")
    if not isinstance(rule, str) or not isinstance(reason, str):
        raise InvalidWaivers(f"{place}.rule and {place}.reason must be text")
    texts: dict[str, Any] = {}
    for key in _TEXTS:
        value = item.get(key)
        if value is not None and not isinstance(value, str):
            raise InvalidWaivers(f"{place}.{key} must be text")
        texts[key] = value
    expires_at = _moment(item.get("expires_at"), f"{place}.expires_at")
    if expires_at is None:
        raise InvalidWaivers(f"{place}.expires_at is missing")
    return Waiver(
        id=number,
        rule=rule,
        reason=reason,
        expires_at=expires_at,
        approved_at=_moment(item.get("approved_at"), f"{place}.approved_at"),
        revoked_at=_moment(item.get("revoked_at"), f"{place}.revoked_at"),
        **texts,
    )


def _moment(value: Any, place: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidWaivers(f"{place} is {value!r}; it must be a moment like 2026-06-30T12:00:00Z") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment

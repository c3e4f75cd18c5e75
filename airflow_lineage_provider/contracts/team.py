"""Who owns a contract and where to reach them, by its team and support sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

OWNER_ROLE = "owner"


@dataclass(frozen=True, slots=True)
class ContractOwner:
    """Owner and support channel of a contract; ``None`` where it names none."""

    name: str | None
    channel: str | None


def owner_of(contract: Mapping[str, Any], today: date) -> ContractOwner:
    """Owner of a contract on a day.

    :param contract: the contract in JSON values; only ``team`` and ``support`` are read.

    A member with role owner comes first, unless the member has left or has not joined yet; then the team's own
    name. ODCS 3.0 has a list of members, 3.1 a team with a name and members.
    """
    team = contract.get("team")
    members = (team.get("members") or []) if isinstance(team, Mapping) else (team or [])
    for member in members:
        role = str(member.get("role") or "").strip().casefold()
        if role == OWNER_ROLE and _serves(member, today) and (name := _text(member.get("username"))):
            return ContractOwner(name, support_channel(contract))
    name = _text(team.get("name")) if isinstance(team, Mapping) else None
    return ContractOwner(name, support_channel(contract))


def support_channel(contract: Mapping[str, Any]) -> str | None:
    """First support channel, with its URL where it has one."""
    for item in contract.get("support") or ():
        channel, url = _text(item.get("channel")), _text(item.get("url"))
        if channel:
            return f"{channel} ({url})" if url and url != channel else channel
    return None


def _serves(member: Mapping[str, Any], today: date) -> bool:
    joined, left = _date(member.get("dateIn")), _date(member.get("dateOut"))
    return (joined is None or joined <= today) and (left is None or left >= today)


def _date(value: Any) -> date | None:
    """The day of an ISO date or timestamp. A text that is no date says nothing, so it bars nobody."""
    try:
        return date.fromisoformat(str(value).strip()[:10]) if value else None
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    text = str(value).strip() if value is not None else ""
    return text or None

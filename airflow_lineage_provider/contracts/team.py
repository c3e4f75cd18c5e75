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


@dataclass(frozen=True, slots=True)
class OwnerMember:
    """A member of a contract's team with role owner."""

    name: str
    first_day: date | None
    last_day: date | None

    def serves(self, today: date) -> bool:
        """Has joined and not left."""
        return (self.first_day is None or self.first_day <= today) and not self.has_left(today)

    def has_left(self, today: date) -> bool:
        return self.last_day is not None and self.last_day < today


def owner_of(contract: Mapping[str, Any], today: date) -> ContractOwner:
    """Owner of a contract on a day.

    :param contract: the contract in JSON values; only ``team`` and ``support`` are read.

    A member with role owner comes first, unless the member has left or has not joined yet; then the team's own
    name. ODCS 3.0 has a list of members, 3.1 a team with a name and members.
    """
    name = next((member.name for member in member_owners(contract) if member.serves(today)), None)
    return ContractOwner(name or team_name(contract), support_channel(contract))


def member_owners(contract: Mapping[str, Any]) -> list[OwnerMember]:
    """Members with role owner, of whatever time, in the order of the team."""
    team = contract.get("team")
    members = (team.get("members") or []) if isinstance(team, Mapping) else (team or [])
    return [
        OwnerMember(name, _date(member.get("dateIn")), _date(member.get("dateOut")))
        for member in members
        if str(member.get("role") or "").strip().casefold() == OWNER_ROLE
        and (name := _text(member.get("username")))
    ]


def team_name(contract: Mapping[str, Any]) -> str | None:
    """What the team calls itself."""
    team = contract.get("team")
    return _text(team.get("name")) if isinstance(team, Mapping) else None


def support_channel(contract: Mapping[str, Any]) -> str | None:
    """First support channel, with its URL where it has one."""
    for item in contract.get("support") or ():
        channel, url = _text(item.get("channel")), _text(item.get("url"))
        if channel:
            return f"{channel} ({url})" if url and url != channel else channel
    return None


def _date(value: Any) -> date | None:
    """The day of an ISO date or timestamp. A text that is no date says nothing, so it bars nobody."""
    try:
        return date.fromisoformat(str(value).strip()[:10]) if value else None
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    text = str(value).strip() if value is not None else ""
    return text or None

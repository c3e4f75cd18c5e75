"""Who owns a dbt model or source, and where they are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.contracts.readers.loose import mapping, text

_OWNER_KEYS = ("owner", "owners", "model_owner")
_CHANNEL_KEYS = ("support_channel", "channel", "slack_channel", "slack")
_MAX_NAME = 250


@dataclass(frozen=True, slots=True)
class DbtOwner:
    """Owner, group and channel; ``None`` where dbt knows none."""

    owner: str | None
    group: str | None
    channel: str | None


def owner_of(node: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]]) -> DbtOwner:
    """What ``meta`` says comes first, then the owner of the group.

    :param groups: owners of groups by the group's name.
    """
    metas = list(_metas(node))
    group = text(node.get("group")) or text(mapping(node.get("config")).get("group"))
    told = groups.get(group or "", {})
    owner = next((name for meta in metas for key in _OWNER_KEYS if (name := _person(meta.get(key)))), None)
    channel = next(
        (name for meta in [*metas, told] for key in _CHANNEL_KEYS if (name := text(meta.get(key)))), None
    )
    return DbtOwner(owner or _person(told), group and group[:_MAX_NAME], channel and channel[:_MAX_NAME])


def groups_of(groups: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """Owners of groups by name, out of a manifest's or a schema file's groups."""
    return {
        name: mapping(mapping(group).get("owner"))
        for group in groups
        if (name := text(mapping(group).get("name")))
    }


def _metas(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield mapping(mapping(node.get("config")).get("meta"))
    yield mapping(node.get("meta"))
    yield mapping(node.get("source_meta"))


def _person(value: Any) -> str | None:
    """A name, ``{email, name}``, or the first of a list of them."""
    if isinstance(value, list):
        return next((name for item in value if (name := _person(item))), None)
    if isinstance(value, Mapping):
        return _person(value.get("email")) or _person(value.get("name"))
    name = text(value)
    return name[:_MAX_NAME] if name else None

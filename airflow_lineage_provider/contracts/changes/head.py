"""What changed of a contract beside its schema and service levels: status, owner, servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from airflow_lineage_provider.contracts.changes.change import (
    ContractChange,
    major,
    minor,
    other_keys,
    patch,
    without_custom,
)
from airflow_lineage_provider.contracts.property_tree import mappings, text_of
from airflow_lineage_provider.contracts.team import owner_of

_TOLD = frozenset({"id", "version", "status", "schema", "slaProperties", "slaDefaultElement", "servers"})
_NOT_OF_THE_PLACE = frozenset(
    {"id", "server", "description", "environment", "roles", "customProperties", "authoritativeDefinitions", "tags"}
)  # fmt: skip
_UNBINDING = frozenset({"proposed", "draft"})
_RETIRED = "retired"


def head_changes(old: Mapping[str, Any], new: Mapping[str, Any], today: date) -> Iterator[ContractChange]:
    """Compare what stands at the top of two versions."""
    if old.get("id") != new.get("id"):
        yield major("id-changed", "id", old.get("id"), new.get("id"), "this is another contract")
    yield from _status(old, new)
    yield from _owner(old, new, today)
    yield from _servers(old, new)
    yield from other_keys(
        without_custom(old, "closed"), without_custom(new, "closed"), _TOLD, "", "the contract"
    )


def _status(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ContractChange]:
    was, now = (str(side.get("status") or "").strip().casefold() for side in (old, new))
    if was == now:
        return
    message = f"the contract was {was or 'without a status'} and is {now or 'without a status'}"
    if now == _RETIRED:
        yield major("status-retired", "status", was, now, message)
    elif now in _UNBINDING and was not in _UNBINDING and was not in ("", _RETIRED):
        yield major("status-regressed", "status", was, now, message)
    elif now == "deprecated":
        yield minor("status-deprecated", "status", was, now, message)
    else:
        yield patch("status-changed", "status", was, now, message)


def _owner(old: Mapping[str, Any], new: Mapping[str, Any], today: date) -> Iterator[ContractChange]:
    was, now = owner_of(old, today).name, owner_of(new, today).name
    if was == now:
        return
    if was is not None and now is None:
        yield minor("owner-removed", "team", was, now, f"{was} owns it no more, and nobody else does")
    elif was is None:
        yield patch("owner-added", "team", was, now, f"{now} owns it now")
    else:
        yield patch("owner-changed", "team", was, now, f"{now} owns it now instead of {was}")


def _servers(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ContractChange]:
    before, after = (
        {str(one.get("server")): one for one in mappings(side.get("servers"))} for side in (old, new)
    )
    for name, server in before.items():
        if name not in after:
            yield major("server-removed", _path(name), _place(server), None, f"server {name} is gone")
    for name, server in after.items():
        if name not in before:
            yield minor("server-added", _path(name), None, _place(server), f"server {name} is new")
            continue
        was, now = _place(before[name]), _place(server)
        if was != now:
            keys = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
            yield major(
                "server-moved", _path(name),
                {key: was.get(key) for key in keys}, {key: now.get(key) for key in keys},
                f"server {name} has another {', '.join(keys)}",
            )  # fmt: skip
        told = frozenset(server.keys() | before[name].keys()) - _NOT_OF_THE_PLACE
        yield from other_keys(before[name], server, told, _path(name), f"server {name}")


def _path(name: str) -> str:
    return f"servers[{name}]"


def _place(server: Mapping[str, Any]) -> dict[str, str]:
    """What says where data is; scalars only."""
    return {
        key: str(value)
        for key, value in server.items()
        if key not in _NOT_OF_THE_PLACE and value is not None and text_of(str(value))
    }

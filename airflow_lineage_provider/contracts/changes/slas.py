"""What changed of the service levels of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.changes.change import ContractChange, major, minor, patch
from airflow_lineage_provider.contracts.changes.end_of_support import ENDS
from airflow_lineage_provider.contracts.duration import day_of, seconds_of
from airflow_lineage_provider.contracts.promise import sla_name
from airflow_lineage_provider.contracts.property_tree import numbered_mappings, text_of

_MORE_IS_LESS = frozenset(
    {
        "latency", "freshness", "frequency", "errorrate", "timetodetect", "timetonotify", "timetorepair",
        "generalavailability", "delay", "recoverytime", "responsetime",
    }
)  # fmt: skip
"""The larger the value, the less is promised."""
_LESS_IS_LESS = frozenset(
    {"retention", "availability", "throughput", "endofsupport", "endoflife", "uptime", "completeness"}
)

_Key = tuple[str, str, int]


def sla_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ContractChange]:
    """Compare ``slaProperties`` by property and element."""
    before, after = _by_key(old), _by_key(new)
    for key, (index, entry) in before.items():
        if key in after:
            continue
        message = f"{_label(entry)} is not promised any more"
        # Without an announced end, nothing ends.
        build = minor if key[0] in ENDS else major
        yield build("sla-removed", f"slaProperties[{index}]", _value(entry), None, message)
    for key, (index, entry) in after.items():
        path = f"slaProperties[{index}]"
        if key not in before:
            yield minor(
                "sla-added", path, None, _value(entry), f"{_label(entry)} is promised: {_value(entry)}"
            )
        else:
            yield from _changes(before[key][1], entry, path, key[0])


def _changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str, name: str
) -> Iterator[ContractChange]:
    if all(old.get(key) == new.get(key) for key in ("value", "valueExt", "unit", "schedule")):
        rest = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        if rest:
            yield patch("metadata-changed", path, None, None, f"{_label(new)} has another {', '.join(rest)}")
        return
    was, now = _value(old), _value(new)
    message = f"{_label(new)} was {was} and is {now}"
    pair = _measures(old, new)
    is_more = pair is not None and pair[1] > pair[0]
    if pair is None or name not in _MORE_IS_LESS | _LESS_IS_LESS:
        yield minor("sla-changed", path, was, now, message)
    elif pair[0] == pair[1]:
        yield patch("metadata-changed", path, was, now, f"{message}, which is the same")
    elif is_more == (name in _MORE_IS_LESS):
        yield major("sla-loosened", path, was, now, message)
    else:
        yield minor("sla-tightened", path, was, now, message)


def _measures(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[float, float] | None:
    """Both values in one measure: seconds, days, or plain numbers of one unit."""
    sides = [(entry.get("value"), entry.get("unit")) for entry in (old, new)]
    seconds = [seconds_of(*side) for side in sides]
    if seconds[0] is not None and seconds[1] is not None:
        return seconds[0], seconds[1]
    days = [day_of(value) for value, _ in sides]
    if days[0] is not None and days[1] is not None:
        return float(days[0].toordinal()), float(days[1].toordinal())
    numbers = [_number(value) for value, _ in sides]
    if sides[0][1] == sides[1][1] and numbers[0] is not None and numbers[1] is not None:
        return numbers[0], numbers[1]
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(str(value).strip().removesuffix("%"))
    except (ValueError, OverflowError):
        return None
    return number if number == number else None


def _by_key(contract: Mapping[str, Any]) -> dict[_Key, tuple[int, Mapping[str, Any]]]:
    found: dict[_Key, tuple[int, Mapping[str, Any]]] = {}
    default = text_of(contract.get("slaDefaultElement"))
    for index, entry in numbered_mappings(contract.get("slaProperties")):
        name = sla_name(entry.get("property"))
        element = text_of(entry.get("element")) or default or ""
        number = 0
        while (name, element.casefold(), number) in found:
            number += 1
        found[name, element.casefold(), number] = (index, entry)
    return found


def _label(entry: Mapping[str, Any]) -> str:
    element = text_of(entry.get("element"))
    return f"{entry.get('property')} of {element}" if element else str(entry.get("property"))


def _value(entry: Mapping[str, Any]) -> str:
    parts = [str(entry[key]) for key in ("value", "unit") if entry.get(key) is not None]
    return " ".join(parts)

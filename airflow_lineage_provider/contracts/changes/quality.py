"""What changed of the quality rules of a schema object or a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.changes.change import ContractChange, major, minor, patch
from airflow_lineage_provider.contracts.property_tree import mappings, text_of
from airflow_lineage_provider.contracts.quality_bounds import OPERATORS, Bounds, bounds_of, is_percent

_SEVERITIES = {"info": 0, "low": 0, "minor": 0, "warning": 1, "warn": 1, "medium": 1, "error": 2, "high": 2,
               "critical": 3, "blocker": 3}  # fmt: skip
_CHECKED = ("type", "metric", "rule", "query", "engine", "implementation", "arguments", *OPERATORS)

_Rule = Mapping[str, Any]


def quality_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str, name: str
) -> Iterator[ContractChange]:
    """Compare rules: by id, then by name, then by what they check."""
    before, after = _by_key(old), _by_key(new)
    for key, (index, rule) in before.items():
        if key not in after:
            yield _removed(rule, f"{path}.quality[{index}]", name)
    for key, (index, rule) in after.items():
        place = f"{path}.quality[{index}]"
        if key not in before:
            kind = f"{_word(rule)}-added"
            yield minor(kind, place, None, _label(rule), f"{name} has a new rule: {_label(rule)}")
        else:
            yield from _changes(before[key][1], rule, place, name)


def _by_key(holder: Mapping[str, Any]) -> dict[tuple[str, ...], tuple[int, _Rule]]:
    found: dict[tuple[str, ...], tuple[int, _Rule]] = {}
    for index, rule in enumerate(mappings(holder.get("quality"))):
        key = _key(rule)
        number = 0
        while (*key, str(number)) in found:
            number += 1
        found[(*key, str(number))] = (index, rule)
    return found


def _key(rule: _Rule) -> tuple[str, ...]:
    for part in ("id", "name"):
        if (text := text_of(rule.get(part))) is not None:
            return part, text
    metric = text_of(rule.get("metric")) or text_of(rule.get("rule"))
    return ("metric", metric) if metric else ("type", str(rule.get("type")))


def _removed(rule: _Rule, place: str, name: str) -> ContractChange:
    message = f"{name} has no rule {_label(rule)} any more"
    # A text binds nobody: there is nothing to check.
    build = patch if rule.get("type") == "text" else major
    return build(f"{_word(rule)}-removed", place, _label(rule), None, message)


def _changes(old: _Rule, new: _Rule, place: str, name: str) -> Iterator[ContractChange]:
    was, now = _terms(old), _terms(new)
    if was != now:
        kind, is_loosened, is_tightened = _word(new), False, False
        others = [key for key in _CHECKED if key not in OPERATORS]
        if all(old.get(key) == new.get(key) for key in others) and is_percent(old) == is_percent(new):
            metric = text_of(new.get("metric"))
            is_loosened, is_tightened = _moved(bounds_of(old, metric), bounds_of(new, metric))
        message = f"rule {_label(new)} of {name} was {_spelled(was)} and is {_spelled(now)}"
        if is_loosened:
            yield major(f"{kind}-loosened", place, was, now, message)
        elif is_tightened:
            yield minor(f"{kind}-tightened", place, was, now, message)
        else:
            yield minor(f"{kind}-changed", place, was, now, message)
    a, b = (_SEVERITIES.get(str(rule.get("severity") or "error").strip().lower()) for rule in (old, new))
    if a is not None and b is not None and a != b:
        was_, now_ = old.get("severity"), new.get("severity")
        message = f"severity of rule {_label(new)} of {name} was {was_ or 'error'} and is {now_ or 'error'}"
        if b < a:
            yield major("quality-loosened", f"{place}.severity", was_, now_, message)
        else:
            yield minor("quality-tightened", f"{place}.severity", was_, now_, message)
    rest = {key for key in old.keys() | new.keys() if key not in (*_CHECKED, "severity", "unit")}
    if changed := sorted(key for key in rest if old.get(key) != new.get(key)):
        yield patch(
            "metadata-changed",
            place,
            None,
            None,
            f"rule {_label(new)} of {name} has another {', '.join(changed)}",
        )


def _moved(was: Bounds, now: Bounds) -> tuple[bool, bool]:
    """Whether an interval lets more through, and whether it lets less through."""
    if was == now:
        return False, False
    low, high = float("-inf"), float("inf")
    a = (low if was.least is None else was.least, high if was.most is None else was.most)
    b = (low if now.least is None else now.least, high if now.most is None else now.most)
    return b[0] < a[0] or b[1] > a[1], b[0] > a[0] or b[1] < a[1]


def _terms(rule: _Rule) -> dict[str, Any]:
    return {key: rule[key] for key in (*_CHECKED, "unit") if rule.get(key) is not None}


def _spelled(terms: Mapping[str, Any]) -> str:
    said = {key: value for key, value in terms.items() if key in (*OPERATORS, "unit")}
    return " ".join(f"{key} {value}" for key, value in said.items())[:200] or "something else"


def _word(rule: _Rule) -> str:
    return "volume" if rule.get("metric") == "rowCount" or rule.get("rule") == "rowCount" else "quality"


def _label(rule: _Rule) -> str:
    said = (rule.get(key) for key in ("name", "id", "metric", "rule", "description", "engine", "type"))
    return next((text[:100] for value in said if (text := text_of(value))), "without a name")

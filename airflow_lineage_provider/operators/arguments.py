"""Arguments of our operators: checked when the DAG is parsed, and again once their templates are rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflow_lineage_provider.model.dataset_reference import dataset_reference

RULE_LEVELS = ("off", "observe", "warn", "block")
MAX_DEPTH = 20
_REFERENCES = (frozenset({"namespace", "name"}), frozenset({"uri"}), frozenset({"asset_name"}))


def is_open(value: Any) -> bool:
    """Tell whether a value is only known when the task runs: a template, or what another task returns."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    return hasattr(value, "resolve") and hasattr(value, "iter_references")


def checked_choice(name: str, value: Any, choices: Sequence[str]) -> Any:
    """``value`` if it is one of the choices, or still open. Raises :class:`ValueError`."""
    if not is_open(value) and value not in choices:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
    return value


def checked_rules(rules: Any) -> Any:
    """Levels by rule id. Raises :class:`TypeError` and :class:`ValueError`."""
    if rules is None or is_open(rules):
        return rules
    if not isinstance(rules, Mapping):
        raise TypeError(
            f"rules is {type(rules).__name__}; it must be a mapping such as {{'contract-missing': 'warn'}}"
        )
    for rule, level in rules.items():
        if not isinstance(rule, str) or not (is_open(level) or level in RULE_LEVELS):
            raise ValueError(f"rules[{rule!r}] is {level!r}; it must be one of {', '.join(RULE_LEVELS)}")
    return dict(rules)


def checked_datasets(datasets: Any, *, empty: str) -> Any:
    """References to datasets, see :func:`model.dataset_reference.dataset_reference`; ``None`` stays.

    :param empty: what to do instead of giving an empty list.
    :raises TypeError: one is nothing that names a dataset.
    :raises ValueError: there is none, or a part of one is empty.
    """
    if datasets is None or is_open(datasets):
        return datasets
    if isinstance(datasets, str | Mapping) or not isinstance(datasets, Sequence):
        raise TypeError(f"datasets is {type(datasets).__name__}; it must be a list of datasets")
    if not datasets:
        raise ValueError(f"datasets is empty; {empty}")
    return [_reference(item, f"datasets[{index}]") for index, item in enumerate(datasets)]


def checked_depth(depth: Any) -> Any:
    """A whole number from 1 to 20; a rendered template gives it as text. Raises :class:`ValueError`."""
    if is_open(depth):
        return depth
    number = int(depth) if isinstance(depth, str) and depth.strip().isdecimal() else depth
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MAX_DEPTH:
        raise ValueError(f"transitive_depth is {depth!r}; it must be a whole number from 1 to {MAX_DEPTH}")
    return number


def checked_conn_ids(conn_id: Any) -> Any:
    """Connection ids as a list; ``None`` stays. Raises :class:`TypeError` and :class:`ValueError`."""
    if conn_id is None or (not isinstance(conn_id, str) and is_open(conn_id)):
        return conn_id
    given: Iterable[Any] = [conn_id] if isinstance(conn_id, str) else conn_id
    if isinstance(given, Mapping) or not isinstance(given, Sequence):
        raise TypeError(f"conn_id is {type(conn_id).__name__}; it must be a connection id or a list of them")
    if not given:
        raise ValueError("conn_id is empty; leave it out to use the connections of the DAG's tasks")
    for each in given:
        if not isinstance(each, str) or not each.strip():
            raise ValueError(f"conn_id has {each!r}; a connection id is a text")
    return list(given)


def _reference(item: Any, place: str) -> Any:
    if is_open(item):
        return item
    if isinstance(item, Mapping):
        if frozenset(item) not in _REFERENCES or not all(isinstance(text, str) for text in item.values()):
            raise TypeError(f"{place} is {dict(item)!r}; an object has namespace and name, uri or asset_name")
        return dict(item)
    return dataset_reference(item, place)

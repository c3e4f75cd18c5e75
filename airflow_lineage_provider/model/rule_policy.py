"""How strictly each rule is taken, for which DAGs and datasets, and from when: option ``rules``."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS

_SETTING = frozenset({"level", "enforce_from", "scopes", "options"})
_SCOPE = frozenset({"dags", "tags", "namespaces", "names", "environments", "level", "enforce_from"})


class InvalidPolicy(ValueError):
    """The option is no policy; the message names rule and key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is asked: by which DAG, about which dataset, in which environment."""

    dag_id: str | None = None
    tags: frozenset[str] = frozenset()
    dataset: DatasetId | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class RuleScope:
    """Another level for some DAGs, datasets or environments. What is left empty means any."""

    level: Level | None
    enforce_from: date | None = None
    dags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    def holds(self, place: Place) -> bool:
        """Whether the place is meant; values are globs."""
        dataset = place.dataset
        return (
            _any(self.dags, (place.dag_id,))
            and _any(self.tags, place.tags)
            and _any(self.namespaces, (dataset.namespace if dataset else None,))
            and _any(self.names, (dataset.name if dataset else None,))
            and _any(self.environments, (place.environment,))
        )


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What the option says of one rule."""

    level: Level | None = None
    enforce_from: date | None = None
    scopes: tuple[RuleScope, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


_NOTHING = RuleSetting()


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """Settings by rule id. A rule without one has the level of whoever asks."""

    settings: Mapping[str, RuleSetting] = field(default_factory=dict)

    def options(self, rule_id: str) -> Mapping[str, Any]:
        """Options of a rule; the rule knows their defaults."""
        return self.settings.get(rule_id, _NOTHING).options

    def has_scopes(self, rule_id: str) -> bool:
        """Whether what is said of a rule depends on the place."""
        return bool(self.settings.get(rule_id, _NOTHING).scopes)

    def level(self, rule_id: str, place: Place, today: date) -> Level | None:
        """Level of a rule at a place, or ``None`` where nothing is said. The last scope that holds wins.

        Until its day of enforcement a rule that would block warns.
        """
        setting = self.settings.get(rule_id, _NOTHING)
        level, enforce_from = setting.level, setting.enforce_from
        for scope in setting.scopes:
            if scope.holds(place):
                level = scope.level if scope.level is not None else level
                enforce_from = scope.enforce_from or enforce_from
        if level is not None and enforce_from is not None and today < enforce_from:
            return level.at_most(Level.WARN)
        return level

    def enforce_from(self, rule_id: str, place: Place) -> date | None:
        """Day from which the rule may block at a place."""
        setting = self.settings.get(rule_id, _NOTHING)
        found = setting.enforce_from
        for scope in setting.scopes:
            if scope.holds(place):
                found = scope.enforce_from or found
        return found


def read_policy(text: str) -> RulePolicy:
    """Read the option: a JSON object from rule ids to settings. Raises :class:`InvalidPolicy`."""
    if not text.strip():
        return RulePolicy()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPolicy(f"it is not valid JSON: {error}") from None
    if not isinstance(document, dict):
        raise InvalidPolicy("it must be a JSON object from rule ids to settings")
    return RulePolicy({rule: _setting(rule, value) for rule, value in document.items()})


def _setting(rule: str, value: Any) -> RuleSetting:
    if rule not in RULE_IDS:
        near = get_close_matches(rule, RULE_IDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"rules: {', '.join(RULE_IDS)}"
        raise InvalidPolicy(f"there is no rule {rule!r}; {hint}")
    if isinstance(value, str):
        value = {"level": value}
    _known_keys(rule, value, _SETTING)
    scopes = value.get("scopes", [])
    if not isinstance(scopes, list):
        raise InvalidPolicy(f"{rule}.scopes must be a list of objects")
    options = value.get("options", {})
    if not isinstance(options, dict):
        raise InvalidPolicy(f"{rule}.options must be an object")
    return RuleSetting(
        _level(f"{rule}.level", value.get("level")),
        _day(f"{rule}.enforce_from", value.get("enforce_from")),
        tuple(_scope(f"{rule}.scopes[{index}]", scope) for index, scope in enumerate(scopes)),
        options,
    )


def _scope(place: str, value: Any) -> RuleScope:
    _known_keys(place, value, _SCOPE)
    return RuleScope(
        _level(f"{place}.level", value.get("level")),
        _day(f"{place}.enforce_from", value.get("enforce_from")),
        *(
            _globs(f"{place}.{key}", value.get(key))
            for key in ("dags", "tags", "namespaces", "names", "environments")
        ),
    )


def _known_keys(place: str, value: Any, known: Collection[str]) -> None:
    if not isinstance(value, dict):
        raise InvalidPolicy(f"{place} must be an object with {', '.join(sorted(known))}")
    for key in value:
        if key not in known:
            raise InvalidPolicy(f"{place} has no {key!r}; keys: {', '.join(sorted(known))}")


def _level(place: str, value: Any) -> Level | None:
    if value is None:
        return None
    try:
        return Level(value)
    except ValueError:
        raise InvalidPolicy(f"{place} is {value!r}; it must be one of {', '.join(Level)}") from None


def _day(place: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidPolicy(f"{place} is {value!r}; it must be a day such as 2027-01-31") from None


def _globs(place: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
        raise InvalidPolicy(f"{place} must be a glob or a list of globs")
    return tuple(values)


def _any(globs: Collection[str], values: Collection[str | None]) -> bool:
    return not globs or any(
        value is not None and fnmatchcase(value, glob) for value in values for glob in globs
    )

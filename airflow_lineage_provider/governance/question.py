"""A question as an operator puts it into the mailbox. It comes from a worker, so every field is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS

WIRE_VERSION = 1
MAX_DATASETS = 1000
MAX_DEPTH = 20

_FIELDS = frozenset({"v", "ask", "datasets", "rules", "level", "depth"})
_SHAPES = (frozenset({"namespace", "name"}), frozenset({"uri"}), frozenset({"asset_name"}))


class InvalidQuestion(ValueError):
    """The payload is no question. The message names the field."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to judge, and how strictly."""

    datasets: tuple[Mapping[str, str], ...] | None
    """``{"namespace", "name"}``, ``{"uri"}`` or ``{"asset_name"}`` each; ``None``: what the DAG reads."""
    levels: Mapping[str, Level]
    """Level of the rules that are named."""
    ceiling: Level
    """Most that the asker wants of any rule."""
    depth: int = 1
    """1: what is read directly; more: also what that is made of, so many steps up."""


def read_question(payload: Mapping[str, Any]) -> Question:
    """Read ``{"v": 1, "ask": "validate", "datasets": [...] | null, "rules": {id: level} | null, "level": "warn" | "block"}``.

    ``depth``, a number from 1 to 20, may be left out. A rule that ``rules`` does not name has the level that is
    configured, else that of its severity. Raises :class:`InvalidQuestion`.
    """
    if not isinstance(payload, Mapping):
        raise InvalidQuestion("question must be an object")
    unknown = sorted(str(key) for key in payload if key not in _FIELDS)
    if unknown:
        raise InvalidQuestion(f"question has unknown fields: {', '.join(unknown[:5])}")
    if payload.get("v") != WIRE_VERSION:
        raise InvalidQuestion(f"question.v is {payload.get('v')!r}; this server reads {WIRE_VERSION}")
    if payload.get("ask") != "validate":
        raise InvalidQuestion("question.ask must be 'validate'")
    level = payload.get("level", "block")
    if level not in ("warn", "block"):
        raise InvalidQuestion("question.level must be warn or block")
    return Question(
        _datasets(payload.get("datasets")),
        _levels(payload.get("rules")),
        Level(level),
        _depth(payload.get("depth", 1)),
    )


def _datasets(value: Any) -> tuple[Mapping[str, str], ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value or len(value) > MAX_DATASETS:
        raise InvalidQuestion(f"question.datasets must be null or a list of 1 to {MAX_DATASETS} datasets")
    for index, item in enumerate(value):
        place = f"question.datasets[{index}]"
        if not isinstance(item, Mapping) or frozenset(item) not in _SHAPES:
            raise InvalidQuestion(
                f"{place} must be an object with namespace and name, with uri or with asset_name"
            )
        for key, text in item.items():
            limit = MAX_NAMESPACE if key == "namespace" else MAX_NAME
            if not isinstance(text, str) or not text.strip() or len(text) > limit or "\0" in text:
                raise InvalidQuestion(f"{place}.{key} must be a text of 1 to {limit} characters")
    return tuple(value)


def _levels(value: Any) -> dict[str, Level]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidQuestion("question.rules must be null or an object of rule ids and levels")
    levels = {}
    for rule, level in value.items():
        if rule not in RULE_IDS:
            raise InvalidQuestion(f"question.rules: there is no rule {rule!r}; rules: {', '.join(RULE_IDS)}")
        if level not in list(Level):
            raise InvalidQuestion(f"question.rules.{rule} must be one of {', '.join(Level)}")
        levels[rule] = Level(level)
    return levels


def _depth(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_DEPTH:
        raise InvalidQuestion(f"question.depth must be a number from 1 to {MAX_DEPTH}")
    return value

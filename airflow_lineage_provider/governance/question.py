"""A question as an operator puts it into the mailbox. It comes from a worker, so every field is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.model.wire_limits import MAX_COLUMNS, MAX_OBSERVED, MAX_PART, MAX_TYPE

WIRE_VERSION = 1
MAX_DATASETS = 1000
MAX_DEPTH = 20
MAX_AGE = 366 * 86_400
"""Seconds."""


GATES = ("operator", "task")


class Ask(StrEnum):
    """What a question wants to know."""

    VALIDATE = "validate"
    SCOPE = "scope"
    """Which tables would be judged, and through which connections the DAG's tasks reached tables."""
    FRESHNESS = "freshness"
    """Whether datasets were written lately."""


_FIELDS = {
    Ask.VALIDATE: frozenset({"v", "ask", "datasets", "rules", "level", "depth", "columns", "gate"}),
    Ask.SCOPE: frozenset({"v", "ask", "datasets", "depth"}),
    Ask.FRESHNESS: frozenset({"v", "ask", "datasets", "since", "max_age"}),
}
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
    ask: Ask = Ask.VALIDATE
    columns: Mapping[DatasetId, tuple[Column, ...]] | None = None
    """What the asking task has just read from the databases themselves, by dataset."""
    gate: str = GATES[0]
    """Who asks."""
    since: datetime | None = None
    """Written before is not fresh."""
    max_age: timedelta | None = None


def read_question(payload: Mapping[str, Any]) -> Question:
    """Read ``{"v": 1, "ask": "validate", "datasets": [...] | null, "rules": {id: level} | null, "level": "warn" | "block"}``.

    ``depth``, a number from 1 to 20, may be left out, and so may ``columns``: a list of ``{"namespace", "name",
    "columns": [{"name", "type", "nullable"}]}``, and ``gate``: ``operator`` or ``task``. A rule that ``rules`` does not
    name has the level that is configured, else that of its severity.

    Two other questions are ``{"v": 1, "ask": "scope", "datasets", "depth"}`` and ``{"v": 1, "ask": "freshness",
    "datasets": [...], "since": moment | null, "max_age": seconds | null}``. Raises :class:`InvalidQuestion`.
    """
    if not isinstance(payload, Mapping):
        raise InvalidQuestion("question must be an object")
    if payload.get("v") != WIRE_VERSION:
        raise InvalidQuestion(f"question.v is {payload.get('v')!r}; this server reads {WIRE_VERSION}")
    try:
        ask = Ask(payload.get("ask", ""))
    except ValueError:
        raise InvalidQuestion(f"question.ask must be one of {', '.join(Ask)}") from None
    unknown = sorted(str(key) for key in payload if key not in _FIELDS[ask])
    if unknown:
        raise InvalidQuestion(f"question has unknown fields: {', '.join(unknown[:5])}")
    level = payload.get("level", "block")
    if level not in ("warn", "block"):
        raise InvalidQuestion("question.level must be warn or block")
    question = Question(
        _datasets(payload.get("datasets")),
        _levels(payload.get("rules")),
        Level(level),
        _depth(payload.get("depth", 1)),
        ask,
        _all_columns(payload.get("columns")),
        _gate(payload.get("gate", GATES[0])),
        _moment(payload.get("since")),
        _age(payload.get("max_age")),
    )
    if ask is Ask.FRESHNESS and question.datasets is None:
        raise InvalidQuestion("question.datasets must be named to ask how fresh they are")
    if ask is Ask.FRESHNESS and question.since is None and question.max_age is None:
        raise InvalidQuestion("question.since or question.max_age must say what is fresh")
    return question


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
            _text(text, f"{place}.{key}", MAX_NAMESPACE if key == "namespace" else MAX_NAME)
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


def _gate(value: Any) -> str:
    if value not in GATES:
        raise InvalidQuestion(f"question.gate must be one of {', '.join(GATES)}")
    return str(value)


def _depth(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_DEPTH:
        raise InvalidQuestion(f"question.depth must be a number from 1 to {MAX_DEPTH}")
    return value


def _all_columns(value: Any) -> dict[DatasetId, tuple[Column, ...]] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_OBSERVED:
        raise InvalidQuestion(f"question.columns must be null or a list of at most {MAX_OBSERVED} tables")
    tables: dict[DatasetId, tuple[Column, ...]] = {}
    for index, item in enumerate(value):
        place = f"question.columns[{index}]"
        if not isinstance(item, Mapping) or item.keys() != {"namespace", "name", "columns"}:
            raise InvalidQuestion(f"{place} must be an object with namespace, name and columns")
        namespace = _text(item["namespace"], f"{place}.namespace", MAX_NAMESPACE)
        name = _text(item["name"], f"{place}.name", MAX_NAME)
        columns = item["columns"]
        if not isinstance(columns, list) or not columns or len(columns) > MAX_COLUMNS:
            raise InvalidQuestion(f"{place}.columns must be a list of 1 to {MAX_COLUMNS} columns")
        tables[DatasetId(namespace, name)] = tuple(
            _column(column, f"{place}.columns[{number}]") for number, column in enumerate(columns)
        )
    return tables


def _column(value: Any, place: str) -> Column:
    if not isinstance(value, Mapping) or not {"name"} <= value.keys() <= {"name", "type", "nullable"}:
        raise InvalidQuestion(f"{place} must be an object with name and perhaps type and nullable")
    kind, nullable = value.get("type"), value.get("nullable")
    if nullable is not None and not isinstance(nullable, bool):
        raise InvalidQuestion(f"{place}.nullable must be true, false or null")
    return Column(
        _text(value["name"], f"{place}.name", MAX_PART),
        None if kind is None else _text(kind, f"{place}.type", MAX_TYPE),
        nullable,
    )


def _text(value: Any, place: str, limit: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > limit or "\0" in value:
        raise InvalidQuestion(f"{place} must be a text of 1 to {limit} characters")
    return value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidQuestion("question.since must be a moment with its time zone, as ISO 8601 writes it")
    return moment


def _age(value: Any) -> timedelta | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_AGE:
        raise InvalidQuestion(f"question.max_age must be a number of seconds above 0, at most {MAX_AGE}")
    return timedelta(seconds=value)

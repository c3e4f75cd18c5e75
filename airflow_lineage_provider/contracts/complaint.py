"""What the ODCS schema objects to, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from airflow_lineage_provider.contracts.edition import (
    DROPPED_KEYS,
    LATER_KEYS,
    LATER_TYPES,
    LATER_VALUES,
)
from airflow_lineage_provider.contracts.error import Path

Complaint = tuple[Path, str]

NOT_TEXT = "must be text, not"


def complaints(error: Any, validator: Any) -> Iterator[Complaint]:
    """Paths and messages of a ``jsonschema`` error.

    :param validator: the validator of the whole schema.
    """
    path: Path = tuple(error.absolute_path)
    kind = error.validator
    if kind in ("oneOf", "anyOf"):
        branch = _fitting_branch(error)
        if branch:
            for inner in branch:
                yield from complaints(inner, validator)
        elif fitting := [key for key in _demanded(error.validator_value) if _has(error.instance, key)]:
            yield path, f"has {' and '.join(fitting)}; keep one of them"
        else:
            yield path, _shorten(error.message)
    elif kind in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        # A part that fails elsewhere counts as unevaluated too, so the unknown keys are worked out here.
        known: set[str] = set()
        later: dict[str, str] = {}
        for part in _parts(error.schema, error.instance, validator):
            known.update(part.get("properties", ()))
            later.update(part.get(LATER_KEYS, {}))
        for key in error.instance:
            if key in known:
                continue
            if key in later:
                yield (*path, key), _came_later(later[key])
                continue
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed here: {', '.join(sorted(known))}"
            yield (*path, key), f"unknown key; {hint}"
    elif kind == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        # jsonschema reports one error for each missing key; the message starts with the quoted key.
        for key in missing:
            if error.message.startswith(repr(key)):
                dropped = error.schema.get(DROPPED_KEYS, {}).get(key)
                since = f"; it is required before {dropped}" if dropped else ""
                yield (*path, key), f"is missing; add it{_such_as(error.schema, key)}{since}"
    elif kind == "not" and (keys := error.validator_value.get("required")):
        for key in keys:
            yield (*path, key), "has no place here; remove it"
    elif kind == "type":
        taken = error.schema.get(LATER_TYPES, {}).get(_json_type(error.instance))
        since = f"; {_NAMES[_json_type(error.instance)]} {_came_later(taken, 'change it')}" if taken else ""
        yield path, f"must be {_words(error.validator_value)}, not {_kind(error.instance)}{since}"
    elif (
        kind == "enum"
        and isinstance(error.instance, str)
        and error.instance in error.schema.get(LATER_VALUES, ())
    ):
        listed = ", ".join(map(str, error.validator_value))
        came = _came_later(error.schema[LATER_VALUES][error.instance], f"use one of {listed}")
        yield path, f"is {error.instance!r}, which {came}"
    elif kind in ("enum", "const"):
        allowed = error.validator_value if kind == "enum" else [error.validator_value]
        near = get_close_matches(str(error.instance), [str(choice) for choice in allowed], n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        yield (
            path,
            f"is {_shorten(repr(error.instance))}; {hint}allowed: {', '.join(str(word) for word in allowed)}",
        )
    else:
        yield path, _shorten(error.message)


def _fitting_branch(error: Any) -> list[Any]:
    """The errors of the alternative that the value was meant to be: one of its type, with the fewest errors."""
    branches: dict[Any, list[Any]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [
        errors
        for errors in branches.values()
        if not any(inner.validator == "type" and not inner.path for inner in errors)
    ]

    def distance(errors: list[Any]) -> tuple[int, bool]:
        # A branch whose keys are there was meant, rather than one whose keys are not.
        return len(errors), any(inner.validator == "required" for inner in errors)

    return min(fitting, key=distance, default=[])


def _demanded(alternatives: Any) -> Iterator[str]:
    """Keys that alternatives of a mapping differ by."""
    for alternative in alternatives:
        yield from alternative.get("required", ())


def _has(instance: Any, key: str) -> bool:
    return isinstance(instance, dict) and key in instance


def _such_as(schema: dict[str, Any], key: str) -> str:
    examples = schema.get("properties", {}).get(key, {}).get("examples", ())
    return f", such as {', '.join(map(str, examples))}" if examples else ""


def _parts(schema: Any, instance: Any, validator: Any) -> Iterator[dict[str, Any]]:
    """The parts of a schema that say which keys a mapping may have."""
    if not isinstance(schema, dict):
        return
    yield schema
    if "$ref" in schema:
        target: Any = validator.schema
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        yield from _parts(target, instance, validator)
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(keyword, ()):
            yield from _parts(part, instance, validator)
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(instance)
        yield from _parts(schema.get("then" if holds else "else"), instance, validator)


def _came_later(version: str, otherwise: str = "remove it") -> str:
    return f"came with {version}; set apiVersion: {version} or {otherwise}"


_NAMES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}


def _words(types: str | list[str]) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(_NAMES.get(name, name) for name in names)


def _json_type(value: Any) -> str:
    kinds: dict[type, str] = {str: "string", dict: "object", list: "array"}
    return kinds.get(type(value), "")


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"the number {value}"
    kinds: dict[type, str] = {str: "text", list: "a list", dict: "a mapping"}
    return kinds.get(type(value), "something else")


def _shorten(message: str, limit: int = 300) -> str:
    return message if len(message) <= limit else f"{message[: limit - 3]}..."

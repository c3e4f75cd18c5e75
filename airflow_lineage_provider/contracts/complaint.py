"""What the ODCS schema objects to, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

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
        else:
            yield path, _shorten(error.message)
    elif kind in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        # A part that fails elsewhere counts as unevaluated too, so the unknown keys are worked out here.
        known = set(_known_keys(error.schema, error.instance, validator))
        for key in error.instance:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"allowed here: {', '.join(sorted(known))}"
                yield (*path, key), f"unknown key; {hint}"
    elif kind == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        # jsonschema reports one error for each missing key; the message starts with the quoted key.
        for key in missing:
            if error.message.startswith(repr(key)):
                yield (*path, key), "is missing; add it"
    elif kind == "type":
        yield path, f"must be {_words(error.validator_value)}, not {_kind(error.instance)}"
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
    return min(fitting, key=len, default=[])


def _known_keys(schema: Any, instance: Any, validator: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        target: Any = validator.schema
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        yield from _known_keys(target, instance, validator)
    yield from schema.get("properties", ())
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(keyword, ()):
            yield from _known_keys(part, instance, validator)
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(instance)
        yield from _known_keys(schema.get("then" if holds else "else"), instance, validator)


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

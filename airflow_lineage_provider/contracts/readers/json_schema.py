"""Columns out of a JSON Schema of any draft. References are followed within what was given; nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.contracts.error import Path
from airflow_lineage_provider.contracts.readers.draft import MAX_COLUMNS, MAX_DEPTH, MAX_STEPS, Column
from airflow_lineage_provider.contracts.readers.loose import items, mapping, storable, text
from airflow_lineage_provider.contracts.readers.schema_trouble import SchemaTrouble

_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}
_FORMATS = {"date": "date", "date-time": "timestamp", "time": "time"}
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
_HINTS = ("$schema", "$defs", "definitions", "properties", "$ref", "allOf")


def is_json_schema(data: Any) -> bool:
    """Whether a JSON value looks like the JSON Schema of an object."""
    if not isinstance(data, dict):
        return False
    return isinstance(data.get("properties"), dict) or (
        isinstance(data.get("$schema"), str) and any(key in data for key in _HINTS[1:])
    )


def columns_of_json_schema(schema: Any, others: Mapping[str, Any] | None = None) -> list[Column]:
    """Properties of ODCS.

    :param others: schemas by the names that ``$ref`` may have, of a registry.
    :raises SchemaTrouble: where the top level is no object, or a reference leads out of what was given.
    """
    reader = _Reader(schema, others or {})
    whole = reader.resolved(schema, (), 0)
    columns = reader.columns(whole, (), 0)
    if not columns:
        raise SchemaTrouble((), "describes no object with properties")
    return columns


class _Reader:
    def __init__(self, root: Any, others: Mapping[str, Any]) -> None:
        self._root = root
        self._others = others
        self._count = 0
        self._steps = 0

    def resolved(self, schema: Any, path: Path, depth: int) -> Mapping[str, Any]:
        """A schema with its references followed and its parts put together."""
        if depth > MAX_DEPTH:
            raise SchemaTrouble(path, f"is nested more than {MAX_DEPTH} deep, or refers to itself")
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise SchemaTrouble(path, "refers to its parts too often")
        found = dict(mapping(schema))
        reference = found.pop("$ref", None)
        if isinstance(reference, str):
            target = self.resolved(self._target(reference, path), (*path, "$ref"), depth + 1)
            found = {**target, **found}
        for part in items(found.pop("allOf", None)):
            other = self.resolved(part, (*path, "allOf"), depth + 1)
            own = mapping(found.get("properties"))
            properties = {
                **own,
                **{k: v for k, v in mapping(other.get("properties")).items() if k not in own},
            }
            required = [*items(other.get("required")), *items(found.get("required"))]
            found = {**other, **found, "properties": properties, "required": required}
        return found

    def columns(self, schema: Mapping[str, Any], path: Path, depth: int) -> list[Column]:
        """Columns of a resolved schema."""
        required = [key for key in items(schema.get("required")) if isinstance(key, str)]
        columns: dict[str, Column] = {}
        for key, value in mapping(schema.get("properties")).items():
            name = text(key)
            if name is None:
                raise SchemaTrouble((*path, "properties", key), "has no name")
            self._count += 1
            if self._count > MAX_COLUMNS:
                raise SchemaTrouble(path, f"holds more than {MAX_COLUMNS} columns")
            column, is_nullable = self._column(value, (*path, "properties", key), depth + 1)
            if key in required and not is_nullable:
                column["required"] = True
            columns.setdefault(name, {"name": name, **column})
        return list(columns.values())

    def _column(self, written: Any, path: Path, depth: int) -> tuple[Column, bool]:
        schema = self.resolved(written, path, depth)
        column: Column = {}
        if description := text(schema.get("description")) or text(schema.get("title")):
            column["description"] = description
        values = items(schema.get("enum"))
        kinds, is_nullable = _kinds(schema)
        is_nullable = is_nullable or None in values
        for word in ("oneOf", "anyOf"):
            branches = [self.resolved(part, (*path, word), depth + 1) for part in items(schema.get(word))]
            real = [part for part in branches if _kinds(part) != ([], True)]
            is_nullable = is_nullable or len(real) < len(branches)
            if len(real) == 1 and not kinds:
                inner, inner_nullable = self._column(real[0], (*path, word), depth + 1)
                return {**inner, **column}, is_nullable or inner_nullable
        if not kinds and isinstance(schema.get("properties"), dict):
            kinds = ["object"]
        if len(kinds) == 1 and kinds[0] in _TYPES:
            self._shape(column, kinds[0], schema, path, depth)
        known = [value for value in values if value is not None]
        if known and storable(known):
            column["quality"] = [allowed_values(known)]
        return column, is_nullable

    def _shape(self, column: Column, kind: str, schema: Mapping[str, Any], path: Path, depth: int) -> None:
        form = schema.get("format")
        logical = _FORMATS.get(form, "string") if kind == "string" and isinstance(form, str) else _TYPES[kind]
        column["logicalType"] = logical
        if options := _options(logical, schema):
            column["logicalTypeOptions"] = options
        if logical == "object" and (inner := self.columns(schema, path, depth)):
            column["properties"] = inner
        if logical == "array" and isinstance(schema.get("items"), dict):
            item, _ = self._column(schema["items"], (*path, "items"), depth + 1)
            if item:
                column["items"] = item

    def _target(self, reference: str, path: Path) -> Any:
        name, _, pointer = reference.partition("#")
        own = (text(mapping(self._root).get("$id")) or "").partition("#")[0]
        if not name or name == own:
            target = self._root
        elif name in self._others:
            target = self._others[name]
        else:
            raise SchemaTrouble(
                path, f"refers to {name[:200]}, which is not in this file; nothing is fetched"
            )
        for step in pointer.removeprefix("/").split("/") if pointer else ():
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(target, dict) and key in target:
                target = target[key]
            else:
                raise SchemaTrouble(path, f"refers to {reference[:200]}, which is not there")
        return target


def allowed_values(values: list[Any]) -> dict[str, Any]:
    """The rule that a column has no other values."""
    return {"type": "library", "metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": values}}


def _kinds(schema: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Types but null, and whether null is one."""
    written = schema.get("type")
    kinds = [kind for kind in (written if isinstance(written, list) else [written]) if isinstance(kind, str)]
    return [kind for kind in kinds if kind != "null"], "null" in kinds


def _options(logical: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if logical in ("integer", "number"):
        for key in _BOUNDS:
            value = schema.get(key)
            if _is_number(value) and (key != "multipleOf" or float(value or 0) > 0):
                options[key] = value
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            # Draft 4 had a flag beside the bound.
            if schema.get(word) is True and bound in options:
                options[word] = options.pop(bound)
    for key in _COUNTS.get(logical, ()):
        value = schema.get(key)
        if type(value) is int and 0 <= value < 2**63:
            options[key] = value
    if logical == "string" and (pattern := text(schema.get("pattern"))):
        options["pattern"] = pattern
    return options


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and storable(value)

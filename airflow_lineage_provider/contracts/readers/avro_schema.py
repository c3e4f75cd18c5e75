"""Columns out of an Avro schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.error import Path
from airflow_lineage_provider.contracts.readers.draft import MAX_COLUMNS, MAX_DEPTH, MAX_STEPS, Column
from airflow_lineage_provider.contracts.readers.json_schema import allowed_values
from airflow_lineage_provider.contracts.readers.loose import items, mapping, text
from airflow_lineage_provider.contracts.readers.schema_trouble import SchemaTrouble

_PRIMITIVES: dict[str, Column] = {
    "boolean": {"logicalType": "boolean"},
    "int": {"logicalType": "integer", "logicalTypeOptions": {"format": "i32"}},
    "long": {"logicalType": "integer", "logicalTypeOptions": {"format": "i64"}},
    "float": {"logicalType": "number", "logicalTypeOptions": {"format": "f32"}},
    "double": {"logicalType": "number", "logicalTypeOptions": {"format": "f64"}},
    "string": {"logicalType": "string"},
    "bytes": {"physicalType": "bytes"},
    "null": {},
}
_LOGICAL: dict[str, Column] = {
    "date": {"logicalType": "date"},
    "time-millis": {"logicalType": "time"},
    "time-micros": {"logicalType": "time"},
    "timestamp-millis": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}},
    "timestamp-micros": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}},
    "timestamp-nanos": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}},
    "local-timestamp-millis": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": False}},
    "local-timestamp-micros": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": False}},
    "local-timestamp-nanos": {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": False}},
    "uuid": {"logicalType": "string", "physicalType": "uuid"},
}
_NAMED = ("record", "error", "enum", "fixed")

Names = dict[str, tuple[Mapping[str, Any], str]]
"""Full name to a named type and its namespace."""


def is_avro_schema(data: Any) -> bool:
    """Whether a JSON value looks like the Avro schema of a record."""
    return (
        isinstance(data, dict)
        and data.get("type") in ("record", "error")
        and isinstance(data.get("fields"), list)
    )


def columns_of_avro_schema(schema: Any, others: Names | None = None) -> list[Column]:
    """Properties of ODCS: the fields of a record.

    :param others: named types that other schemas of a registry define.
    :raises SchemaTrouble: where the top level is no record, or a type is not defined.
    """
    if not is_avro_schema(schema):
        raise SchemaTrouble((), "is no record with fields")
    names = {**(others or {}), **named_types(schema)}
    return _Reader(names).fields(schema, _namespace(schema, ""), (), 0)


def named_types(schema: Any) -> Names:
    """Named types that a schema defines."""
    return dict(_named(schema, "", 0))


def _named(schema: Any, namespace: str, depth: int) -> Iterator[tuple[str, tuple[Mapping[str, Any], str]]]:
    if depth > 2 * MAX_DEPTH:
        return
    for part in items(schema):
        yield from _named(part, namespace, depth + 1)
    found = mapping(schema)
    if not found:
        return
    kind = found.get("type")
    if isinstance(kind, dict | list):
        yield from _named(kind, namespace, depth + 1)
    if kind in ("record", "error", "enum", "fixed") and (name := text(found.get("name"))):
        namespace = _namespace(found, namespace)
        yield _full(name, namespace), (found, namespace)
    for field in items(found.get("fields")):
        yield from _named(mapping(field).get("type"), namespace, depth + 1)
    for key in ("items", "values"):
        yield from _named(found.get(key), namespace, depth + 1)


def _namespace(schema: Mapping[str, Any], outer: str) -> str:
    """The namespace that names inside of a named type are looked up in."""
    name = text(schema.get("name")) or ""
    if "." in name:
        return name.rpartition(".")[0]
    given = schema.get("namespace")
    return given.strip() if isinstance(given, str) else outer


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


class _Reader:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._open: list[int] = []
        self._count = 0
        self._steps = 0

    def fields(self, record: Mapping[str, Any], namespace: str, path: Path, depth: int) -> list[Column]:
        """Columns of a record."""
        self._open.append(id(record))
        columns: dict[str, Column] = {}
        for index, value in enumerate(items(record.get("fields"))):
            field, at = mapping(value), (*path, "fields", index)
            name = text(field.get("name"))
            if name is None:
                raise SchemaTrouble(at, "has no name")
            self._count += 1
            if self._count > MAX_COLUMNS:
                raise SchemaTrouble(path, f"holds more than {MAX_COLUMNS} columns")
            if "type" not in field:
                raise SchemaTrouble(at, f"field {name!r} has no type")
            column, is_nullable = self._type(field["type"], namespace, (*at, "type"), depth + 1)
            if description := text(field.get("doc")):
                column["description"] = description
            if not is_nullable:
                column["required"] = True
            if name in columns:
                raise SchemaTrouble((*at, "name"), f"field {name!r} stands here twice")
            columns[name] = {"name": name, **column}
        self._open.pop()
        return list(columns.values())

    def _type(self, written: Any, namespace: str, path: Path, depth: int) -> tuple[Column, bool]:
        """A type without a name, and whether it takes null."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise SchemaTrouble(path, "refers to its parts too often")
        if depth > MAX_DEPTH:
            raise SchemaTrouble(path, f"is nested more than {MAX_DEPTH} deep")
        if isinstance(written, list):
            return self._union(written, namespace, path, depth)
        schema = mapping(written)
        kind = schema.get("type") if schema else written
        if isinstance(kind, dict | list):
            return self._type(kind, namespace, (*path, "type"), depth + 1)
        if not isinstance(kind, str):
            raise SchemaTrouble(path, "is no type of Avro")
        if schema and kind in _NAMED:
            return self._named_type(schema, _namespace(schema, namespace), path, depth), False
        if kind in ("array", "map"):
            return self._collection(kind, schema, namespace, path, depth), False
        if kind in _PRIMITIVES:
            return _primitive(kind, schema), kind == "null"
        found = self._names.get(_full(kind, namespace)) or self._names.get(kind)
        if found is None:
            raise SchemaTrouble(path, f"names the type {kind[:200]!r}, which is not defined in this file")
        return self._named_type(found[0], found[1], path, depth), False

    def _union(self, branches: list[Any], namespace: str, path: Path, depth: int) -> tuple[Column, bool]:
        real = [
            (index, branch)
            for index, branch in enumerate(branches)
            if branch not in ("null", {"type": "null"})
        ]
        read = [self._type(branch, namespace, (*path, index), depth + 1)[0] for index, branch in real]
        # Values of several types have no one type that a contract could promise.
        return read[0] if len(read) == 1 else {}, len(real) < len(branches)

    def _named_type(self, schema: Mapping[str, Any], namespace: str, path: Path, depth: int) -> Column:
        kind = schema.get("type")
        column: Column = {}
        if description := text(schema.get("doc")):
            column["description"] = description
        if kind == "enum":
            symbols = [symbol for item in items(schema.get("symbols")) if (symbol := text(item))]
            column["logicalType"] = "string"
            if symbols:
                column["quality"] = [allowed_values(list(symbols))]
        elif kind == "fixed":
            column |= _primitive("bytes", schema)
        elif id(schema) in self._open:
            # A record within itself, such as a tree: its inside was told above.
            column["logicalType"] = "object"
        else:
            column["logicalType"] = "object"
            if inner := self.fields(schema, namespace, path, depth):
                column["properties"] = inner
        return column

    def _collection(
        self, kind: str, schema: Mapping[str, Any], namespace: str, path: Path, depth: int
    ) -> Column:
        key = "items" if kind == "array" else "values"
        if key not in schema:
            raise SchemaTrouble(path, f"is {'an array' if kind == 'array' else 'a map'} without {key}")
        item, _ = self._type(schema[key], namespace, (*path, key), depth + 1)
        if kind == "map":
            # ODCS has maps since 3.2 only; what is known here is that it is no scalar.
            return {"logicalType": "object", "physicalType": "map"}
        return {"logicalType": "array", "items": item} if item else {"logicalType": "array"}


def _primitive(kind: str, schema: Mapping[str, Any]) -> Column:
    logical = schema.get("logicalType")
    if logical == "decimal" and kind == "bytes":
        precision, scale = schema.get("precision"), schema.get("scale", 0)
        if type(precision) is int and type(scale) is int and 0 <= scale <= precision <= 1000:
            return {"logicalType": "number", "physicalType": f"decimal({precision},{scale})"}
    found = _LOGICAL.get(logical) if isinstance(logical, str) else None
    return {
        key: dict(value) if isinstance(value, dict) else value
        for key, value in (found or _PRIMITIVES[kind]).items()
    }

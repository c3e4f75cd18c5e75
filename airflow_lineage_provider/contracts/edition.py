"""The ODCS schema of each edition, worked out from the newest one by what came when.

The installed package ships one schema. It reads every 3.x, and so lets keys and values pass that the contract's own
edition does not have, and misses what that edition demands. Listed here is what changed; nothing else did.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

Edition = tuple[int, int]
Schema = dict[str, Any]

LATER_KEYS = "x-later-keys"
"""Beside ``properties``: keys that came later, and with which version."""
LATER_VALUES = "x-later-values"
"""Beside ``enum``: values that came later."""
LATER_TYPES = "x-later-types"
"""Beside ``type``: JSON types that were taken later."""
DROPPED_KEYS = "x-dropped-keys"
"""Beside ``required``: keys that a later version demands no more."""
_Facts = Mapping[Edition, Mapping[str, tuple[str, ...]]]
# Places are definitions of the schema, with a path inside; "" is the contract itself and * any definition there.

_KEYS: _Facts = {
    (3, 2): {
        "": ("context",),
        "SchemaObject": ("context",),
        "SchemaElement": ("deprecated", "synonyms"),
        "SchemaBaseProperty": ("enum", "map", "semanticType"),
        "CustomProperty": ("vendor",),
        "RelationshipBase": ("id",),
        "ServiceLevelAgreementProperty": ("authoritativeDefinitions", "customProperties"),
        "ServerSource/*": ("encoding",),
        "ServerSource/AthenaServer": ("workgroup",),
    },
    (3, 1): {
        "SchemaObject": ("relationships",),
        "SchemaElement": ("id",),
        "SchemaBaseProperty": ("relationships",),
        "DataQuality": ("id",),
        "DataQualityLibrary": ("arguments", "metric"),
        "Server": ("id",),
        "ServerSource/CustomServer": ("stream",),
        "Role": ("id",),
        "Pricing": ("id",),
        "SupportItem": ("customProperties", "id"),
        "TeamMember": ("authoritativeDefinitions", "customProperties", "id", "tags"),
        "AuthoritativeDefinitions/items": ("description", "id"),
        "CustomProperty": ("description", "id"),
        "ServiceLevelAgreementProperty": ("description", "id", "schedule", "scheduler"),
    },
}

_VALUES: _Facts = {
    (3, 2): {
        "SchemaBaseProperty/properties/logicalType": ("map", "vector"),
        "Server/properties/type": (
            "btrieve", "exasol", "fastobjects", "hana", "iceberg", "ingres", "poet", "teradata", "vectorwise", "versant",
        ),
    },
    (3, 1): {
        "SchemaBaseProperty/properties/logicalType": ("time", "timestamp"),
        "Server/properties/type": ("hive", "impala", "zen"),
    },
}  # fmt: skip

_DEMANDED_UNTIL: _Facts = {
    (3, 2): {"": ("status",), "ServerSource/AthenaServer": ("stagingDir",)},
    (3, 1): {"DataQualityLibrary": ("rule",), "SupportItem": ("url",)},
}

_DEMANDED_SINCE: _Facts = {
    (3, 1): {"CustomProperty": ("property", "value"), "DataQualityLibrary": ("metric",), "TeamMember": ("username",)},
}  # fmt: skip

_FILE_SERVERS = ("AzureServer", "S3Server", "SftpServer")


def edition_of(api_version: str) -> Edition:
    """Major and minor number of ``v3.1.0``: patches of the standard changed texts only."""
    major, minor = api_version.removeprefix("v").split(".")[:2]
    return int(major), int(minor)


@lru_cache(maxsize=1)
def newest_schema() -> Schema:
    """What the installed package ships. Not to be changed."""
    # Not OpenDataContractStandard.json_schema(): it reads this file in a way that Python deprecates.
    schema: Schema = json.loads(
        files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    )
    _guard_conditions(schema)
    return schema


@lru_cache(maxsize=8)
def schema_of(edition: Edition) -> Schema:
    """The schema of an edition, with notes on what came later under this module's keys. Not to be changed."""
    schema = copy.deepcopy(newest_schema())
    for since in sorted({*_KEYS, *_VALUES, *_DEMANDED_UNTIL, *_DEMANDED_SINCE}, reverse=True):
        if since > edition:
            _take_back(schema, since)
    if edition < (3, 2):
        _before_3_2(schema)
    if edition < (3, 1):
        _before_3_1(schema)
    return schema


def _guard_conditions(schema: Schema) -> None:
    """Repair the 3.2.0 schema as later editions do.

    ``if logicalType is map`` also holds where there is no logicalType, and then demands a ``map`` of every column
    that has a physicalType only: bitol-io/open-data-contract-standard#322.
    """
    for branch in schema.get("$defs", {}).get("SchemaBaseProperty", {}).get("allOf", ()):
        condition = branch.get("if", {})
        if "logicalType" in condition.get("properties", {}) and "required" in branch.get("then", {}):
            condition.setdefault("required", ["logicalType"])


def _take_back(schema: Schema, since: Edition) -> None:
    version = f"v{since[0]}.{since[1]}.0"
    for place, keys in _found(schema, _KEYS.get(since, {})):
        for key in keys:
            if "properties" in place:
                place["properties"].pop(key, None)
                place.setdefault(LATER_KEYS, {})[key] = version
    for place, values in _found(schema, _VALUES.get(since, {})):
        place["enum"] = [value for value in place["enum"] if value not in values]
        place.setdefault(LATER_VALUES, {}).update(dict.fromkeys(values, version))
    for place, keys in _found(schema, _DEMANDED_UNTIL.get(since, {})):
        place["required"] = list(dict.fromkeys([*place.get("required", ()), *keys]))
        place.setdefault(DROPPED_KEYS, {}).update(dict.fromkeys(keys, version))
    for place, keys in _found(schema, _DEMANDED_SINCE.get(since, {})):
        place["required"] = [key for key in place.get("required", ()) if key not in keys]
    # A branch for a value that is gone still speaks up where there is no logicalType at all.
    base = _at(schema, "SchemaBaseProperty") or {}
    gone = set(_VALUES.get(since, {}).get("SchemaBaseProperty/properties/logicalType", ()))
    base["allOf"] = [part for part in base.get("allOf", ()) if not gone & set(_constants(part.get("if")))]


def _before_3_2(schema: Schema) -> None:
    # A port was a number: ${DB_PORT} came later.
    _replace(schema, "Port", {"type": "integer", LATER_TYPES: {"string": "v3.2.0"}})
    _replace(schema, "ShorthandReference", {"pattern": r"^[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*$"})
    reference = _at(schema, "FullyQualifiedReference")
    if reference is not None:
        reference["pattern"] = reference["pattern"].replace("ya?ml", "yaml")


def _before_3_1(schema: Schema) -> None:
    team = schema["properties"]["team"]
    members = next(branch for branch in team.pop("oneOf") if branch.get("type") == "array")
    team.update(members, **{LATER_TYPES: {"object": "v3.1.0"}})
    quality = _at(schema, "DataQuality")
    operators = _at(schema, "DataQualityOperators")
    if quality is not None and operators is not None:
        # Also without a type, which was library then. How many operators a rule has, nobody counted.
        quality["allOf"][0]["if"] = {"properties": {"type": {"const": "library"}}}
        for branch in operators.pop("oneOf"):
            operators.setdefault("properties", {}).update(branch["properties"])
    for branch in (_at(schema, "SchemaBaseProperty") or {}).get("allOf", ()):
        options = (
            branch.get("then", {}).get("properties", {}).get("logicalTypeOptions", {}).get("properties", {})
        )
        for bound in ("exclusiveMaximum", "exclusiveMinimum"):
            if bound in options:
                options[bound] = {"type": "boolean"}
    for server in _FILE_SERVERS:
        _replace(
            schema, f"ServerSource/{server}/properties/format", {"enum": ["parquet", "delta", "json", "csv"]}
        )
        _replace(schema, f"ServerSource/{server}/properties/delimiter", {"enum": ["new_line", "array"]})


def _replace(schema: Schema, place: str, values: Schema) -> None:
    found = _at(schema, place)
    if found is not None:
        found.update(values)


def _found(schema: Schema, facts: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Schema, tuple[str, ...]]]:
    """Places of facts that this schema has: an older package has no place for what is newer than itself."""
    for name, what in facts.items():
        if name.endswith("/*"):
            parent = _at(schema, name.removesuffix("/*")) or {}
            for child in parent.values():
                if set(what) & set(child.get("properties", ())):
                    yield child, what
        elif (place := _at(schema, name)) is not None:
            yield place, what


def _at(schema: Schema, place: str) -> Schema | None:
    found: Any = schema["$defs"] if place else schema
    for step in re.findall(r"[^/]+", place):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _constants(condition: Any) -> Iterable[str]:
    """Values of logicalType that an ``if`` asks for."""
    if not isinstance(condition, dict):
        return
    constant = condition.get("properties", {}).get("logicalType", {}).get("const")
    if constant is not None:
        yield constant
    for part in condition.get("anyOf", ()):
        yield from _constants(part)

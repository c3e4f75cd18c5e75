"""Whether an event is what the OpenLineage standard says: by the client's classes, and by the official JSON schemas.

The schemas are not ours to copy. Where ``OPENLINEAGE_SPEC`` names the ``spec`` folder of a checkout, they are used: of
the tag that the installed client is of, because its facets name the versions of that tag. A schema that is not there in
the version that an event names is a failure.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import types
import typing
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import attr
import openlineage.client.generated
from jsonschema import Draft202012Validator, FormatChecker
from openlineage.client.event_v2 import DatasetEvent, JobEvent, RunEvent
from openlineage.client.generated.base import BaseFacet
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource

from airflow_lineage_provider.store.outgoing import facets as ours

OURS = Path(__file__).parent.parent / "docs" / "facets" / "1-0-0"
_CORE = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
_FACETS = ("facets", "inputFacets", "outputFacets")
_EVENTS = {"RunEvent": RunEvent, "JobEvent": JobEvent, "DatasetEvent": DatasetEvent}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_FORMATS = FormatChecker()


# The library checks these two only where packages are installed that nothing else here needs.
@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or _URI.fullmatch(value) is not None


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return _DATE_TIME.fullmatch(value) is not None and bool(datetime.fromisoformat(value[:19].upper()))


def assert_valid(event: dict[str, Any]) -> None:
    """Fail where an event is no valid OpenLineage 2.0.2 event of the kind it says it is, with valid facets."""
    schema, _, kind = event["schemaURL"].partition("#/$defs/")
    assert schema == _CORE
    _read(_EVENTS[kind], event, "event")
    for path, facet in _facets(event):
        made_of = _facet_classes().get(facet["_schemaURL"])
        assert made_of is not None, f"{path}: nobody knows {facet['_schemaURL']}"
        _read(made_of, facet, path)
        if facet["_schemaURL"].startswith(ours.SITE) or _spec():
            _validate(facet["_schemaURL"], facet)
    if _spec():
        _validate(f"{_CORE}#/$defs/{kind}", event)
        # The whole document: an event is of one kind only.
        _validate(_CORE, event)


def _facets(event: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    places = {part: event[part] for part in ("run", "job", "dataset") if part in event}
    for side in ("inputs", "outputs"):
        places |= {f"{side} {dataset['name']}": dataset for dataset in event.get(side, ())}
    for place, thing in places.items():
        for group in _FACETS:
            for name, facet in (thing.get(group) or {}).items():
                assert facet["_producer"], f"{place} {name}"
                yield f"{place} {name}", facet


@cache
def _facet_classes() -> dict[str, Any]:
    found = {}
    modules = [ours]
    for module in pkgutil.iter_modules(openlineage.client.generated.__path__):
        modules.append(importlib.import_module(f"openlineage.client.generated.{module.name}"))
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, BaseFacet):
                found[value._get_schema()] = value
    return found


def _read(kind: Any, value: Any, path: str) -> None:
    """Fail where a JSON value is not of the type that a class of the client declares, with nothing left over."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return
        [only] = [argument for argument in arguments if argument is not type(None)]
        _read(only, value, path)
    elif origin is list:
        assert isinstance(value, list), path
        for number, item in enumerate(value):
            _read(arguments[0], item, f"{path}[{number}]")
    elif origin is dict:
        assert isinstance(value, dict), path
        for name, item in value.items():
            if not (isinstance(arguments[1], type) and issubclass(arguments[1], BaseFacet)):
                _read(arguments[1], item, f"{path}.{name}")
    elif isinstance(kind, type) and issubclass(kind, Enum):
        assert value in {member.value for member in kind}, path
    elif attr.has(kind):
        assert isinstance(value, dict), path
        hints = typing.get_type_hints(kind)
        fields = {field.name: field for field in attr.fields(kind)}
        assert value.keys() <= fields.keys(), f"{path}: {sorted(value.keys() - fields.keys())}"
        for name, field in fields.items():
            if field.default is attr.NOTHING and type(None) not in typing.get_args(hints[name]):
                assert name in value, f"{path}.{name} is missing"
            if name in value:
                _read(hints[name], value[name], f"{path}.{name}")
    else:
        assert type(value) is kind or (kind is float and type(value) is int), f"{path}: {value!r}"


def _spec() -> str:
    """The folder of the official schemas, or nothing."""
    return os.environ.get("OPENLINEAGE_SPEC", "")


def _validate(url: str, value: Any) -> None:
    schema, _, _ = url.partition("#")
    assert schema in _schemas(_spec()), f"{schema} is not among the schemas of {_spec() or OURS}"
    validator = Draft202012Validator(
        {"$ref": url},
        registry=Registry(retrieve=_schema_of),  # type: ignore[call-arg]
        format_checker=_FORMATS,
    )
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not problems, problems


@cache
def _schemas(spec: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    folders = [OURS]
    if spec:
        folders += [Path(spec), Path(spec) / "facets"]
    else:
        # Without the official text, what our own schemas build on is anything.
        anything = {"$defs": {name: {} for name in ("RunFacet", "DatasetFacet", "OutputDatasetFacet")}}
        found[_CORE] = {"$id": _CORE, **anything}
    for folder in folders:
        for file in folder.glob("*.json"):
            document = json.loads(file.read_text())
            if "$id" in document:
                found[document["$id"]] = document
    return found


def _schema_of(uri: str) -> Resource[Any]:
    try:
        document = _schemas(_spec())[uri]
    except KeyError:
        raise NoSuchResource(ref=uri) from None
    return Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **document})

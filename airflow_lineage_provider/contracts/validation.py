"""A contract against the official ODCS JSON schema, with messages a person can act on."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

from airflow_lineage_provider.contracts.complaint import NOT_TEXT, Complaint, complaints
from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import Path, Problem
from airflow_lineage_provider.model.canonical import content_hash

_MAX_CACHED = 1000
_cache: OrderedDict[str, tuple[Complaint, ...]] = OrderedDict()
_cache_lock = Lock()


def problems(document: Document) -> list[Problem]:
    """Everything the schema has to say, in the order of the file. Validating is slow, so results are cached by content."""
    refused = _api_version(document)
    if refused is not None:
        return [refused]
    key = content_hash(document.data)
    with _cache_lock:
        known = _cache.get(key)
    if known is None:
        known = tuple(_complaints(document.data))
        with _cache_lock:
            _cache[key] = known
            while len(_cache) > _MAX_CACHED:
                _cache.popitem(last=False)
    found = [
        document.problem(path, _quote_hint(document, path, message)) for path, message in dict.fromkeys(known)
    ]
    return sorted(found, key=lambda problem: (problem.line or 0, str(problem.path)))


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft201909Validator

    # Not OpenDataContractStandard.json_schema(): it reads this file in a way that Python deprecates.
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    _guard_conditions(schema)
    return Draft201909Validator(schema)


def _guard_conditions(schema: dict[str, Any]) -> None:
    """Repair the 3.2.0 schema as later editions do.

    ``if logicalType is map`` also holds where there is no logicalType, and then demands a ``map`` of every column
    that has a physicalType only: bitol-io/open-data-contract-standard#322.
    """
    for branch in schema.get("$defs", {}).get("SchemaBaseProperty", {}).get("allOf", ()):
        condition = branch.get("if", {})
        if "logicalType" in condition.get("properties", {}) and "required" in branch.get("then", {}):
            condition.setdefault("required", ["logicalType"])


def supported_versions() -> tuple[str, ...]:
    """Values of ``apiVersion`` that can be read, newest first."""
    listed = _validator().schema["properties"]["apiVersion"]["enum"]
    return tuple(version for version in listed if version.startswith("v3."))


def _api_version(document: Document) -> Problem | None:
    version = document.data.get("apiVersion")
    supported = supported_versions()
    if version in supported:
        return None
    known = ", ".join(supported)
    if "apiVersion" not in document.data:
        return document.problem(("apiVersion",), f"is missing; add one of {known}")
    if isinstance(version, str) and f"v{version}" in supported:
        return document.problem(("apiVersion",), f"is {version!r}; write v{version}")
    if isinstance(version, str) and version.startswith("v3."):
        what = "is newer than what the installed open-data-contract-standard package knows; upgrade it or use one of"
    else:
        what = "is no version of ODCS that can be read; move the contract to one of"
    return document.problem(("apiVersion",), f"is {version!r}, which {what} {known}")


def _complaints(data: dict[str, Any]) -> Iterator[Complaint]:
    validator = _validator()
    errors = list(validator.iter_errors(data))
    said = [complaint for error in errors for complaint in complaints(error, validator)]
    # Errors that only follow from others are left out above; a contract is refused all the same if nothing is left.
    yield from said or [(tuple(error.absolute_path), error.message) for error in errors]
    # The one schema that ships reads every 3.x; what older versions demanded beyond it is checked here.
    if data["apiVersion"].startswith(("v3.0.", "v3.1.")) and not data.get("status"):
        yield (
            ("status",),
            f"is missing; {data['apiVersion']} requires it (proposed, draft, active, deprecated, retired)",
        )


def _quote_hint(document: Document, path: Path, message: str) -> str:
    written = document.written.get(path)
    if written is None or not message.startswith(NOT_TEXT):
        return message
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    return f'{message}; write it in quotes: {key}: "{written}"'

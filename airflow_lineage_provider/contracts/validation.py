"""A contract against the ODCS schema of its own apiVersion, with messages a person can act on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Any

from airflow_lineage_provider.contracts.complaint import NOT_TEXT, Complaint, complaints
from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.edition import Edition, edition_of, newest_schema, schema_of
from airflow_lineage_provider.contracts.error import Path, Problem
from airflow_lineage_provider.model.canonical import content_hash

_MAX_CACHED = 1000
_cache: OrderedDict[str, tuple[Complaint, ...]] = OrderedDict()
_cache_lock = Lock()


def problems(document: Document) -> list[Problem]:
    """Everything the schema has to say, in the order of the file.

    Validating is slow, so results are cached by content. The content names its apiVersion: equal content is of one
    edition, and never takes the result of another's schema.
    """
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


def remember_valid(content_hashes: Iterable[str]) -> None:
    """Content that was valid when it was applied is not validated again when a server starts."""
    with _cache_lock:
        for key in islice(content_hashes, _MAX_CACHED):
            _cache.setdefault(key, ())
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)


@lru_cache(maxsize=8)
def _validator(edition: Edition) -> Any:
    from jsonschema import Draft201909Validator

    return Draft201909Validator(schema_of(edition))


def supported_versions() -> tuple[str, ...]:
    """Values of ``apiVersion`` that can be read, newest first."""
    listed = newest_schema()["properties"]["apiVersion"]["enum"]
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
    validator = _validator(edition_of(data["apiVersion"]))
    errors = list(validator.iter_errors(data))
    said = [complaint for error in errors for complaint in complaints(error, validator)]
    # Errors that only follow from others are left out above; a contract is refused all the same if nothing is left.
    yield from said or [(tuple(error.absolute_path), error.message) for error in errors]


def _quote_hint(document: Document, path: Path, message: str) -> str:
    written = document.written.get(path)
    if written is None or not message.startswith(NOT_TEXT):
        return message
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    return f'{message}; write it in quotes: {key}: "{written}"'

"""From a template like ``s3://{s3_bucket}/{s3_key}`` and an operator's attributes to the datasets it means.

A field is the name of an attribute. ``{a|b}`` takes the first that is not empty. A list means one dataset per
element, and a value that is a URI itself stands for all that the template has before it. After the name:

``?``
    may be empty
``*``
    a folder, a prefix or a pattern, may be empty: a pattern means the folder above its first wildcard, or
    the text before it where no folder is: a whole bucket is never meant
``+``
    names of files, added to the path before them; a single text chooses among the files of a folder and
    names none of them, so that the folder is meant
``@part``
    not the attribute, but a part of the connection whose id it holds, see ``endpoint``; with ``@part~host``
    the attribute ``host`` wins over the connection's

``local:{path}`` is a file on this machine. Where a field is empty that must not be, there is no dataset: never half
a name.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors.endpoint import part_of
from airflow_lineage_provider.model.dataset_id import DatasetId, safe_dataset_id
from airflow_lineage_provider.model.naming import asset_of, local_file_id

ConnectionOf = Callable[[str], Any]
"""Airflow connection by id."""

_FIELD = re.compile(r"\{([^}]+)\}")
_WILDCARD = re.compile(r"[*{]")
_FLAGS = "?*+"
_LOCAL = "local:"


class Unnamed(LookupError):
    """What a name needs is empty."""


def locate(template: str, task: Any, connection_of: ConnectionOf) -> list[DatasetId]:
    """Datasets that a template means for a task.

    Raises :class:`Unnamed` where something that the name needs is empty, and what ``connection_of`` raises.
    """
    is_local = template.startswith(_LOCAL)
    parts: list[list[str]] = []
    missing: str | None = None
    for text, is_field in _pieces(template.removeprefix(_LOCAL)):
        values = _values(text, task, connection_of) if is_field else [text]
        if is_field and any("://" in value for value in values):
            parts, missing = [], None
        if not values:
            missing = missing or text
        parts.append(values)
    if missing is not None:
        raise Unnamed(f"{template}: {missing} is empty")
    texts = dict.fromkeys(map("".join, product(*parts)))
    return [_dataset(text, is_local=is_local) for text in texts if text]


def attributes_of(template: str) -> Iterator[str]:
    """Names of the attributes that a template reads."""
    for field in _FIELD.findall(template):
        for choice in field.split("|"):
            name, _, part = choice.rstrip(_FLAGS).partition("@")
            yield name
            if host := part.partition("~")[2]:
                yield host


def _pieces(template: str) -> Iterator[tuple[str, bool]]:
    """Text and whether it is a field, in order."""
    for index, text in enumerate(_FIELD.split(template)):
        if text:
            yield text, index % 2 == 1


def _values(field: str, task: Any, connection_of: ConnectionOf) -> list[str]:
    """Texts that a field stands for; none where it must not be empty and is."""
    for choice in field.split("|"):
        name, _, part = choice.rstrip(_FLAGS).partition("@")
        given = getattr(task, name, None)
        if field.endswith("+") and isinstance(given, str) and given:
            return [""]
        values = _texts(given)
        if part and values:
            values = _texts(_from_connection(part, task, connection_of(values[0])))
        if choice.endswith("*"):
            values = [_folder(value) for value in values]
        if values:
            return values
    return [""] if field[-1] in _FLAGS else []


def _from_connection(part: str, task: Any, connection: Any) -> str | None:
    kind, _, host = part.partition("~")
    return part_of(connection, kind, getattr(task, host, None) if host else None)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple | set) else [value]
    return [os.fspath(one) for one in values if isinstance(one, str | os.PathLike) and os.fspath(one)]


def _folder(path: str) -> str:
    match = _WILDCARD.search(path)
    if match is None:
        return path
    start = path[: match.start()]
    # What is matched in the root of a bucket is not all that is in there.
    if not (folder := start.rpartition("/")[0] or start.strip("/")):
        raise Unnamed(f"{path} names no folder")
    return folder


def _dataset(text: str, *, is_local: bool) -> DatasetId:
    scheme, separator, rest = text.partition("://")
    if not separator:
        if is_local:
            return local_file_id(text, platform.node() if config.file_host() else None)
        raise Unnamed(f"{text} says not where it is")
    if scheme in ("http", "https") or not rest.partition("/")[0]:
        return asset_of(f"{scheme}://{re.sub('/+', '/', rest)}" if rest[:1] != "/" else text, None)
    # Not by way of a URI: a key may hold signs that mean something there, like ? and #.
    authority, _, path = rest.partition("/")
    path = re.sub("/+$", "", path).lstrip("/")
    if scheme == "file":
        path = f"/{path}"
    return safe_dataset_id(f"{scheme}://{authority}", path or "/")

"""The names behind what a reader or writer was given: a path, a URI, an open file, a list or a pattern of them."""

from __future__ import annotations

import glob
import io
import os
import re
import tempfile
from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from airflow_lineage_provider.model.dataset_id import strip_credentials

MAX_FILES = 100
"""Files that one pattern or list stands for; of more their directory is named."""
_MAX_LISTED = 10_000
_MAX_CHARACTERS = 4096
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_CHAINED = re.compile(r"[A-Za-z0-9+.\-]+::")
_LINK = re.compile(r"::(?![^/]*\])")
"""Between the parts of a chain, and not within a host's address."""
_PATTERN = re.compile(r"[*?\[]")
_QUERY = re.compile(r"\?[\w.\-]+=")
"""Begins a query, where a question mark alone stands for any character."""
_SIGNED = ("http://", "https://", "ftp://", "ftps://")
"""Schemes whose query and user are keys as often as names."""


def name_of(target: Any) -> str | None:
    """Absolute path or URI of one target; ``None`` for buffers, sockets, descriptors and what is no name at all."""
    if isinstance(target, os.PathLike):
        target = os.fsdecode(target)
    if not isinstance(target, str):
        return _name_of_open_file(target)
    if not target or len(target) > _MAX_CHARACTERS or "\0" in target or "\n" in target:
        return None
    if "::" in target and (_CHAINED.match(target) or _URI.match(target)):
        # fsspec: zip://member::s3://bucket/archive.zip reads the archive.
        target = _LINK.split(target)[-1]
    if _URI.match(target):
        if target[:7].lower() == "file://":
            return os.path.normpath(unquote(str(urlsplit(target).path))) or None
        if (query := _QUERY.search(target)) is not None:
            target = target[: query.start()]
        return str(strip_credentials(target)) if target.lower().startswith(_SIGNED) else str(target)
    return str(os.path.abspath(os.path.expanduser(target) if target.startswith("~") else target))


def names_of(target: Any, *, pattern: bool = False) -> list[str]:
    """Names of one target or of a list of them.

    :param pattern: whether the library expands ``*`` in paths. Matching files are named, up to
        :data:`MAX_FILES`, and the directory that holds them if there are more or if it is not a local one.
    """
    if isinstance(target, (list, tuple, set, frozenset)):
        return bounded(name for part in target for name in names_of(part, pattern=pattern))
    name = name_of(target)
    if name is None:
        return []
    return _matches(name) if pattern else [name]


def bounded(names: Iterable[str | None]) -> list[str]:
    """Names one by one, up to :data:`MAX_FILES`; of more files the directories, of more directories what holds them."""
    found = [name for name in islice(names, _MAX_LISTED) if name]
    if len(found) <= MAX_FILES:
        return found
    folders = dict.fromkeys(name.rpartition("/")[0] or "/" for name in found)
    if len(folders) <= MAX_FILES:
        return list(folders)
    # Cut at a slash, and commonpath would make s3:/ of s3://.
    return [os.path.commonprefix([f"{folder}/" for folder in folders]).rpartition("/")[0] or "/"]  # noqa: RUF071


def appendable(mode: Any) -> bool:
    """Whether a file mode adds to what is there."""
    return isinstance(mode, str) and "a" in mode


def _matches(name: str) -> list[str]:
    uri = _URI.match(name)
    # What names a host may have brackets.
    found_at = _PATTERN.search(name, max(name.find("/", uri.end()), uri.end()) if uri else 0)
    if found_at is None:
        return [name]
    fixed = name[: found_at.start()].rpartition("/")[0] or "/"
    if uri:
        return [fixed]
    if os.path.lexists(name):
        return [name]
    found = list(islice(glob.iglob(name, recursive=True), MAX_FILES + 1))
    return sorted(found) if 0 < len(found) <= MAX_FILES else [fixed]


def _name_of_open_file(handle: Any) -> str | None:
    """Path of a file that Python opened.

    Members of archives have a ``name`` too, and it is no path: only what ends in a real file counts.
    """
    for _ in range(6):
        if isinstance(handle, io.FileIO):
            return _path_of(handle)
        inner = None
        for attribute in _WRAPPED.get(type(handle).__name__, ()):
            inner = getattr(handle, attribute, None)
            if inner is not None:
                break
        if inner is None and isinstance(handle, tempfile._TemporaryFileWrapper):
            inner = handle.file
        if inner is None:
            return None
        handle = inner
    return None


_WRAPPED = {
    "TextIOWrapper": ("buffer",),
    "BufferedReader": ("raw",),
    "BufferedWriter": ("raw",),
    "BufferedRandom": ("raw",),
    "GzipFile": ("fileobj", "myfileobj"),
    "BZ2File": ("_fp",),
    "LZMAFile": ("_fp",),
}
"""Where a file of Python's library keeps the one below it."""


def _path_of(file: io.FileIO) -> str | None:
    name = file.name
    if not isinstance(name, (str, bytes)):
        return None
    path = os.fsdecode(name)
    if not path or path.startswith("<"):
        return None
    if not os.path.isabs(path):
        # It was relative to the working directory of when it was opened.
        try:
            if file.closed or not os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return None
        except OSError:
            return None
    return os.path.abspath(path)

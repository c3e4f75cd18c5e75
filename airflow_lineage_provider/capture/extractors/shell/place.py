"""Where the files of a command are: on which machine, and in which folder it runs."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from dataclasses import dataclass
from enum import Enum

from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_GLOBBED

_MOST_SEEN = 20_000
"""Entries of folders that are looked at for one pattern."""
_WILDCARD = re.compile(r"[*?[]")


class Folder(Enum):
    """A working folder that has no name."""

    TEMPORARY = "temporary"
    """Made for the run and gone after it: what is in there is no data."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Machine:
    """Whose files the paths name."""

    host: str | None = None
    """Name of another machine; ``None`` for this one."""
    ssh_port: int | None = None
    """Port behind which its files are, where it is not that of SSH."""

    @property
    def file_host(self) -> str | None:
        """The machine as the names of its files have it."""
        return f"{self.host}:{self.ssh_port}" if self.host and self.ssh_port else self.host

    @property
    def is_local(self) -> bool:
        return self.host is None

    def exists(self, path: str) -> bool:
        """Whether a file or folder is there now; taken for granted on another machine."""
        return not self.is_local or os.path.lexists(path)

    def is_folder(self, path: str) -> bool:
        return path.endswith("/") or (self.is_local and os.path.isdir(path))

    def files(self, pattern: str) -> list[str]:
        """Files of a pattern, at most :data:`MOST_GLOBBED`; else the folder that they are in."""
        paths = files_like(pattern, MOST_GLOBBED) if self.is_local else None
        if paths is not None:
            return paths
        folder = posixpath.dirname(_known_part(pattern))
        return [folder] if folder.strip("/") else []


def files_like(pattern: str, most: int) -> list[str] | None:
    """Paths on this machine that match an absolute pattern, sorted; ``None`` for too many or too long a search."""
    found, seen = [""], 0
    for name in pattern.split("/")[1:]:
        if not _WILDCARD.search(name):
            found = [f"{folder}/{name}" for folder in found]
            continue
        matches = re.compile(fnmatch.translate(name)).match
        deeper: list[str] = []
        for folder in found:
            try:
                with os.scandir(folder or "/") as entries:
                    for entry in entries:
                        seen += 1
                        if seen > _MOST_SEEN:
                            return None
                        if matches(entry.name) and (not entry.name.startswith(".") or name.startswith(".")):
                            deeper.append(f"{folder}/{entry.name}")
            except OSError:
                continue
        found = deeper
    found = [path for path in found if os.path.lexists(path)]
    return sorted(found) if len(found) <= most else None


def resolved(path: str, folder: str | Folder) -> str | None:
    """Absolute path; ``None`` for one in the temporary folder. Raises :class:`NotCertain`."""
    if not path or "\0" in path:
        return None
    if not path.startswith("/"):
        if folder is Folder.TEMPORARY:
            return None
        if not isinstance(folder, str):
            raise NotCertain("the working folder is not known")
        path = posixpath.join(folder, path)
    trailing = "/" if path.endswith(("/", "/.")) else ""
    path = "/" + posixpath.normpath(path).lstrip("/")
    return path if path == "/" else path + trailing


def _known_part(pattern: str) -> str:
    found = _WILDCARD.search(pattern)
    return pattern[: found.start()] if found else pattern

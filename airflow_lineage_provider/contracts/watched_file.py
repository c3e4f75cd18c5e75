"""One watched file: whether it changed, and what is in it."""

from __future__ import annotations

import errno
import hashlib
import re
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_lineage_provider.contracts.document import MAX_BYTES
from airflow_lineage_provider.contracts.error import Problem, path_text

SETTLED_SECONDS = 2.0
"""A file that was changed so short ago may be changed again without another time or size."""
_ID = re.compile(r"^(?:id|\"id\"|'id')\s*:\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s#'\"][^#\n]*))", re.MULTILINE)
_MAX_ID = 250


@dataclass(slots=True)
class SeenFile:
    """A file as it was when it was read last."""

    stamp: tuple[int, int] | None = None
    """Time of change in nanoseconds and size; ``None``: to be read again."""
    digest: str | None = None
    """Of its bytes, or why they cannot be read."""
    contract_id: str | None = None
    """Of the valid contract in it."""
    blocked_by: str | None = None
    """Other file with the same contract."""


def stamp_of(path: Path) -> tuple[int, int]:
    """Raises ``OSError``, also for what is no file: reading a pipe would wait for somebody to write into it."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    return status.st_mtime_ns, status.st_size


def is_settled(stamp: tuple[int, int]) -> bool:
    """Whether an equal stamp means equal content from now on."""
    return time.time() - stamp[0] / 1e9 > SETTLED_SECONDS


def digest_of(path: Path) -> str:
    """SHA-256 of as much of a file as a contract may have. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.sha256(file.read(MAX_BYTES + 1)).hexdigest()


def id_in(path: Path) -> str | None:
    """Id of the contract in a file that is not valid, as far as it can be read."""
    try:
        stamp_of(path)
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            match = _ID.search(file.read(MAX_BYTES))
    except OSError:
        return None
    found = next((part.strip() for part in match.groups() if part), "") if match else ""
    return found[:_MAX_ID].replace("\0", "") or None


def problem_wire(problem: Problem) -> dict[str, Any]:
    """As it is stored: ``{"line", "path", "message"}``."""
    return {"line": problem.line, "path": path_text(problem.path), "message": problem.message}

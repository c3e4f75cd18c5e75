"""Checkpoints: what the chain was like at a moment, to be kept where the database's owner cannot change it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.chain import utc
from airflow_lineage_provider.governance.audit.merkle import Tree
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.audit import AUDIT
from airflow_lineage_provider.store.audit_entries import last_place

PAGE = 5_000
_HASH = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**62


class InvalidCheckpoints(ValueError):
    """A file that cannot be read as checkpoints; the message is for people."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain up to one entry."""

    origin: str
    """Names the chain by its first entry: two installations never share one."""
    size: int
    root: str
    """Merkle root (RFC 6962) of the entry hashes 1 to ``size``, 64 hex digits."""
    head: str
    """Hash of entry ``size``."""
    at: datetime

    def to_line(self) -> bytes:
        """A line of JSON."""
        return canonical_json({**self._fields(), "at": utc(self.at)}) + b"\n"

    def _fields(self) -> dict[str, Any]:
        return {"origin": self.origin, "size": self.size, "root": self.root, "head": self.head}


class Checkpoints:
    """Makes checkpoints as the chain grows: it remembers the tree and reads only what is new."""

    def __init__(self) -> None:
        self._tree = Tree()
        self._first = self._last = ""

    def take(self, now: datetime, *, session: Session) -> Checkpoint | None:
        """The chain as it is; ``None`` while nothing is sealed.

        A chain that became shorter is read from its start: its next checkpoint does not fit those of before, and
        whoever compares them will see it.
        """
        if last_place(session=session) < self._tree.size:
            self._tree = Tree()
            self._first = self._last = ""
        while rows := session.execute(self._page()).all():
            for seq, entry_hash in rows:
                self._tree.append_unknown(seq - self._tree.size - 1)
                if not is_hash(entry_hash):
                    self._tree.append_unknown(1)
                else:
                    self._tree.append(entry_hash)
                self._first = self._first or str(entry_hash)
                self._last = str(entry_hash)
        if not self._tree.size:
            return None
        return Checkpoint(origin_of(self._first), self._tree.size, self._tree.root(), self._last, now)

    def _page(self) -> Any:
        query = select(AUDIT.c.seq, AUDIT.c.entry_hash).where(AUDIT.c.seq > self._tree.size)
        return query.order_by(AUDIT.c.seq).limit(PAGE)


def origin_of(first_hash: str) -> str:
    """Name of the chain that begins with an entry."""
    return f"airflow-lineage/{first_hash[:16]}"


def append_checkpoint(checkpoint: Checkpoint, path: Path) -> bool:
    """Add it to a file, on the disk before this returns. Returns whether the file did not end with it already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 4096))
        tail = file.read()
        if _last_root(tail) == (checkpoint.size, checkpoint.root):
            return False
        # A line that a crash left unfinished must not swallow this one.
        start = b"" if not tail or tail.endswith(b"\n") else b"\n"
        file.write(start + checkpoint.to_line())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)
    return True


def read_checkpoints(path: Path) -> list[Checkpoint]:
    """All checkpoints of a file. Raises :class:`InvalidCheckpoints`, naming the line."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InvalidCheckpoints(f"{path} cannot be read: {error.strerror or error}") from None
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_checkpoint(json.loads(line)))
            except (ValueError, KeyError, TypeError, RecursionError):
                raise InvalidCheckpoints(
                    f"Line {number} of {path} is no checkpoint: it was cut or changed."
                ) from None
    return found


def _checkpoint(fields: Mapping[str, Any]) -> Checkpoint:
    size, at = fields["size"], datetime.fromisoformat(fields["at"])
    if type(size) is not int or not 0 < size <= _LARGEST or at.tzinfo is None:
        raise ValueError
    if not all(is_hash(fields[name]) for name in ("root", "head")) or not isinstance(fields["origin"], str):
        raise ValueError
    return Checkpoint(fields["origin"], size, fields["root"], fields["head"], at.astimezone(UTC))


def _last_root(tail: bytes) -> tuple[int, str] | None:
    lines = tail.splitlines()
    try:
        last = _checkpoint(json.loads(lines[-1]))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return last.size, last.root


def is_hash(text: object) -> bool:
    """Whether it is 64 hex digits."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

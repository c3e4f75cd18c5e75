"""Texts of contracts, read once: they are stored by content and never change."""

from __future__ import annotations

import json
import threading
import zlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import Contract
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK

CONTRACT = core_table(Contract)
MOST_BYTES = 16 * 1024 * 1024
"""JSON text that is kept read; some 2,000 contracts of usual size."""


class BodyCache:
    """Parsed contracts by content hash, the least used of them forgotten first. For threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bodies: OrderedDict[str, tuple[dict[str, Any], int]] = OrderedDict()
        self._bytes = 0

    def get(self, content_hash: str) -> dict[str, Any] | None:
        with self._lock:
            kept = self._bodies.get(content_hash)
            if kept is None:
                return None
            self._bodies.move_to_end(content_hash)
            return kept[0]

    def read(self, content_hash: str, compressed: bytes) -> dict[str, Any]:
        """Parse a stored body and keep it."""
        text = zlib.decompress(compressed)
        body: dict[str, Any] = json.loads(text)
        with self._lock:
            if content_hash not in self._bodies:
                self._bodies[content_hash] = (body, len(text))
                self._bytes += len(text)
            while self._bytes > self._most_bytes and self._bodies:
                _, (_, size) = self._bodies.popitem(last=False)
                self._bytes -= size
        return body

    def __len__(self) -> int:
        with self._lock:
            return len(self._bodies)


_KEPT = BodyCache()


def read_bodies(hashes: Mapping[int, str], *, session: Session) -> dict[int, dict[str, Any]]:
    """Contracts in JSON values by row id. They are shared: nobody may change them.

    :param hashes: row id to content hash.
    """
    found: dict[int, dict[str, Any]] = {}
    missing: list[int] = []
    for row_id, content_hash in hashes.items():
        body = _KEPT.get(content_hash)
        if body is None:
            missing.append(row_id)
        else:
            found[row_id] = body
    missing.sort()
    for part in parts(missing, CHUNK):
        query = select(CONTRACT.c.id, CONTRACT.c.body).where(CONTRACT.c.id.in_(part))
        for row_id, compressed in session.execute(query):
            found[row_id] = _KEPT.read(hashes[row_id], compressed)
    return found


class LateBodies:
    """Bodies of some contracts, read some at a time when one of them is asked for.

    :param hashes: row id to content hash.
    """

    def __init__(self, hashes: Mapping[int, str], session: Session) -> None:
        self._hashes = hashes
        self._order = sorted(hashes)
        self._session = session
        self._bodies: dict[int, dict[str, Any]] = {}

    def of(self, row_id: int) -> dict[str, Any]:
        """One of them, which is shared; who asks for one soon asks for the next."""
        if row_id not in self._bodies:
            start = bisect_left(self._order, row_id)
            some = {each: self._hashes[each] for each in self._order[start : start + CHUNK]}
            self._bodies |= read_bodies(some, session=self._session)
        return self._bodies[row_id]

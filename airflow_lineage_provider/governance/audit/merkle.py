"""The Merkle tree of RFC 6962 over the hashes of entries, as it grows."""

from __future__ import annotations

import hashlib

_NODE = b"\x01"
_EMPTY = hashlib.sha256(b"").hexdigest()
_UNKNOWN = hashlib.sha256(b"\x00").digest()
"""Leaf of an entry that is not there: the hash of nothing."""


class Tree:
    """Keeps one hash for each full subtree: a root after any leaf costs the logarithm of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[tuple[int, bytes]] = []
        """Height and hash of each full subtree, the highest first."""

    def append(self, leaf: str) -> None:
        """Add the hash (64 hex digits) of the next entry."""
        self._push(0, bytes.fromhex(leaf))

    def append_unknown(self, count: int) -> None:
        """Add entries that are not there; many at once cost no more than a few."""
        while count > 0:
            height = count.bit_length() - 1
            if self.size:
                height = min(height, (self.size & -self.size).bit_length() - 1)
            node = _UNKNOWN
            for _ in range(height):
                node = _join(node, node)
            self._push(height, node)
            count -= 1 << height

    def root(self) -> str:
        """The root (64 hex digits) of all leaves so far."""
        if not self._full:
            return _EMPTY
        *lefts, (_, node) = self._full
        for _, left in reversed(lefts):
            node = _join(left, node)
        return node.hex()

    def _push(self, height: int, node: bytes) -> None:
        self.size += 1 << height
        while self._full and self._full[-1][0] == height:
            node = _join(self._full.pop()[1], node)
            height += 1
        self._full.append((height, node))


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()

"""Node ids of the lineage graph: ``dataset:NAMESPACE:NAME`` and ``job:NAMESPACE:NAME``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

NodeType = Literal["dataset", "job"]


class InvalidNodeId(ValueError):
    """The text is no node id. The message says what a node id looks like."""


@dataclass(frozen=True, slots=True, order=True)
class NodeId:
    """One node of the graph."""

    type: NodeType
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}:{self.namespace}:{self.name}"

    @classmethod
    def readings(cls, text: str) -> Iterator[NodeId]:
        """Yield every way to split ``text``, longest namespace first.

        Colons are legal in both parts (``dataset:postgres://db:5432:shop.public.orders``), so only the
        store, which knows the namespaces, can tell which reading is meant.
        """
        word, colon, rest = text.partition(":")
        kind: NodeType = "job" if word == "job" else "dataset"
        if word not in ("dataset", "job") or not colon or ":" not in rest.strip(":"):
            raise InvalidNodeId(
                f"{text!r} is no node id; expected dataset:NAMESPACE:NAME or job:NAMESPACE:NAME"
            )
        cuts = [i for i, letter in enumerate(rest) if letter == ":" and 0 < i < len(rest) - 1]
        for cut in reversed(cuts):
            yield cls(kind, rest[:cut], rest[cut + 1 :])

    @classmethod
    def parse(cls, text: str, namespaces: Collection[str] = ()) -> NodeId:
        """Read a node id; where it can be split in several ways, a known namespace decides.

        With no known namespace that fits, the split is after ``scheme://host:port`` for URI-like
        namespaces and at the first colon otherwise.
        """
        readings = list(cls.readings(text))
        for reading in readings:
            if reading.namespace in namespaces:
                return reading
        if not readings:
            raise InvalidNodeId(f"{text!r} is no node id; namespace and name must not be empty")
        for reading in reversed(readings):
            scheme, slashes, authority = reading.namespace.partition("://")
            if not slashes:
                if reading.name.startswith("//"):
                    continue
                return reading
            host, colon, port = authority.rpartition(":")
            if not colon and reading.name.split(":")[0].isdigit():
                continue
            if scheme and (not colon or (host and port.isdigit())):
                return reading
        return readings[-1]

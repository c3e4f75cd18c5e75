"""Stored edges as they stand in an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, overload

from airflow_lineage_provider.store.graph.moment import moment_text, read_moment
from airflow_lineage_provider.store.graph.node import Edge, evidence_names

_NO_MORE = (None, 0, None, False)
"""Fields of an edge that those of jobs do not have."""


class StoredEdges(Sequence[Edge]):
    """Edges that are one row each, made when somebody looks at them.

    There are more of them than nodes, and whoever sends them over a network needs no object for each.
    """

    def __init__(
        self,
        rows: Mapping[tuple[Any, Any, Any], Sequence[Any]],
        ids: Mapping[Any, str],
        hidden: Collection[Any],
    ) -> None:
        """Rows by (source, target, part).

        :param ids: node to node id, of each end.
        :param hidden: nodes that are masked.
        """
        self._rows, self._ids, self._hidden = rows, ids, hidden
        self._made: list[Edge] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Edge: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Edge]: ...
    def __getitem__(self, index: int | slice) -> Edge | Sequence[Edge]:
        return self._edges()[index]

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._edges())

    def __eq__(self, other: object) -> bool:
        """As a list of them."""
        return isinstance(other, list | StoredEdges) and self._edges() == list(other)

    __hash__ = None  # type: ignore[assignment]

    def to_wire(self) -> list[dict[str, Any]]:
        """What :meth:`Edge.to_wire` says of each."""
        ids, hidden = self._ids, self._hidden
        found = []
        for (source, target, _), (_, _, evidence, first, last, runs, run_id) in self._rows.items():
            wire: dict[str, Any] = {"source": ids[source], "target": ids[target]}
            if hidden and (source in hidden or target in hidden):
                wire["masked"] = True
            else:
                wire["evidence"] = list(evidence_names(evidence))
                wire["first_seen"] = moment_text(first)
                wire["last_seen"] = moment_text(last)
                wire["runs"] = runs
                wire["last_run_id"] = run_id
            found.append(wire)
        return found

    def _edges(self) -> list[Edge]:
        if self._made is None:
            self._made = list(self._make())
        return self._made

    def _make(self) -> Iterator[Edge]:
        ids, hidden, make = self._ids, self._hidden, tuple.__new__
        for (source, target, _), (_, _, evidence, first, last, runs, run_id) in self._rows.items():
            if hidden and (source in hidden or target in hidden):
                yield Edge(ids[source], ids[target], is_masked=True)
                continue
            seen = read_moment(first), read_moment(last)
            # As a whole: arguments with defaults cost as much as all the rest of this.
            yield make(Edge, (ids[source], ids[target], evidence, *seen, runs, run_id, *_NO_MORE))


def edges_to_wire(edges: Sequence[Edge]) -> list[dict[str, Any]]:
    """JSON-ready edges of an answer."""
    return edges.to_wire() if isinstance(edges, StoredEdges) else [edge.to_wire() for edge in edges]

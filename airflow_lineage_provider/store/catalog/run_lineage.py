"""The runs that made what a run read, and those before them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.catalog.runs import RunView, describe_runs, find_run_row
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.graph import MOST_NODES, Graph, RunRoot, UnknownNode, read_graph


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """What a run read, and the run that had written it."""

    dataset: DatasetId
    version: UUID | None
    produced_by: UUID | None
    """``None``: nobody was seen to write it before, or the reader may not know."""


@dataclass(frozen=True, slots=True)
class UpstreamRun:
    """A run and what it read."""

    run: RunView
    inputs: tuple[ReadVersion, ...]


def upstream_runs(run_id: UUID, depth: int, sight: Sight) -> list[UpstreamRun]:
    """The run itself and those upstream of it, nearest first; runs that may not be seen are left out.

    :param depth: runs to go back.
    :raises UnknownNode: for a run that is not known, or may not be seen.
    """
    row_id = find_run_row(run_id, sight)
    if row_id is None:
        raise UnknownNode(f"no run is known of {run_id}")
    graph = read_graph(
        RunRoot(row_id),
        "upstream",
        2 * depth,  # each run is two edges away from the next: there is a dataset between
        granularity="run",
        max_nodes=MOST_NODES,
        access=sight.access,
        session=sight.session,
    )
    row_ids = [node.row_id for node in graph.nodes.values() if node.type == "run" and node.row_id is not None]
    runs = describe_runs(row_ids, sight)
    seen = sight.datasets({entry.dataset_id for run in runs for entry in run.io})
    ids = {run.row_id: run.run_id for run in runs}
    writers = _writers(graph)
    return [
        UpstreamRun(
            run,
            tuple(
                ReadVersion(
                    entry.dataset,
                    entry.version,
                    ids.get(writers.get((run.row_id, entry.dataset), -1)),
                )
                for entry in run.io
                if entry.direction is Direction.INPUT and entry.dataset_id in seen
            ),
        )
        for run in runs
    ]


def _writers(graph: Graph) -> dict[tuple[int, DatasetId], int]:
    """(run that read, dataset) to the run that had written it."""
    written = {edge.target: graph.nodes[edge.source].row_id for edge in graph.edges}
    found: dict[tuple[int, DatasetId], int] = {}
    for edge in graph.edges:
        read, reader, writer = graph.nodes[edge.source], graph.nodes[edge.target], written.get(edge.source)
        if reader.type != "run" or reader.row_id is None or writer is None or read.is_masked:
            continue
        found[reader.row_id, DatasetId(read.namespace or "", read.name or "")] = writer
    return found

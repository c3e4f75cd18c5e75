"""Column lineage around columns, datasets or what a job writes, now or when a version was current."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.job_edges import edges_of
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.catalog.versions import SchemaVersion, job_versions, schema_versions
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.graph import (
    MOST_NODES,
    ColumnRoot,
    Graph,
    GraphDirection,
    Key,
    Node,
    Root,
    UnknownNode,
    find_root,
    read_graph,
)
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import CHUNK

WHOLE = "*"
"""Stands for the dataset where nobody could say which of its columns it is."""
MOST_OUTPUTS = 100
"""Datasets of one job that are walked from."""

_VERSION = re.compile(r"#([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\Z")


@dataclass(frozen=True, slots=True)
class ColumnNode:
    """A column; of a masked one only its id is there."""

    id: str
    dataset: DatasetId | None = None
    column: str | None = None
    type: str | None = None
    version: UUID | None = None


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """Data flows from one column to another."""

    source: str
    target: str
    transformations: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class ColumnGraph:
    """Columns by id, and the edges between them."""

    nodes: dict[str, ColumnNode] = field(default_factory=dict)
    edges: dict[tuple[str, str], ColumnEdge] = field(default_factory=dict)
    truncated: bool = False


def column_lineage(node_id: str, depth: int, *, with_downstream: bool, sight: Sight) -> ColumnGraph:
    """Columns from which those of a node come and, if asked for, what is made of them.

    :param node_id: ``datasetField:NAMESPACE:NAME:COLUMN``, ``dataset:NAMESPACE:NAME`` or ``job:NAMESPACE:NAME``
        (the columns of what it writes); ``#VERSION`` at the end asks for the time when that was current.
    :raises UnknownNode: for a node or version that is not known, or may not be seen.
    :raises InvalidNodeId: for a text that is none.
    """
    plain, version = split_version(node_id)
    kind, _, rest = plain.partition(":")
    root = find_root(f"column:{rest}" if kind == "datasetField" else plain, session=sight.session)
    direction: GraphDirection = "both" if with_downstream else "upstream"
    as_of = None if version is None else _end_of(root, version, sight)
    found = ColumnGraph()
    starts = _starts(root, sight)
    for number, start in enumerate(starts[:MOST_OUTPUTS]):
        graph = read_graph(
            start,
            direction,
            depth,
            granularity="column",
            max_nodes=MOST_NODES,
            as_of=as_of,
            access=sight.access,
            session=sight.session,
        )
        _merge(found, graph, number)
    found.truncated |= len(starts) > MOST_OUTPUTS
    _add_types(found, as_of, sight)
    return found


def split_version(node_id: str) -> tuple[str, UUID | None]:
    """Node id and the version that it may end with."""
    match = _VERSION.search(node_id)
    return (node_id[: match.start()], UUID(match[1])) if match else (node_id, None)


def _starts(root: Root, sight: Sight) -> list[Root]:
    if not isinstance(root, Key) or not root.is_job:
        return [root]
    if root.id not in sight.jobs([root.id]):
        raise UnknownNode("nothing of that name is known, or it may not be seen")
    edges = edges_of([root.id], session=sight.session).get(root.id, [])
    return [Key(False, edge.dataset_id) for edge in edges if edge.direction is Direction.OUTPUT]


def _end_of(root: Root, version: UUID, sight: Sight) -> datetime | None:
    """The last moment at which a version was current; ``None``: it is still."""
    for known, end in _versions(root, sight):
        if known == version:
            return end - timedelta(microseconds=1) if end is not None else None
    raise UnknownNode(f"no version {version} is known of that node")


def _versions(root: Root, sight: Sight) -> list[tuple[UUID, datetime | None]]:
    if isinstance(root, Key) and root.is_job:
        row = sight.session.execute(select(JOB.c.namespace, JOB.c.name).where(JOB.c.id == root.id)).one()
        edges = edges_of([root.id], session=sight.session).get(root.id, [])
        versions = job_versions(row.namespace, row.name, edges)
        ends = [None, *(version.created_at for version in versions)]
        return [(version.version, end) for version, end in zip(versions, ends, strict=False)]
    dataset_id = root.dataset_id if isinstance(root, ColumnRoot) else root.id if isinstance(root, Key) else 0
    known = schema_versions([dataset_id], session=sight.session).get(dataset_id, [])
    return [(version.version, version.valid_to) for version in known]


def _merge(found: ColumnGraph, graph: Graph, number: int) -> None:
    ids = {node.id: _column(node, number) for node in graph.nodes.values()}
    for column in ids.values():
        found.nodes.setdefault(column.id, column)
    for edge in graph.edges:
        source, target = ids[edge.source].id, ids[edge.target].id
        found.edges.setdefault(
            (source, target), ColumnEdge(source, target, tuple(edge.transformations or ()))
        )
    found.truncated |= graph.truncated


def _column(node: Node, number: int) -> ColumnNode:
    if node.is_masked:
        return ColumnNode(f"{node.id}.{number}" if number else node.id)
    namespace = node.namespace or ""
    if node.type == "column":
        name = (node.dataset or "").removeprefix(f"dataset:{namespace}:")
        column = node.name or ""
    else:
        name, column = node.name or "", WHOLE
    return ColumnNode(f"datasetField:{namespace}:{name}:{column}", DatasetId(namespace, name), column)


def _add_types(found: ColumnGraph, as_of: datetime | None, sight: Sight) -> None:
    datasets = {node.dataset for node in found.nodes.values() if node.dataset is not None}
    ids = _ids(datasets, sight)
    versions = schema_versions(ids.values(), session=sight.session)
    current = {dataset: _current(versions.get(row_id, []), as_of) for dataset, row_id in ids.items()}
    for node_id, node in found.nodes.items():
        version = current.get(node.dataset) if node.dataset is not None else None
        if version is not None:
            kinds = {column.name: column.type for column in version.columns}
            found.nodes[node_id] = replace(node, type=kinds.get(node.column or ""), version=version.version)


def _current(versions: Iterable[SchemaVersion], as_of: datetime | None) -> SchemaVersion | None:
    """Of versions that are newest first."""
    if as_of is None:
        return next((version for version in versions if version.valid_to is None), None)
    return next((version for version in versions if version.valid_from <= as_of), None)


def _ids(datasets: Iterable[DatasetId], sight: Sight) -> dict[DatasetId, int]:
    digests = {dataset.digest: dataset for dataset in datasets}
    wanted = sorted(digests)
    found: dict[DatasetId, int] = {}
    for part in parts(wanted, CHUNK):
        query = select(DATASET.c.digest, DATASET.c.id).where(DATASET.c.digest.in_(part))
        found.update((digests[row[0]], row[1]) for row in sight.session.execute(query))
    return found

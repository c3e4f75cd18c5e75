"""The lineage graph around a node: breadth first over indexed edges, one query per level."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.node_id import NodeId
from airflow_lineage_provider.store.datasets import DATASET, find_dataset
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.schemas import current_schemas
from airflow_lineage_provider.store.upsert import CHUNK

GraphDirection = Literal["upstream", "downstream", "both"]
MAX_NODES = 5000


class UnknownNode(LookupError):
    """No dataset or job of that name was ever seen."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A node by row id."""

    is_job: bool
    id: int


@dataclass(slots=True)
class Graph:
    """Nodes and edges found; edges point the way data flows."""

    root: Key
    nodes: dict[Key, dict[str, Any]] = field(default_factory=dict)
    edges: dict[tuple[Key, Key], dict[str, Any]] = field(default_factory=dict)
    columns: list[dict[str, Any]] = field(default_factory=list)
    truncated: bool = False

    def to_wire(self) -> dict[str, Any]:
        """``{"nodes": [{"id", "type", ...}], "edges": [{"source", "target", ...}], "truncated"}``."""
        return {
            "nodes": [self.nodes[key] for key in self.nodes],
            "edges": [
                {"source": self.nodes[source]["id"], "target": self.nodes[target]["id"], **edge}
                for (source, target), edge in self.edges.items()
            ],
            "columns": self.columns,
            "truncated": self.truncated,
        }


def find_node(text: str, *, session: Session) -> Key:
    """Row of a node id. Raises :class:`UnknownNode` or ``InvalidNodeId``.

    Every way to split the text is tried, longest namespace first, because colons are legal in both parts.
    """
    for reading in NodeId.readings(text):
        if reading.type == "dataset":
            dataset = DatasetId(reading.namespace, reading.name)
            row_id = find_dataset(dataset, session=session)
            if row_id is None:
                row_id = find_dataset(canonical_dataset(dataset), session=session)
        else:
            digest = identity_digest(reading.namespace, reading.name)
            row_id = session.scalar(select(JOB.c.id).where(JOB.c.digest == digest))
        if row_id is not None:
            return Key(reading.type == "job", row_id)
    raise UnknownNode(
        f"no lineage is known of {text}; `airflow lineage datasets` lists what is"
        if text.startswith("dataset:")
        else f"no lineage is known of {text}"
    )


def read_graph(
    root: Key, direction: GraphDirection, depth: int, *, max_nodes: int = MAX_NODES, session: Session
) -> Graph:
    """Walk from ``root``.

    :param depth: how many edges away from the root to go; dataset to job is one.
    :param max_nodes: the walk stops there and says so in ``truncated``.
    """
    graph = Graph(root=root)
    seen = {root}
    for downstream in {"upstream": (False,), "downstream": (True,), "both": (False, True)}[direction]:
        _walk(graph, seen, downstream, depth, max_nodes, session)
    _describe(graph, seen, session)
    _add_columns(graph, session)
    return graph


def _walk(
    graph: Graph, seen: set[Key], downstream: bool, depth: int, max_nodes: int, session: Session
) -> None:
    frontier = [graph.root]
    walked = {graph.root}
    for _ in range(depth):
        found: list[Key] = []
        for source, target, edge in _edges_of(frontier, downstream, session):
            neighbour = target if downstream else source
            if neighbour not in seen and len(seen) >= max_nodes:
                graph.truncated = True
                continue
            seen.add(neighbour)
            graph.edges[source, target] = edge
            if neighbour not in walked:
                walked.add(neighbour)
                found.append(neighbour)
        if not found:
            return
        frontier = found


def _edges_of(
    frontier: Iterable[Key], downstream: bool, session: Session
) -> Iterable[tuple[Key, Key, dict[str, Any]]]:
    """Edges that leave the frontier in one direction, ordered so that an answer is the same each time."""
    jobs = [key.id for key in frontier if key.is_job]
    datasets = [key.id for key in frontier if not key.is_job]
    # Downstream leaves a job by its outputs and a dataset by the jobs that take it as input.
    sides = (
        (EDGE.c.job_id, jobs, Direction.OUTPUT if downstream else Direction.INPUT),
        (EDGE.c.dataset_id, datasets, Direction.INPUT if downstream else Direction.OUTPUT),
    )
    for column, ids, direction in sides:
        for start in range(0, len(ids), CHUNK):
            query = (
                select(EDGE)
                .where(column.in_(ids[start : start + CHUNK]), EDGE.c.direction == direction.value)
                .order_by(EDGE.c.job_id, EDGE.c.dataset_id)
            )
            for row in session.execute(query):
                job, dataset = Key(True, row.job_id), Key(False, row.dataset_id)
                edge = {
                    "evidence": list(Evidence(row.evidence).names),
                    "first_seen": row.first_seen.isoformat(),
                    "last_seen": row.last_seen.isoformat(),
                    "runs": row.runs,
                }
                yield (dataset, job, edge) if direction is Direction.INPUT else (job, dataset, edge)


def _describe(graph: Graph, keys: set[Key], session: Session) -> None:
    for is_job, table in ((False, DATASET), (True, JOB)):
        ids = sorted(key.id for key in keys if key.is_job is is_job)
        schemas = {} if is_job else current_schemas(ids, session=session)
        for start in range(0, len(ids), CHUNK):
            for row in session.execute(select(table).where(table.c.id.in_(ids[start : start + CHUNK]))):
                node_id = NodeId("job" if is_job else "dataset", row.namespace, row.name)
                node: dict[str, Any] = {
                    "id": str(node_id),
                    "type": node_id.type,
                    "namespace": row.namespace,
                    "name": row.name,
                }
                if is_job:
                    node.update(dag_id=row.dag_id, task_id=row.task_id, operator=row.operator)
                else:
                    schema = schemas.get(row.id)
                    node["columns"] = [column.to_wire() for column in schema.columns] if schema else []
                graph.nodes[Key(is_job, row.id)] = node


def _add_columns(graph: Graph, session: Session) -> None:
    datasets = sorted(key.id for key in graph.nodes if not key.is_job)
    for start in range(0, len(datasets), CHUNK):
        query = (
            select(COLUMN_EDGE)
            .where(COLUMN_EDGE.c.output_dataset_id.in_(datasets[start : start + CHUNK]))
            .order_by(COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.output_column, COLUMN_EDGE.c.id)
        )
        for row in session.execute(query):
            output, source = Key(False, row.output_dataset_id), Key(False, row.input_dataset_id)
            job = Key(True, row.job_id)
            if source not in graph.nodes or job not in graph.nodes:
                continue
            graph.columns.append(
                {
                    "output": {"dataset": graph.nodes[output]["id"], "column": row.output_column},
                    "input": {"dataset": graph.nodes[source]["id"], "column": row.input_column},
                    "job": graph.nodes[job]["id"],
                    "transformations": json.loads(row.transformations),
                }
            )

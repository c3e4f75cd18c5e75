"""The same question asked of the store and of one recursive statement over the same edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import httpx
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.node_id import NodeId
from airflow_lineage_provider.store.graph import MOST_NODES, Graph, Key, read_graph
from tests.benchmarks.graph.world import DATASET_NAMESPACE, World, dataset_name

NO_CAP = 1_000_000
"""The statement has no cap on nodes, so the store is asked without one."""

Node = tuple[bool, str]
"""(whether it is a job, name)"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is around a dataset."""

    title: str
    dataset: int
    direction: Literal["downstream", "both"]
    depth: int


def questions(world: World, depth: int) -> list[Question]:
    """A dataset in the middle of its component, and everything that comes from the component's source."""
    return [
        Question("middle, both ways", world.middle(), "both", depth),
        Question("source, downstream", world.source(), "downstream", depth),
    ]


# Each step looks up the index for the side it leaves by: one join with OR would read the whole table at each.
_WALK = """
{name}(is_job, id, depth) AS (
    SELECT FALSE, CAST(:root AS bigint), 0
    UNION
    SELECT NOT w.is_job, e.id, w.depth + 1 FROM {name} w, LATERAL (
        SELECT dataset_id AS id FROM lineage_edge WHERE w.is_job AND job_id = w.id AND direction = '{from_job}'
        UNION ALL
        SELECT job_id FROM lineage_edge WHERE NOT w.is_job AND dataset_id = w.id AND direction = '{from_dataset}'
    ) e WHERE w.depth < :depth
)"""
_DOWN = _WALK.format(name="down", from_job="output", from_dataset="input")
_UP = _WALK.format(name="up", from_job="input", from_dataset="output")
_NAMES = """,
node AS ({walks})
SELECT TRUE AS is_job, j.name FROM node n JOIN lineage_job j ON j.id = n.id WHERE n.is_job
UNION ALL
SELECT FALSE, d.name FROM node n JOIN lineage_dataset d ON d.id = n.id WHERE NOT n.is_job
"""
STATEMENTS = {
    "downstream": f"WITH RECURSIVE {_DOWN}" + _NAMES.format(walks="SELECT DISTINCT is_job, id FROM down"),
    "both": f"WITH RECURSIVE {_DOWN}, {_UP}"
    + _NAMES.format(walks="SELECT is_job, id FROM down UNION SELECT is_job, id FROM up"),
}


def ask_store(engine: Engine, question: Question) -> Graph:
    """The provider's answer."""
    with Session(engine) as session:
        return read_graph(
            Key(False, question.dataset),
            question.direction,
            question.depth,
            max_nodes=NO_CAP,
            session=session,
        )


def nodes_of(graph: Graph) -> set[Node]:
    return {(node.type == "job", str(node.name)) for node in graph.nodes.values()}


def ask_statement(connection: Connection, question: Question) -> set[Node]:
    """Nodes as one recursive statement answers; it is spared edges, columns and everything but the names."""
    rows: Any = connection.execute(
        text(STATEMENTS[question.direction]), {"root": question.dataset, "depth": question.depth}
    )
    return {(is_job, name) for is_job, name in rows}


def ask_http(client: httpx.Client, question: Question) -> httpx.Response:
    """The API's answer; it is asked for the most nodes it gives."""
    node = NodeId("dataset", DATASET_NAMESPACE, dataset_name(question.dataset))
    answer = client.get(
        "/api/v2/graph",
        params={
            "nodeId": str(node),
            "direction": question.direction,
            "depth": question.depth,
            "max_nodes": MOST_NODES,
        },
    )
    answer.raise_for_status()
    return answer

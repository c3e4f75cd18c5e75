"""Everything that depends on a node, or that it depends on, as a list: how far, how, and how it last went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.graph import Edge, Graph, Node, Root, read_graph
from airflow_lineage_provider.store.graph.collector import paused_collector
from airflow_lineage_provider.store.graph.question import MOST_NODES
from airflow_lineage_provider.store.graph.root import ColumnRoot
from airflow_lineage_provider.store.impact_facts import LastRun, last_runs

ImpactDirection = Literal["upstream", "downstream"]
ImpactKey = tuple[int, int, str]
"""(order of causes, distance, node id): what the list is sorted by."""

Status = Literal["failed", "late", "running", "ok", "unknown"]
_RANKS: dict[Status, int] = {"failed": 0, "late": 1, "running": 2, "ok": 3, "unknown": 3}
"""Order of causes: what failed comes before what is late."""
_FAILED_STATES = frozenset({"failed", "aborted", "upstream_failed"})
_OPEN_STATES = frozenset({"running", "queued", "scheduled", "deferred", "restarting", "up_for_retry"})
LATE_FACTOR = 2
"""A job is late when it was not seen for so many times as long as between its runs until then."""
LATE_RUNS = 3
"""Runs before anybody can tell how long that is."""
LATE_AT_LEAST = timedelta(minutes=10)
MOST_DEPTH = 1_000
IMPACT_COLUMNS = (
    "node",
    "type",
    "namespace",
    "name",
    "degree",
    "distance",
    "path",
    "dags",
    "owners",
    "status",
    "last_run_state",
    "last_run_started_at",
    "last_run_ended_at",
)


@dataclass(frozen=True, slots=True)
class Impact:
    """One node of the list."""

    node: Node
    distance: int
    """Edges away from the root."""
    path: tuple[str, ...]
    """Node ids of a shortest way, the root first, whichever way data flows."""
    status: Status = "unknown"
    """Of the newest run of a job, or of the jobs that write a dataset: the worst of theirs."""
    last_run: LastRun | None = None
    """Of a job its newest run; of a dataset that of the job with the worst, or else the newest, one."""
    dag_ids: tuple[str, ...] = ()
    """DAG of a job; DAGs in the answer that write a dataset."""
    owners: tuple[str, ...] = ()
    """Left to those who know contracts: see governance.impact_owners."""

    @property
    def degree(self) -> str:
        """``1``, ``2`` or ``3+``: which job on the way it is, or is of. A column counts its edges."""
        steps = self.distance if self.node.type == "column" else (self.distance + 1) // 2
        return str(steps) if steps < 3 else "3+"

    def to_row(self) -> tuple[object, ...]:
        """Cells of :data:`IMPACT_COLUMNS`."""
        run = self.last_run
        return (
            self.node.id,
            self.node.type,
            self.node.namespace,
            self.node.name,
            self.degree,
            self.distance,
            " > ".join(self.path),
            ", ".join(self.dag_ids),
            ", ".join(self.owners),
            self.status,
            run.state if run else None,
            run.started_at.isoformat() if run and run.started_at else None,
            run.ended_at.isoformat() if run and run.ended_at else None,
        )

    def to_wire(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            **self.node.to_wire(),
            "degree": self.degree,
            "distance": self.distance,
            "path": list(self.path),
            "dag_ids": list(self.dag_ids),
            "owners": list(self.owners),
            "status": self.status,
            "last_run": self.last_run.to_wire() if self.last_run else None,
        }


@dataclass(frozen=True, slots=True)
class ImpactPage:
    """A part of the list."""

    root: str
    direction: ImpactDirection
    items: tuple[Impact, ...]
    total: int
    truncated: bool
    next_key: ImpactKey | None
    """Of the last item, where there are more."""


@paused_collector()
def read_impact(
    root: Root,
    direction: ImpactDirection = "downstream",
    depth: int = MOST_DEPTH,
    *,
    as_of: datetime | None = None,
    since: datetime | None = None,
    limit: int | None = None,
    after: ImpactKey | None = None,
    now: datetime,
    access: Access = FULL_ACCESS,
    session: Session,
) -> ImpactPage:
    """What comes from a node, nearest first; or what it comes from, what failed or is late first.

    :param limit: items of a page; ``None``: all.
    :param after: ``next_key`` of the page before.
    :raises UnknownNode: for a root that may not be seen.
    """
    is_column = isinstance(root, ColumnRoot)
    graph = read_graph(
        root,
        direction,
        min(depth, MOST_DEPTH),
        granularity="column" if is_column else "task",
        max_nodes=MOST_NODES,
        as_of=as_of,
        since=since,
        access=access,
        session=session,
    )
    writers = _writers(graph)
    items = _items(graph, direction)
    if direction == "upstream":
        # Who is to blame decides the order, so that all must be asked, not only those of this page.
        items = _with_runs(items, graph, writers, now=now, session=session)
    keyed = sorted(((_key(item, direction), item) for item in items), key=lambda pair: pair[0])
    rest = [pair for pair in keyed if after is None or pair[0] > after]
    shown = rest if limit is None else rest[:limit]
    page = [item for _, item in shown]
    if direction == "downstream":
        page = _with_runs(page, graph, writers, now=now, session=session)
    return ImpactPage(
        graph.root,
        direction,
        tuple(page),
        len(items),
        graph.truncated,
        shown[-1][0] if shown and len(shown) < len(rest) else None,
    )


def _items(graph: Graph, direction: ImpactDirection) -> list[Impact]:
    """Every node but the root."""
    paths = graph.routes.of(downstream=direction == "downstream") if graph.routes is not None else {}
    return [
        Impact(graph.nodes[node_id], len(path) - 1, path)
        for node_id, path in paths.items()
        if len(path) > 1 and node_id in graph.nodes
    ]


def _key(item: Impact, direction: ImpactDirection) -> ImpactKey:
    return (_RANKS[item.status] if direction == "upstream" else 0), item.distance, item.node.id


def _writers(graph: Graph) -> dict[str, list[Node]]:
    """Jobs of the answer that may be seen, by the node id of what they make; a job by its own."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        if node.type == "job" and not node.is_masked:
            found[node.id].append(node)
    for edge in graph.edges:
        found[edge.target] += [graph.jobs[job] for job in edge.jobs or () if job in graph.jobs]
        source = graph.nodes[edge.source]
        if source.type == "job" and not source.is_masked and not edge.is_masked:
            found[edge.target].append(source)
    return found


def _with_runs(
    items: Collection[Impact],
    graph: Graph,
    writers: Mapping[str, list[Node]],
    *,
    now: datetime,
    session: Session,
) -> list[Impact]:
    jobs = {job.row_id for item in items for job in writers.get(item.node.id, ()) if job.row_id is not None}
    runs = last_runs(jobs, session=session)
    overdue = {edge_job for edge_job, edges in _edges_by_job(graph).items() if _is_overdue(edges, now)}
    return [_with_run(item, writers.get(item.node.id, ()), runs, overdue) for item in items]


def _with_run(
    item: Impact, jobs: Collection[Node], runs: Mapping[int, LastRun], overdue: Collection[str]
) -> Impact:
    dags = tuple(sorted({job.dag_id for job in jobs if job.dag_id}))
    known = [
        (_status(runs[job.row_id], job.id in overdue), runs[job.row_id])
        for job in jobs
        if job.row_id is not None and job.row_id in runs
    ]
    if not known:
        return replace(item, dag_ids=dags)
    status, run = min(known, key=lambda pair: (_RANKS[pair[0]], -pair[1].at.timestamp(), -pair[1].id))
    return replace(item, dag_ids=dags, status=status, last_run=run)


def _status(run: LastRun, is_overdue: bool) -> Status:
    if run.state in _FAILED_STATES:
        return "failed"
    if is_overdue:
        return "late"
    return "running" if run.state in _OPEN_STATES else "ok"


def _edges_by_job(graph: Graph) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if graph.nodes[end].type == "job" and not edge.is_masked:
                found[end].append(edge)
    return found


def _is_overdue(edges: Collection[Edge], now: datetime) -> bool:
    """Whether a job was quiet for far longer than it usually is, as its liveliest edge tells."""
    edge = max(edges, key=lambda each: each.runs or 0)
    if edge.first_seen is None or edge.last_seen is None or (edge.runs or 0) < LATE_RUNS:
        return False
    usual = (edge.last_seen - edge.first_seen) / ((edge.runs or 0) - 1)
    return now - edge.last_seen > max(LATE_FACTOR * usual, LATE_AT_LEAST)

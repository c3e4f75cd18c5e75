"""What stands in an answer: nodes, and the edges between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from airflow_lineage_provider.model.evidence import Evidence

NodeType = Literal["dataset", "job", "dag", "run", "column"]


class Node(NamedTuple):
    """A node; of a masked one only id (``masked:1``) and type are there."""

    id: str
    type: NodeType
    namespace: str | None = None
    name: str | None = None
    dag_id: str | None = None
    task_id: str | None = None
    operator: str | None = None
    row_id: int | None = None
    """Row of the dataset, job or run; not for the outside."""
    columns: tuple[Mapping[str, Any], ...] | None = None
    """Of datasets, where they were asked for: ``{"name", "type"?, "description"?}`` or ``{"masked": True}``."""
    dataset: str | None = None
    """Node id of the dataset that a column, or one version of a dataset, belongs to."""
    run: Mapping[str, Any] | None = None
    """Of runs: see :mod:`~airflow_lineage_provider.store.graph.run_graph`."""
    is_masked: bool = False
    degrees: tuple[int, int] | None = None
    """How many neighbours there are (upstream, downstream), in the answer or not, where it was asked for."""

    def to_wire(self) -> dict[str, Any]:
        """JSON-ready; the keys depend on the type of node."""
        wire: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.is_masked:
            wire["masked"] = True
            return wire
        wire.update(namespace=self.namespace, name=self.name)
        if self.type in ("job", "run"):
            wire.update(dag_id=self.dag_id, task_id=self.task_id, operator=self.operator)
        elif self.type == "dag":
            wire["dag_id"] = self.dag_id
        if self.columns is not None:
            wire["columns"] = [dict(column) for column in self.columns]
        if self.dataset is not None:
            wire["dataset"] = self.dataset
        if self.run is not None:
            wire["run"] = {key: _plain(value) for key, value in self.run.items()}
        if self.degrees is not None:
            wire["upstream"], wire["downstream"] = self.degrees
        return wire


class Edge(NamedTuple):
    """An edge, in the direction data flows. Of one that touches a masked node only the ends are told."""

    source: str
    target: str
    evidence: int | None = None
    """Bits of :class:`~airflow_lineage_provider.model.evidence.Evidence`."""
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    runs: int | None = None
    last_run_id: int | None = None
    """Row id of the newest run that went along it."""
    jobs: tuple[str, ...] | None = None
    """Node ids of the jobs behind an edge between two datasets or columns."""
    masked_jobs: int = 0
    """How many more jobs there are that may not be seen."""
    transformations: tuple[Mapping[str, Any], ...] | None = None
    """Of columns: ``{"type", "subtype", "masking"}`` as in OpenLineage's column lineage."""
    is_masked: bool = False

    def to_wire(self) -> dict[str, Any]:
        """JSON-ready; what does not apply is left out."""
        source, target, evidence, first, last, runs, run_id, jobs, masked_jobs, changes, is_masked = self
        wire: dict[str, Any] = {"source": source, "target": target}
        if is_masked:
            wire["masked"] = True
        if evidence is not None:
            wire["evidence"] = list(evidence_names(evidence))
        if first is not None:
            wire["first_seen"] = first.isoformat()
        if last is not None:
            wire["last_seen"] = last.isoformat()
        if runs is not None:
            wire["runs"] = runs
        if run_id is not None:
            wire["last_run_id"] = run_id
        if jobs is not None:
            wire["jobs"] = list(jobs)
        if masked_jobs:
            wire["masked_jobs"] = masked_jobs
        if changes is not None:
            wire["transformations"] = [dict(each) for each in changes]
        return wire


@cache
def evidence_names(evidence: int) -> tuple[str, ...]:
    return Evidence(evidence).names


def utc(moment: datetime | None) -> datetime | None:
    """A moment as databases give it: those that know no time zones give UTC without saying so."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

"""How the jobs of an impact list last went, and whose its nodes are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.graph import Node
from airflow_lineage_provider.store.graph.row_ids import chunks, in_ids
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.owners import asset_owners, dag_owners, producers

_NEWEST = (
    # One look at the end of the index for each job, whatever number of runs it had.
    select(func.max(RUN.c.id)).where(RUN.c.job_id == JOB.c.id).correlate(JOB).scalar_subquery()
)
_RUNS = select(RUN.c.job_id, RUN.c.id, RUN.c.state, RUN.c.started_at, RUN.c.ended_at)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a job."""

    id: int
    """Row id."""
    state: str | None
    started_at: datetime | None
    ended_at: datetime | None

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


def last_runs(job_ids: Collection[int], *, session: Session) -> dict[int, LastRun]:
    """Newest run by job; jobs without a run are not in there."""
    newest: list[int] = []
    for part in chunks(sorted(set(job_ids))):
        found = session.scalars(select(_NEWEST).where(in_ids(JOB.c.id)), {"ids": part})
        newest.extend(run_id for run_id in found if run_id is not None)
    runs = {}
    for part in chunks(sorted(newest)):
        for row in session.execute(_RUNS.where(in_ids(RUN.c.id)), {"ids": part}):
            runs[row.job_id] = LastRun(row.id, row.state, row.started_at, row.ended_at)
    return runs


def owners_of(
    nodes: Iterable[Node], datasets: Mapping[str, DatasetId], access: Access, *, session: Session
) -> dict[str, tuple[str, ...]]:
    """Owners by node id; nodes that have none are not in there.

    Of a dataset those in the extra of its asset, else those of the DAGs that write it; of a job those of its DAG.

    :param datasets: the dataset of each node that is one, or is a column of one.
    """
    nodes = [node for node in nodes if not node.is_masked]
    by_asset: dict[DatasetId, list[str]] = {}
    wanted = set(datasets.values())
    if wanted:
        for asset in asset_owners(session=session):
            if asset.dataset in wanted:
                by_asset.setdefault(asset.dataset, []).append(asset.owner)
    without = {dataset.digest: dataset for dataset in wanted if dataset not in by_asset}
    writers = {
        without[digest]: [
            writer.dag_id for writer in found if writer.dag_id and access.may_read(writer.dag_id)
        ]
        for digest, found in producers(without, session=session).items()
    }
    dags = {node.dag_id for node in nodes if node.dag_id} | {
        dag for found in writers.values() for dag in found
    }
    by_dag = dag_owners(dags, session=session)

    def owners(node: Node) -> Sequence[str]:
        dataset = datasets.get(node.id)
        if dataset is None:
            return by_dag.get(node.dag_id or "", ())
        return by_asset.get(dataset) or [
            owner for dag in writers.get(dataset, ()) for owner in by_dag.get(dag, ())
        ]

    found = {node.id: tuple(dict.fromkeys(owners(node))) for node in nodes}
    return {node_id: names for node_id, names in found.items() if names}

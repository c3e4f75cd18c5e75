"""A job by its node id."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.model.node_id import InvalidNodeId, NodeId
from airflow_lineage_provider.store.found_dataset import MOST_READINGS
from airflow_lineage_provider.store.ingest import JOB


def job_of_node(text: str, *, session: Session) -> int | None:
    """Row id of the job of a node id; ``None`` where there is none. Raises ``InvalidNodeId``."""
    readings = list(islice(NodeId.readings(text), MOST_READINGS))
    if any(reading.type != "job" for reading in readings):
        raise InvalidNodeId(f"{text!r} is no node id of a job; expected job:NAMESPACE:NAME")
    digests = [identity_digest(reading.namespace, reading.name) for reading in readings]
    query = select(JOB.c.digest, JOB.c.id).where(JOB.c.digest.in_(digests))
    ids = {row.digest: int(row.id) for row in session.execute(query)}
    return next((ids[digest] for digest in digests if digest in ids), None)

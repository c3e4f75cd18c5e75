"""Whether the root of a question may be seen at all: decided before anything else is said about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph.describe import hidden_columns
from airflow_lineage_provider.store.graph.root import ColumnRoot, DagRoot, Key, Root, UnknownNode
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.visibility import visible_datasets, visible_jobs


def check_root(root: Root, access: Access, *, session: Session) -> None:
    """Raise :class:`UnknownNode` for what is not to be seen, as for what is not there."""
    if not _is_seen(root, access, session=session):
        raise UnknownNode("nothing of that name is known, or it may not be seen")


def _is_seen(root: Root, access: Access, *, session: Session) -> bool:
    if isinstance(root, ColumnRoot):
        hidden = hidden_columns([root.dataset_id], access, session=session)
        if root.column in hidden.get(root.dataset_id, ()):
            return False
    if access.is_unrestricted:
        return True
    if isinstance(root, DagRoot):
        return access.may_read(root.dag_id)
    if isinstance(root, Key) and not root.is_job:
        return bool(visible_datasets([root.id], access, session=session))
    if isinstance(root, ColumnRoot):
        return bool(visible_datasets([root.dataset_id], access, session=session))
    job_id = root.id
    if not isinstance(root, Key):
        job_id = session.scalar(select(RUN.c.job_id).where(RUN.c.id == root.id)) or 0
    return bool(visible_jobs([job_id], access, session=session))

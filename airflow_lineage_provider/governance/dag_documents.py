"""What the judge needs of serialized DAGs: read once for each content, for a document may be large."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from airflow.models.dag_version import DagVersion
from airflow.models.serialized_dag import SerializedDagModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_structure import DagStructure, document_of, structure_of
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.upsert import CHUNK, some

PARAM = "lineage"
PINNED = "x-lineage-policy"
"""As ``capture.policy`` writes it."""


@dataclass(frozen=True, slots=True)
class DagDocument:
    """The newest version of a DAG."""

    digest: str
    """Another one as soon as anything about the DAG is."""
    structure: DagStructure = field(default_factory=lambda: DagStructure({}))
    policy: Any = None
    """Lineage policy in the params of the DAG."""
    policies: Mapping[str, Any] = field(default_factory=dict)
    """Those of tasks, where they have one; a task has a copy of each param of its DAG."""


NOT_SERIALIZED = DagDocument("")


def newest_documents(dag_ids: Collection[str], *, session: Session) -> dict[str, DagDocument]:
    """Newest versions by DAG; DAGs that were never serialized are left out."""
    found: dict[str, DagDocument] = {}
    unread: dict[UUID, tuple[str, str]] = {}
    for dag_id, (row_id, digest) in newest_digests(dag_ids, session=session).items():
        known = _documents.get(digest)
        if known is not None:
            found[dag_id] = known
        else:
            unread[row_id] = dag_id, digest
    wanted = sorted(unread)
    for part in parts(wanted, _AT_ONCE):
        # By place: a row of SQLAlchemy's has an attribute ``_data`` of its own.
        for row_id, plain, packed in session.execute(_DATA, {"some": part}):
            dag_id, digest = unread[row_id]
            found[dag_id] = _documents.put(digest, read_document(document_of(plain, packed), digest))
    return found


def newest_digests(dag_ids: Collection[str], *, session: Session) -> dict[str, tuple[UUID, str]]:
    """(row id, digest) of the newest version by DAG."""
    wanted = sorted(set(dag_ids))
    return {
        row.dag_id: (row.id, f"{row.id} {row.dag_hash}")
        for part in parts(wanted, CHUNK)
        for row in session.execute(_NEWEST, {"some": part})
    }


_documents: ContentCache[DagDocument] = ContentCache()
_AT_ONCE = 20
"""Documents, which may have megabytes each."""
_OTHER = DagVersion.__table__.alias("other")
_OTHERS = SerializedDagModel.__table__.alias("others")
_NEWEST_VERSION = (
    select(func.max(_OTHER.c.version_number))
    .join(_OTHERS, _OTHERS.c.dag_version_id == _OTHER.c.id)
    .where(_OTHER.c.dag_id == DagVersion.dag_id)
    .correlate(DagVersion)
    .scalar_subquery()
)
_NEWEST = (
    select(DagVersion.dag_id, SerializedDagModel.id, SerializedDagModel.dag_hash)
    .join(SerializedDagModel, SerializedDagModel.dag_version_id == DagVersion.id)
    .where(DagVersion.dag_id.in_(some()), DagVersion.version_number == _NEWEST_VERSION)
)
_DATA = select(SerializedDagModel.id, SerializedDagModel._data, SerializedDagModel._data_compressed).where(
    SerializedDagModel.id.in_(some())
)


def read_document(document: Any, digest: str) -> DagDocument:
    """Read a serialized DAG."""
    policies = {}
    for task in _tasks(document):
        if (policy := _policy(task)) is not None:
            policies[str(task["task_id"])] = policy
    return DagDocument(digest, structure_of(document), _policy(_dag(document)), policies)


def _dag(document: Any) -> Mapping[str, Any]:
    dag = document.get("dag") if isinstance(document, Mapping) else None
    return dag if isinstance(dag, Mapping) else {}


def _tasks(document: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _dag(document).get("tasks", ()):
        yield entry.get("__var", entry)


def _policy(owner: Mapping[str, Any]) -> Any:
    """Policy in the params of a serialized task or DAG; ``None`` where there is none.

    What an author pinned in the schema stands above the value.
    """
    params = owner.get("params")
    pairs = params.items() if isinstance(params, Mapping) else params or ()
    for name, param in pairs:
        if name == PARAM:
            plain = _plain(param)
            schema = plain.get("schema") if isinstance(plain, Mapping) else None
            if isinstance(schema, Mapping) and PINNED in schema:
                return schema[PINNED]
            return plain.get("default") if isinstance(plain, Mapping) else None
    return None


def _plain(value: Any) -> Any:
    """A value without the envelopes of Airflow's serialization."""
    if isinstance(value, Mapping):
        if "__var" in value and "__type" in value:
            return _plain(value["__var"])
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value

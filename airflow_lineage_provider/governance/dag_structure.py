"""Which tasks a DAG has and which come before which, read from the serialized DAG as JSON.

Deserializing a DAG builds every operator; the ids and the arrows between them are in the JSON as they are.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from airflow.models.dag_version import DagVersion
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class DagStructure:
    """Tasks by id with the ids that follow them directly."""

    downstream: Mapping[str, frozenset[str]]

    @property
    def task_ids(self) -> frozenset[str]:
        return frozenset(self.downstream)

    def upstream_of(self, task_id: str) -> frozenset[str]:
        """Every task that comes before ``task_id``, directly or not."""
        before: dict[str, set[str]] = {}
        for upstream, followers in self.downstream.items():
            for follower in followers:
                before.setdefault(follower, set()).add(upstream)
        found: set[str] = set()
        frontier = [task_id]
        while frontier:
            for upstream in before.get(frontier.pop(), ()):
                if upstream not in found:
                    found.add(upstream)
                    frontier.append(upstream)
        return frozenset(found - {task_id})


def structure_for(
    dag_id: str, run_id: str, task_id: str, map_index: int, *, session: Session
) -> DagStructure | None:
    """Structure of the DAG version that a task instance runs, else of the newest one; ``None`` if there is none."""
    version = session.scalar(
        select(TaskInstance.dag_version_id).where(
            TaskInstance.dag_id == dag_id,
            TaskInstance.run_id == run_id,
            TaskInstance.task_id == task_id,
            TaskInstance.map_index == map_index,
        )
    )
    data = _data_of_version(version, session=session) if version is not None else None
    if data is None:
        return newest_structure(dag_id, session=session)
    return structure_of(data)


def newest_structure(dag_id: str, *, session: Session) -> DagStructure | None:
    """Structure of the newest version of a DAG; ``None`` if it was never serialized."""
    data = newest_serialized(dag_id, session=session)
    return structure_of(data) if data is not None else None


def newest_serialized(dag_id: str, *, session: Session) -> Any:
    """The newest version of a DAG as Airflow serialized it, in JSON values; ``None`` if it never did."""
    row = session.execute(_NEWEST, {"dag_id": dag_id}).first()
    return document_of(*row) if row is not None else None


_NEWEST = (
    select(SerializedDagModel._data, SerializedDagModel._data_compressed)
    .join(DagVersion, DagVersion.id == SerializedDagModel.dag_version_id)
    .where(SerializedDagModel.dag_id == bindparam("dag_id"))
    .order_by(DagVersion.version_number.desc())
    .limit(1)
)


def _data_of_version(version: UUID, *, session: Session) -> Any:
    row = session.execute(
        select(SerializedDagModel._data, SerializedDagModel._data_compressed).where(
            SerializedDagModel.dag_version_id == version
        )
    ).first()
    return document_of(*row) if row is not None else None


def document_of(plain: Any, compressed: bytes | None) -> Any:
    """A serialized DAG in JSON values, from the two columns of which Airflow fills one."""
    data = json.loads(zlib.decompress(compressed)) if compressed else plain
    return json.loads(data) if isinstance(data, str) else data


def structure_of(data: Mapping[str, Any]) -> DagStructure:
    """Structure of a serialized DAG."""
    downstream = {}
    for entry in data.get("dag", {}).get("tasks", ()):
        task = entry.get("__var", entry)
        downstream[str(task["task_id"])] = frozenset(task.get("downstream_task_ids") or ())
    return DagStructure(downstream)

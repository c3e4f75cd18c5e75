"""The DAG on whose behalf is asked, as Airflow and the records of its runs know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_structure import newest_serialized
from airflow_lineage_provider.governance.facts import AskerFact
from airflow_lineage_provider.store.dag_tags import tags_of
from airflow_lineage_provider.store.dag_use import last_policies

PARAM = "lineage"
PINNED = "x-lineage-policy"
"""As ``capture.policy`` writes it."""


def asker_of(
    dag_id: str, *, run_id: str | None = None, task_id: str | None = None, session: Session
) -> AskerFact:
    """Tags of a DAG, and which of its tasks switch capture off: by their params, or as their last run told."""
    document = newest_serialized(dag_id, session=session)
    tasks = {str(task["task_id"]): task for task in _tasks(document)}
    of_dag = _policy(_dag(document))
    own = {each: _policy(task) for each, task in tasks.items()}
    switched_off = {each for each, policy in own.items() if _is_off(policy if policy is not None else of_dag)}
    told = last_policies(dag_id, session=session)
    switched_off |= {each for each in told.keys() & tasks.keys() if any(map(_is_off, told[each]))}
    return AskerFact(
        dag_id, frozenset(tags_of(dag_id, session=session)), run_id, task_id, tuple(sorted(switched_off))
    )


def _dag(document: Any) -> Mapping[str, Any]:
    dag = document.get("dag") if isinstance(document, Mapping) else None
    return dag if isinstance(dag, Mapping) else {}


def _tasks(document: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _dag(document).get("tasks", ()):
        yield entry.get("__var", entry)


def _policy(owner: Mapping[str, Any]) -> Any:
    """Policy in the params of a serialized task or DAG; ``None`` where there is none.

    A task has a copy of each param of its DAG. What an author pinned in the schema stands above the value.
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


def _is_off(policy: Any) -> bool:
    return isinstance(policy, Mapping) and (policy.get("capture") is False or policy.get("sample") == 0)

"""The DAG on whose behalf is asked, as Airflow and the records of its runs know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.dag_documents import NOT_SERIALIZED, DagDocument, newest_documents
from airflow_lineage_provider.governance.facts import AskerFact, OwnerFact
from airflow_lineage_provider.governance.facts_of.owners import OF_DAG
from airflow_lineage_provider.governance.gates.tightening import tightening
from airflow_lineage_provider.store.dag_tags import tags_of_dags
from airflow_lineage_provider.store.dag_use import Uses, uses_of_dags
from airflow_lineage_provider.store.owners import dag_owner_links, dag_owners


def asker_of(
    dag_id: str, *, run_id: str | None = None, task_id: str | None = None, session: Session
) -> AskerFact:
    """Tags of a DAG, how it tightens its gates, and which of its tasks switch capture off."""
    asker = askers_of([dag_id], session=session)[dag_id]
    return replace(asker, run_id=run_id, task_id=task_id) if run_id or task_id else asker


def askers_of(
    dag_ids: Collection[str],
    *,
    documents: Mapping[str, DagDocument] | None = None,
    uses: Mapping[str, Uses] | None = None,
    session: Session,
) -> dict[str, AskerFact]:
    """Many at once; of each DAG that is asked for, whether it exists or not.

    :param documents: their newest versions, where they are known.
    :param uses: what their tasks were seen doing, where it is known.
    """
    if documents is None:
        documents = newest_documents(dag_ids, session=session)
    if uses is None:
        uses = uses_of_dags(dag_ids, session=session)
    tags = tags_of_dags(dag_ids, session=session)
    owners = dag_owners(dag_ids, session=session)
    links = dag_owner_links(dag_ids, session=session)
    found = {}
    for dag_id in dag_ids:
        document = documents.get(dag_id, NOT_SERIALIZED)
        of_dag = tags.get(dag_id, frozenset())
        gate, problems = tightening(of_dag, document.policy)
        uncaptured = tuple(sorted(switched_off(document, uses.get(dag_id, {}))))
        found[dag_id] = AskerFact(
            dag_id,
            of_dag,
            uncaptured=uncaptured,
            gate=gate,
            gate_problems=problems,
            owners=owners_of_dag(dag_id, owners.get(dag_id, ()), links.get(dag_id, {})),
        )
    return found


def owners_of_dag(dag_id: str, names: Iterable[str], links: Mapping[str, str]) -> tuple[OwnerFact, ...]:
    """Owners of a DAG; the link that it gives for one is the channel."""
    return tuple(OwnerFact(name, f"{OF_DAG}{dag_id}", links.get(name)) for name in names)


def switched_off(document: DagDocument, uses: Uses) -> set[str]:
    """Tasks that switch capture off: by their params, else by those of their DAG, or as their last run told."""
    tasks = document.structure.downstream
    is_dag_off = _is_off(document.policy)
    found = {
        task
        for task in tasks
        if (_is_off(own) if (own := document.policies.get(task)) is not None else is_dag_off)
    }
    found |= {task for task in uses.keys() & tasks.keys() if any(map(_is_off, uses[task].policies))}
    return found


def _is_off(policy: Any) -> bool:
    return isinstance(policy, Mapping) and (policy.get("capture") is False or policy.get("sample") == 0)

"""Facts for the judging of many DAGs: what they have in common is looked up once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.asker import askers_of
from airflow_lineage_provider.governance.dag_documents import NOT_SERIALIZED, newest_documents
from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.facts_of.use import Told, names_told, used_as
from airflow_lineage_provider.governance.gather import gather_shared, key_of
from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.governance.scope import dag_scopes
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.store.dag_inputs import Declared, asking_tasks, declared_of_dags
from airflow_lineage_provider.store.dag_use import uses_of_dags


@dataclass(frozen=True, slots=True)
class DagFacts:
    """All that the judge knows about what one DAG reads."""

    scope: ScopeFacts
    document: str
    """Digest of the DAG's newest version."""
    digests: frozenset[str]
    """Every name of what it reads."""


def facts_of_dags(dag_ids: Collection[str], *, now: datetime, session: Session) -> dict[str, DagFacts]:
    """Facts by DAG, for their next runs."""
    documents = newest_documents(dag_ids, session=session)
    uses = uses_of_dags(dag_ids, session=session)
    askers = askers_of(dag_ids, documents=documents, uses=uses, session=session)
    asking = asking_tasks(dag_ids, session=session)
    declared = declared_of_dags(dag_ids, session=session)
    scopes = dag_scopes(dag_ids, documents=documents, asking=asking, declared=declared, session=session)
    depth = config.gate_depth()
    if depth > 1:
        scopes = {dag_id: with_upstream(scope, depth, session=session) for dag_id, scope in scopes.items()}
    facts = gather_shared(scopes.values(), now=now, session=session)
    told = {
        dag_id: Told(declared.get(dag_id, Declared()), uses.get(dag_id, {}), asking.get(dag_id, ()))
        for dag_id, scope in scopes.items()
        if scope
    }
    names = canonical_names({name for each in told.values() for name in names_told(each)}, session=session)
    found = {}
    for dag_id, scope in scopes.items():
        use = used_as([entry.dataset for entry in scope], told[dag_id], names) if scope else {}
        datasets = tuple(
            replace(
                facts[key_of(entry)],
                known_by=tuple(entry.known_by),
                use=use.get(entry.dataset),
                degree=entry.degree,
            )
            for entry in scope
        )
        digests = {name.digest for entry in scope for name in (entry.dataset, *entry.stored_as)}
        found[dag_id] = DagFacts(
            ScopeFacts(
                datasets, askers[dag_id], is_whole_upstream=True, is_cut=getattr(scope, "is_cut", False)
            ),
            documents.get(dag_id, NOT_SERIALIZED).digest,
            frozenset(digests),
        )
    return found

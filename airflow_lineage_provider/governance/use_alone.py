"""What a DAG does with what it reads, and nothing else of it: all that rules about a DAG ask for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.facts_of.use import use_facts
from airflow_lineage_provider.governance.in_scope import InScope


def use_alone(scope: Sequence[InScope], asker: AskerFact, *, session: Session) -> ScopeFacts:
    """Facts for rules about a DAG. Whoever tells of a finding gathers the rest: owner, contract and channel.

    :param scope: all that the DAG reads.
    """
    use = use_facts([entry.dataset for entry in scope], asker.dag_id, session=session) if scope else {}
    datasets = tuple(
        DatasetFacts(entry.dataset, tuple(entry.known_by), use=use.get(entry.dataset), degree=entry.degree)
        for entry in scope
    )
    return ScopeFacts(datasets, asker, is_whole_upstream=True, is_cut=getattr(scope, "is_cut", False))

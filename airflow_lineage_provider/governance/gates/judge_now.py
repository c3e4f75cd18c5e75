"""Judge a DAG for its gates at once, because somebody asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.gates.dag_answer import answer_of
from airflow_lineage_provider.governance.gates.dag_facts import facts_of_dags
from airflow_lineage_provider.governance.gates.keeping import keep_one
from airflow_lineage_provider.store.gate_states import StoredGate


def judge_now(dag_id: str, *, now: datetime, session: Session) -> StoredGate:
    """Judge a DAG as its next run would find it, and keep the answer. Does not commit."""
    court = Court.of_today(now=now, session=session)
    facts = facts_of_dags([dag_id], now=now, session=session)[dag_id]
    answer = answer_of(dag_id, facts, court, now=now, most=now + config.gate_state_lifetime())
    return keep_one(answer, court, lifetime=config.gate_state_lifetime(), session=session)

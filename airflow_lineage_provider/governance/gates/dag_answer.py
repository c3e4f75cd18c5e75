"""The answer that is kept for the gates of one DAG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.gates.dag_facts import DagFacts
from airflow_lineage_provider.governance.gates.outlook import holds_until
from airflow_lineage_provider.governance.verdict import Finding, Verdict
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import MOST_FINDINGS, GateFinding, StoredGate


@dataclass(frozen=True, slots=True)
class DagAnswer:
    """What the judge says about a DAG, and what would change it."""

    dag_id: str
    verdict: Verdict
    scope: ScopeFacts
    fingerprint: str
    judged_at: datetime
    due_at: datetime
    """When the same facts may give another answer, or it is time to look again in any case."""
    document: str
    """Digest of the DAG's newest version."""
    digests: frozenset[str]
    """Every name of what it reads."""

    @property
    def level(self) -> Level:
        """The gravest among the findings."""
        return max(
            (each.level for each in self.verdict.findings), key=lambda level: level.rank, default=Level.OFF
        )

    @property
    def dags(self) -> frozenset[str]:
        """DAGs that write what it reads."""
        return frozenset(
            run.dag_id for facts in self.scope.datasets for run in facts.producer_runs if run.dag_id
        )

    def stored(self, *, verdict_id: int | None, shown: str | None, valid_until: datetime) -> StoredGate:
        """As it is kept."""
        verdict = self.verdict
        return StoredGate(
            self.dag_id,
            verdict.result.value,
            self.level,
            verdict.message,
            shown,
            tuple(GateFinding(each.key, each.rule, each.level) for each in verdict.findings[:MOST_FINDINGS]),
            len(verdict.findings),
            len(verdict.datasets),
            self.fingerprint,
            verdict_id,
            self.judged_at,
            valid_until,
        )


def answer_of(dag_id: str, facts: DagFacts, court: Court, *, now: datetime, most: datetime) -> DagAnswer:
    """Judge a DAG as its next run would find it.

    :param most: when it is judged again in any case.
    """
    verdict = court.judge(facts.scope, now=now)
    return DagAnswer(
        dag_id,
        verdict,
        facts.scope,
        fingerprint_of(verdict, facts.scope),
        now,
        holds_until(verdict, facts.scope, court, now=now, most=most),
        facts.document,
        facts.digests,
    )


def fingerprint_of(verdict: Verdict, scope: ScopeFacts) -> str:
    """The same as long as an answer says the same; for how long something has been late is no other answer."""
    asker = scope.asker
    return content_hash(
        [
            verdict.result.value,
            sorted(map(_said, verdict.findings)),
            list(asker.gate_problems) if asker is not None else [],
        ]
    )


def _said(finding: Finding) -> list[str]:
    contract = finding.contract
    return [
        finding.key,
        finding.level.value,
        finding.result.value,
        str(finding.waiver.id) if finding.waiver is not None else "",
        "baseline" if finding.is_baselined else "",
        finding.owner or "",
        contract.label if contract is not None else "",
        finding.enforce_from.isoformat() if finding.enforce_from is not None else "",
    ]

"""Data is as fresh as promised."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.contracts.promise import SlaPromise
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, Severity, Violation
from airflow_lineage_provider.governance.rules.sla_rule import SlaRule
from airflow_lineage_provider.governance.rules.wording import at, runs_of, span


class FreshnessLate(SlaRule):
    """More time has passed since the last successful write than the contract promises (SLA ``freshness``)."""

    id = "freshness-late"
    title = "It was written lately enough"
    severity = Severity.WARNING
    is_timed = True
    property = "freshness"

    def measure(
        self, facts: DatasetFacts, contract: ContractFact, sla: SlaPromise, seconds: float, moment: Moment
    ) -> Iterator[Violation]:
        last = facts.writes[0]
        age = (moment.now - last.at).total_seconds()
        if age <= seconds:
            return
        yield Violation(
            f"the last successful write was {span(age)} ago, at {at(last.at)} by {last.job}; contract "
            f"{contract.label} promises freshness of {span(seconds)}",
            f"run {last.job}, or find out why it does not: {runs_of(last.job, facts)}",
            subject=sla.element or "",
            evidence={
                "contract": contract.label,
                "promise": sla.path,
                "promised_seconds": seconds,
                "written_at": last.at.isoformat(),
                "written_by": last.job,
            },
        )

"""Data arrives as soon as promised."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.contracts.promise import SlaPromise
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, Severity, Violation
from airflow_lineage_provider.governance.rules.sla_rule import SlaRule
from airflow_lineage_provider.governance.rules.wording import at, node_of, runs_of, span


class LatencyExceeded(SlaRule):
    """The last write came later after the end of its data interval than the contract promises (SLA ``latency``).

    Without a data interval it is unknown.
    """

    id = "latency-exceeded"
    title = "It arrives soon enough after the time it is about"
    severity = Severity.WARNING
    property = "latency"

    def measure(
        self, facts: DatasetFacts, contract: ContractFact, sla: SlaPromise, seconds: float, moment: Moment
    ) -> Iterator[Violation]:
        last = facts.writes[0]
        if last.nominal_at is None:
            yield self.unknown(
                contract,
                sla,
                f"the last write, at {at(last.at)} by {last.job}, says of no data interval, and contract "
                f"{contract.label} promises latency of {span(seconds)}",
                "give the DAG a schedule with data intervals, or have the job tell its nominal time; "
                "`airflow lineage "
                f"history {node_of(facts.dataset)}` shows what is known",
            )
            return
        latency = (last.at - last.nominal_at).total_seconds()
        if latency <= seconds:
            return
        yield Violation(
            f"the last write, at {at(last.at)} by {last.job}, came {span(latency)} after the end of its "
            "data interval; "
            f"contract {contract.label} promises latency of {span(seconds)}",
            f"make {last.job} faster or start it sooner: {runs_of(last.job, facts)}; or promise what "
            f"can be kept in contract {contract.contract_id}",
            subject=sla.element or "",
            evidence={
                "contract": contract.label,
                "promise": sla.path,
                "promised_seconds": seconds,
                "written_at": last.at.isoformat(),
                "nominal_at": last.nominal_at.isoformat(),
                "written_by": last.job,
            },
        )

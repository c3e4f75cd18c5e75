"""Data is written as often as promised."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from airflow_lineage_provider.contracts.promise import SlaPromise
from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.rules.option import Option, WholeOption
from airflow_lineage_provider.governance.rules.rule import Moment, Severity, Violation
from airflow_lineage_provider.governance.rules.sla_rule import SlaRule
from airflow_lineage_provider.governance.rules.wording import at, runs_of, span

WRITES = WholeOption("writes", 5, "How many of the last writes are looked at.", most=20)
TOLERANCE = WholeOption(
    "tolerance_percent",
    25,
    "By how much a gap may be longer than promised: no job ends at the same minute.",
    0,
    1_000,
)


class FrequencyMissed(SlaRule):
    """A gap between two of the last writes, or since the last one, is longer than promised (SLA ``frequency``)."""

    id = "frequency-missed"
    title = "It is written often enough"
    severity = Severity.WARNING
    is_timed = True
    property = "frequency"
    options: tuple[Option, ...] = (WRITES, TOLERANCE)

    def measure(
        self, facts: DatasetFacts, contract: ContractFact, sla: SlaPromise, seconds: float, moment: Moment
    ) -> Iterator[Violation]:
        writes = facts.writes[: WRITES.of(moment.options)]
        longest = seconds * (1 + TOLERANCE.of(moment.options) / 100)
        times = [moment.now, *(write.at for write in writes)]
        gaps = [(later, earlier) for later, earlier in pairwise(times)]
        missed = [gap for gap in gaps if (gap[0] - gap[1]).total_seconds() > longest]
        if not missed:
            return
        later, earlier = max(missed, key=lambda gap: gap[0] - gap[1])
        until = "now" if later is moment.now else at(later)
        count = f"{len(missed)} of the last {len(gaps)} gaps between writes {'was' if len(missed) == 1 else 'were'}"
        last = writes[0]
        yield Violation(
            f"{count} too long: nothing was written for {span((later - earlier).total_seconds())}, from "
            f"{at(earlier)} to {until}; contract {contract.label} promises a write every {span(seconds)}",
            f"see why {last.job} did not run or failed: {runs_of(last.job, facts)}; or promise what "
            f"can be kept in contract {contract.contract_id}",
            subject=sla.element or "",
            evidence={
                "contract": contract.label,
                "promise": sla.path,
                "promised_seconds": seconds,
                "writes": [write.at.isoformat() for write in writes],
            },
        )

"""Data passes the checks that are made of it."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts, QualityFact
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.demand import named
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, runs_of

_MILD = frozenset({"warn", "warning", "info"})


class QualityFailed(RuleDefaults):
    """The last result of a quality check is a failure. Checks with severity ``warn`` only warn."""

    id = "quality-failed"
    title = "Its quality checks pass"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        last: dict[str, QualityFact] = {}
        for fact in facts.quality:
            subject = named(fact.name, fact.column)
            known = last.get(subject)
            if known is None or (fact.at, not fact.is_success) > (known.at, not known.is_success):
                last[subject] = fact
        for subject, fact in last.items():
            if fact.is_success:
                continue
            mild = (fact.severity or "").strip().casefold() in _MILD
            told = f", severity {fact.severity}" if fact.severity else ""
            yield Violation(
                f"quality check {subject} failed at {at(fact.at)} in {fact.job}{told}",
                f"correct the data, or the job that writes it, and run {fact.job} again: "
                f"{runs_of(fact.job, facts)}",
                subject=subject,
                result=Result.WARN if mild else Result.FAIL,
                evidence={
                    "check": fact.name,
                    "column": fact.column,
                    "severity": fact.severity,
                    "at": fact.at.isoformat(),
                    "job": fact.job,
                },
            )

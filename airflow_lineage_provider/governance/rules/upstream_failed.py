"""What writes a dataset works."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, runs_of

_FAILED = {"failed": "failed", "upstream_failed": "did not start, for a task before it failed"}


class UpstreamFailed(RuleDefaults):
    """The last run of a job that writes the dataset failed: the data may be old or half written."""

    id = "upstream-failed"
    title = "The last run of what writes it did not fail"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for producer in facts.producer_runs:
            if producer.state not in _FAILED:
                continue
            run = f" ({producer.run})" if producer.run else ""
            when = f" at {at(producer.at)}" if producer.at else ""
            yield Violation(
                f"the last run{run} of {producer.job}, which writes this dataset, "
                f"{_FAILED[producer.state]}{when}",
                f"correct {producer.job} and clear its task: {runs_of(producer.job, facts)}",
                subject=producer.job,
                evidence={
                    "job": producer.job,
                    "run": producer.run,
                    "state": producer.state,
                    "at": producer.at.isoformat() if producer.at else None,
                },
            )

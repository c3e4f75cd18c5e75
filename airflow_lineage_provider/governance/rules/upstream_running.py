"""Nobody is just writing a dataset."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, runs_of


class UpstreamRunning(RuleDefaults):
    """A job that writes the dataset is running: who reads now may read half of it."""

    id = "upstream-running"
    title = "What writes it is not running"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for producer in facts.producer_runs:
            if producer.state != "running":
                continue
            run = f" ({producer.run})" if producer.run else ""
            since = f" since {at(producer.at)}" if producer.at else ""
            yield Violation(
                f"{producer.job}, which writes this dataset, is running{run}{since}",
                f"wait until it ends and ask again: {runs_of(producer.job, facts)}; to wait for it always, "
                "schedule the "
                "reading DAG by the Asset",
                subject=producer.job,
                evidence={
                    "job": producer.job,
                    "run": producer.run,
                    "at": producer.at.isoformat() if producer.at else None,
                },
            )

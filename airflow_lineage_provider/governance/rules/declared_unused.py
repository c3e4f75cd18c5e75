"""A DAG touches what it declares."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import tasks_named


class DeclaredUnused(RuleDefaults):
    """A task declares the dataset as inlet or outlet, and its last run, recorded whole, did not touch it."""

    id = "declared-unused"
    title = "What a DAG declares it touches"
    severity = Severity.INFO
    is_of_dag = True

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        use = facts.use
        if use is None or not use.idle:
            return
        verb = (
            "declares this dataset and its last run"
            if len(use.idle) == 1
            else "declare this dataset and their last runs"
        )
        yield Violation(
            f"{tasks_named(use.idle)} {verb} did not touch it",
            f"take it out of the inlets or outlets of task {use.idle[0]}; if the task does touch it, say so "
            "in its code with "
            "`lineage.read(...)` or `lineage.wrote(...)`",
            evidence={"tasks": list(use.idle[:20])},
        )

"""A DAG declares what it writes."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.declaring import ALWAYS, is_asked
from airflow_lineage_provider.governance.rules.option import Option
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import tasks_named


class OutputUndeclared(RuleDefaults):
    """A task was seen writing the dataset, and no task of the DAG has it as outlet."""

    id = "output-undeclared"
    title = "What a DAG writes is declared"
    severity = Severity.INFO
    is_of_dag = True
    options: tuple[Option, ...] = (ALWAYS,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        use = facts.use
        if use is None or not use.observed_outputs or use.declared_outputs or not is_asked(use, moment):
            return
        tasks = use.observed_outputs
        yield Violation(
            f"{tasks_named(tasks)} wrote this dataset without declaring it",
            f"add it to the outlets of task {tasks[0]}: outlets=[Asset(...)]; `airflow lineage explain "
            "--uri URI` shows which "
            "dataset the URI of an Asset means",
            evidence={"tasks": list(tasks[:20])},
        )

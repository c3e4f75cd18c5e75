"""A DAG declares what it reads."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.declaring import ALWAYS, is_asked
from airflow_lineage_provider.governance.rules.option import Option
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import tasks_named


class InputUndeclared(RuleDefaults):
    """A task was seen reading the dataset, and no task of the DAG has it as inlet."""

    id = "input-undeclared"
    title = "What a DAG reads is declared"
    severity = Severity.INFO
    is_of_dag = True
    options: tuple[Option, ...] = (ALWAYS,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        use = facts.use
        if use is None or not use.observed_inputs or use.declared_inputs or not is_asked(use, moment):
            return
        tasks = use.observed_inputs
        yield Violation(
            f"{tasks_named(tasks)} read this dataset without declaring it",
            f"add it to the inlets of task {tasks[0]}: inlets=[Asset(...)]; `airflow lineage explain --uri "
            "URI` shows which "
            "dataset the URI of an Asset means",
            evidence={"tasks": list(tasks[:20])},
        )

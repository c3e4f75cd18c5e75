"""Something is known about what a DAG reads."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation


class UpstreamUnknown(RuleDefaults):
    """The whole upstream of a DAG is asked for and there is none.

    A DAG that declares nothing has none before its first run.
    """

    id = "upstream-unknown"
    title = "It is known what a DAG reads"
    severity = Severity.WARNING
    is_of_dag = True
    is_on_request = True

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterator[Violation]:
        if scope.asker is None or not scope.is_whole_upstream or scope.datasets:
            return
        yield Violation(
            f"nothing is known yet about what DAG {scope.asker.dag_id} reads: no task declares inlets, no "
            "asset "
            "schedules it and no run of its tasks has been recorded with inputs",
            "declare inlets, or name the datasets, to judge the first run too; `airflow lineage runs "
            "--dag-id "
            f"{shlex.quote(scope.asker.dag_id)}` shows what was recorded; a DAG that reads nothing needs no "
            "validation",
        )

"""A DAG lets itself be seen."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few


class CaptureOff(RuleDefaults):
    """The DAG switches capture off for some of its tasks: what they touch is judged by what is declared alone."""

    id = "capture-off"
    title = "Capture is not switched off"
    severity = Severity.WARNING
    is_of_dag = True

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> Iterator[Violation]:
        asker = scope.asker
        if asker is None or not asker.uncaptured:
            return
        count = len(asker.uncaptured)
        yield Violation(
            f"DAG {asker.dag_id} switches capture off for {count} task{'' if count == 1 else 's'}: "
            f"{few(asker.uncaptured)}",
            "take capture=False out of their lineage policy, or of that of the DAG; what they touch can be "
            "said with inlets, "
            "outlets and `lineage.read(...)`",
            evidence={"tasks": list(asker.uncaptured[:50])},
        )

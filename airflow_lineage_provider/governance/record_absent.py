"""Records of upstream tasks that are not there: what a question that waited for them says of it."""

from __future__ import annotations

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.arrival import Arrival
from airflow_lineage_provider.governance.facts import AskerFact, ScopeFacts
from airflow_lineage_provider.governance.filing import RECORD_ABSENT
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.level import Level


class RecordAbsent(RuleDefaults):
    """Levels are asked for as those of a rule; facts do not tell it, but how long was waited."""

    id = RECORD_ABSENT
    title = "The lineage of every upstream task is there"
    is_of_dag = True

    @property
    def severity(self) -> Severity:
        """``[lineage_provider] on_error`` says whether it blocks."""
        return Severity.ERROR if config.on_error() == "closed" else Severity.WARNING

    def check_scope(self, scope: ScopeFacts, moment: Moment) -> list[Violation]:
        return []


def error_level(ceiling: Level) -> Level:
    """Level of a rule that could not judge."""
    return RecordAbsent().severity.level.at_most(ceiling)


def absent_findings(arrival: Arrival, asker: AskerFact, level: Level) -> list[Finding]:
    """Findings about what could not be judged; none where the rule is off."""
    if level is Level.OFF:
        return []
    findings = []
    if arrival.late:
        findings.append(
            Finding(
                RECORD_ABSENT,
                level,
                Result.ERROR,
                f"lineage of upstream tasks did not arrive in time: {_list(arrival.late)}; "
                "what they wrote in this run was not judged",
                "run this task again in a moment; if that does not help, see `airflow lineage status`",
                subject="late",
                dag_id=asker.dag_id,
                evidence={"tasks": list(arrival.late)},
                owners=asker.owners,
            )
        )
    if arrival.missing:
        findings.append(
            Finding(
                RECORD_ABSENT,
                level,
                Result.ERROR,
                f"upstream tasks left no lineage: {_list(arrival.missing)}; "
                "what they wrote in this run was not judged",
                "see `airflow lineage status`, then clear those tasks to run them again",
                subject="missing",
                dag_id=asker.dag_id,
                evidence={"tasks": list(arrival.missing)},
                owners=asker.owners,
            )
        )
    return findings


def _list(labels: tuple[str, ...], most: int = 10) -> str:
    rest = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + rest

"""Checks that a contract demands are made again and again."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts, QualityFact
from airflow_lineage_provider.governance.rules.demand import answers, demands_of, named
from airflow_lineage_provider.governance.rules.option import Option, WholeOption
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, runs_of

DAYS = WholeOption("days", 7, "Days after which a result is stale.")
_DAY = 86_400


class QualityStale(RuleDefaults):
    """The contract demands quality checks, and the last results are old.

    A demand is held against the checks with its name or metric and its column. Where no check is named like any demand,
    the newest result of all counts.
    """

    id = "quality-stale"
    title = "Its quality checks were made lately"
    severity = Severity.WARNING
    is_timed = True
    options: tuple[Option, ...] = (DAYS,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        demands = demands_of(facts)
        if contract is None or not demands or not facts.quality:
            return
        days = DAYS.of(moment.options)
        newest: dict[str, QualityFact] = {}
        for demand in demands:
            if found := answers(demand, facts.quality):
                newest[named(demand.name, demand.column)] = max(found, key=lambda fact: fact.at)
        if not newest:
            newest[""] = max(facts.quality, key=lambda fact: fact.at)
        for subject, fact in newest.items():
            if (moment.now - fact.at).total_seconds() <= days * _DAY:
                continue
            check = f"quality check {subject}" if subject else "any quality check"
            yield Violation(
                f"{check} was last made more than {days} day{'' if days == 1 else 's'} ago, at "
                f"{at(fact.at)} in "
                f"{fact.job}; contract {contract.label} demands it",
                f"run {fact.job} again, and as often as the data changes: {runs_of(fact.job, facts)}",
                subject=subject,
                evidence={
                    "contract": contract.label,
                    "at": fact.at.isoformat(),
                    "job": fact.job,
                    "days": days,
                },
            )

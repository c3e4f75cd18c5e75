"""Checks that a contract demands are made at all."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.demand import answers, demands_of, named
from airflow_lineage_provider.governance.rules.option import FlagOption, Option
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few

EACH = FlagOption(
    "each",
    False,
    "Whether each demand needs a check with its name or metric, and its column. Otherwise any check will do.",
)


class QualityMissing(RuleDefaults):
    """The contract demands quality checks and no result of any was observed."""

    id = "quality-missing"
    title = "Its quality checks are made"
    severity = Severity.WARNING
    options: tuple[Option, ...] = (EACH,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is None:
            return
        each = EACH.of(moment.options)
        missing = [
            named(demand.name, demand.column)
            for demand in demands_of(facts)
            if not (answers(demand, facts.quality) if each else facts.quality)
        ]
        if not missing:
            return
        yield Violation(
            f"contract {contract.label} demands quality checks of which no result was observed: "
            f"{few(missing)}",
            "check them in a task whose results are recorded (SQL check operators, dbt, Great Expectations, "
            "Soda), or "
            f"take them out of contract {contract.contract_id} and run `airflow lineage contracts apply "
            "PATH`",
            evidence={"contract": contract.label, "missing": missing[:50]},
        )

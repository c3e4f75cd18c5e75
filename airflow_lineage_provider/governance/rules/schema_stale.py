"""Columns were seen lately."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules.option import Option, WholeOption
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, why

DAYS = WholeOption("days", 30, "Days after which what was seen is stale.")
_DAY = 86_400


class SchemaStale(RuleDefaults):
    """The contract declares columns, and what is known of the real ones is old."""

    id = "schema-stale"
    title = "Its columns were seen lately"
    severity = Severity.INFO
    is_timed = True
    options: tuple[Option, ...] = (DAYS,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract, schema = facts.contract, facts.schema
        if schema is None or contract is None or contract.promise is None or not contract.promise.columns:
            return
        days = DAYS.of(moment.options)
        if (moment.now - schema.observed_at).total_seconds() <= days * _DAY:
            return
        yield Violation(
            f"the columns of this dataset were last seen more than {days} day{'' if days == 1 else 's'} "
            "ago, at "
            f"{at(schema.observed_at)} by {schema.source}; contract {contract.label} is compared with those",
            f"run {schema.source} again, or another job that tells columns; {why(facts.dataset)} shows who "
            "touched it",
            evidence={
                "contract": contract.label,
                "observed_at": schema.observed_at.isoformat(),
                "observed_by": schema.source,
                "days": days,
            },
        )

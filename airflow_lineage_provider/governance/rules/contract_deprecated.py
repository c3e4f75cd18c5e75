"""A contract that speaks for a dataset is not about to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.option import Option, WholeOption
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation

DAYS = WholeOption(
    "days", 30, "Days before the end of support or life from which it is told. It only warns then.", 0
)


class ContractDeprecated(RuleDefaults):
    """The contract has status deprecated, or its ``endOfSupport`` or ``endOfLife`` has passed or is near."""

    id = "contract-deprecated"
    title = "Its contract is not deprecated"
    severity = Severity.WARNING
    options: tuple[Option, ...] = (DAYS,)

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is None:
            return
        today = moment.now.date()
        horizon = today + timedelta(days=DAYS.of(moment.options))
        ends = sorted(
            (day, name) for name, day in _ends(contract).items() if day is not None and day <= horizon
        )
        is_deprecated = contract.precedence == 1
        if not ends and not is_deprecated:
            return
        parts = [f"has status {contract.status}"] if is_deprecated else []
        parts += [_told(name, day, today) for day, name in ends]
        is_over = is_deprecated or ends[0][0] < today
        yield Violation(
            f"contract {contract.label} {' and '.join(parts)}",
            f"ask {contract.owner or contract.channel or 'its owner'} what replaces it and read that, or "
            "have a new "
            "version agreed and applied with `airflow lineage contracts apply PATH`",
            result=Result.FAIL if is_over else Result.WARN,
            evidence={
                "contract": contract.label,
                "status": contract.status,
                "ends": {name: day.isoformat() for day, name in ends},
            },
        )


def _ends(contract: ContractFact) -> dict[str, date | None]:
    return {"end of support": contract.end_of_support, "end of life": contract.end_of_life}


def _told(name: str, day: date, today: date) -> str:
    left = (day - today).days
    if left < 0:
        return f"reached its {name} on {day}"
    if left == 0:
        return f"reaches its {name} today"
    return f"reaches its {name} on {day}, {left} day{'' if left == 1 else 's'} left"

"""A write has as many rows as promised."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import at, node_of, runs_of


class VolumeOutOfBounds(RuleDefaults):
    """The last write had fewer or more rows than the contract's quality metric ``rowCount`` allows."""

    id = "volume-out-of-bounds"
    title = "Its last write had as many rows as promised"
    severity = Severity.WARNING

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        contract = facts.contract
        if contract is None or contract.promise is None:
            return
        least, most = contract.promise.least_rows, contract.promise.most_rows
        if least is None and most is None:
            return
        last = facts.writes[0] if facts.writes else None
        bounds = _bounds(least, most)
        if last is None or last.rows is None:
            yield Violation(
                f"nobody says how many rows the last write had; contract {contract.label} allows {bounds}",
                "have the job that writes it tell its row count; `airflow lineage history "
                f"{node_of(facts.dataset)}` shows what is known",
                result=Result.UNKNOWN,
                evidence={"contract": contract.label, "least": least, "most": most},
            )
        elif (least is not None and last.rows < least) or (most is not None and last.rows > most):
            yield Violation(
                f"the last write, at {at(last.at)} by {last.job}, had {last.rows:,} rows; contract "
                f"{contract.label} "
                f"allows {bounds}",
                f"check what {last.job} read: {runs_of(last.job, facts)}; then run it again, or change "
                f"the bounds of rowCount in contract {contract.contract_id}",
                evidence={
                    "contract": contract.label,
                    "least": least,
                    "most": most,
                    "rows": last.rows,
                    "written_at": last.at.isoformat(),
                    "written_by": last.job,
                },
            )


def _bounds(least: float | None, most: float | None) -> str:
    if least is None:
        return f"at most {most:,.15g}"
    if most is None:
        return f"at least {least:,.15g}"
    return f"{least:,.15g} to {most:,.15g}"

"""How long an answer holds if nothing happens but that clocks go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.verdict import Finding, Verdict

TIMED: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.is_timed)
"""What looks at the day alone may say something else at midnight."""
_NEAR = timedelta(seconds=1)

Said = frozenset[tuple[str, str, str]]


def holds_until(
    verdict: Verdict, scope: ScopeFacts, court: Court, *, now: datetime, most: datetime
) -> datetime:
    """The moment, at most ``most``, from which the same facts may give another answer.

    Days begin anew at midnight UTC: who left, which rule blocks from when. A waiver that lets a finding pass ends. And
    what is late stays late, so that the moment at which something gets late is found by halving.
    """
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    used = {finding.waiver.id for finding in verdict.findings if finding.waiver is not None}
    ends = [waiver.expires_at for waiver in court.decisions.waivers if waiver.id in used]
    limit = min([most, midnight, *ends])
    timed = replace(scope, datasets=tuple(facts for facts in scope.datasets if facts.contract is not None))
    # A moment before the limit: what changes there changes there anyway.
    last = limit - _NEAR
    if not timed.datasets or last <= now:
        return limit

    def said(at: datetime) -> Said:
        return frozenset(map(_said, court.judge(timed, now=at, rules=TIMED).findings))

    ids = {rule.id for rule in TIMED}
    first = frozenset(_said(finding) for finding in verdict.findings if finding.rule in ids)
    if said(last) == first:
        return limit
    same, other = now, last
    while other - same > _NEAR:
        middle = same + (other - same) / 2
        if said(middle) == first:
            same = middle
        else:
            other = middle
    return other


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.key, finding.level.value, finding.result.value

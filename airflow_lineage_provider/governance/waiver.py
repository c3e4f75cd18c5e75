"""A waiver: findings that are let pass for a while, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from airflow_lineage_provider.governance.verdict import Finding, WaiverNote


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver as the judge needs it. What is ``None`` means any; namespace, name and DAG are globs."""

    id: int
    rule: str
    reason: str
    expires_at: datetime
    namespace: str | None = None
    name: str | None = None
    dag_id: str | None = None
    subject: str | None = None
    ticket: str | None = None
    author: str | None = None
    approver: str | None = None
    approved_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Approved, not expired, not revoked."""
        return self.approved_at is not None and self.revoked_at is None and now < self.expires_at

    def covers(self, finding: Finding, asker: str | None) -> bool:
        """Whether it speaks of this finding.

        :param asker: DAG on whose behalf is judged.
        """
        dataset = finding.dataset
        return (
            self.rule == finding.rule
            and _is_match(self.namespace, dataset.namespace if dataset else None)
            and _is_match(self.name, dataset.name if dataset else None)
            and _is_match(self.dag_id, finding.dag_id or asker)
            and (self.subject is None or self.subject == finding.subject)
        )

    def note(self) -> WaiverNote:
        return WaiverNote(self.id, self.reason, self.ticket, self.approver, self.expires_at.date())


def waiver_of(
    finding: Finding, waivers: Iterable[Waiver], *, asker: str | None, now: datetime
) -> Waiver | None:
    """The waiver in force that covers a finding; of several the one that lasts longest."""
    found = [waiver for waiver in waivers if waiver.is_in_force(now) and waiver.covers(finding, asker)]
    return max(found, key=lambda waiver: (waiver.expires_at, waiver.id), default=None)


def _is_match(glob: str | None, value: str | None) -> bool:
    return glob is None or (value is not None and (value == glob or fnmatchcase(value, glob)))

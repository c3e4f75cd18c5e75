"""Findings as they are shown: in pages, counted by group, and one with the verdicts that have it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.finding_mask import MASKED, MASKED_FIX, FindingMask, sources_of
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.hidden_names import HiddenNames
from airflow_lineage_provider.store.seen_datasets import seen_datasets
from airflow_lineage_provider.store.verdicts import VERDICT, VERDICT_FINDING

LARGEST_ID = 2**63 - 1
MOST_EXAMINED = 20_000
"""Findings that are looked at for one answer to who may not see all."""
_PAGE = 500
GROUPS = ("owner", "rule", "level", "namespace", "dag_id")
"""By what findings are counted."""
_OF_ITS_DATASET = ("column-", "contract-", "quality-", "required-", "key-", "schema-", "classification-")
"""Rules whose subjects are columns, contracts and checks: whatever DAG is called like them, they are shown."""


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What findings are asked for; ``None``: any."""

    state: str = "open"
    """open | resolved | all"""
    rule: str | None = None
    level: str | None = None
    dag_id: str | None = None
    """About what the DAG does, or about a dataset of ``digests``."""
    digests: frozenset[str] = frozenset()
    """Datasets that the DAG reads."""
    namespace: str | None = None
    name: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding as it stands."""

    id: int
    key: str
    rule: str
    level: str
    result: str
    namespace: str | None
    name: str | None
    dag_id: str | None
    subject: str | None
    message: str
    fix: str
    owner: str | None
    channel: str | None
    contract_id: str | None
    contract_version: str | None
    opened_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    reopened: int
    waiver_id: int | None
    is_baselined: bool
    evidence: dict[str, Any]

    @property
    def state(self) -> str:
        return "open" if self.resolved_at is None else "resolved"

    @property
    def standing(self) -> str:
        """What came of it: its level, or why it is let pass."""
        if self.waiver_id is not None:
            return "waived"
        return "in the baseline" if self.is_baselined else self.level


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Findings, the one opened last first."""

    findings: tuple[ListedFinding, ...]
    next_id: int | None
    """The page after this one starts below this row id; ``None``: there is none."""


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a group there are."""

    value: str | None
    findings: int


@dataclass(frozen=True, slots=True)
class FindingInVerdict:
    """A verdict that has the finding."""

    verdict_id: int
    gate: str
    dag_id: str | None
    run_id: str | None
    result: str
    level: str
    judged_at: datetime


def list_findings(
    asked: FindingFilter, access: Access, *, below: int | None = None, limit: int, session: Session
) -> FindingPage:
    """Findings below a row id that fit and that the reader may see.

    Who may not see all sees findings about datasets they may see and about DAGs they may read, without names of
    other DAGs and their owners.
    """
    found: list[ListedFinding] = []
    at: int | None = below if below is not None else LARGEST_ID
    left = MOST_EXAMINED
    while at is not None and len(found) <= limit and left > 0:
        size = min(limit + 1 if access.is_unrestricted else _PAGE, left)
        rows = _rows(asked, at, size, access, session=session)
        found += _seen(asked, rows, access, session=session)
        left -= len(rows)
        at = rows[-1].id if len(rows) == size else None
    next_id = found[limit - 1].id if len(found) > limit else None
    return FindingPage(tuple(found[:limit]), next_id)


def count_findings(asked: FindingFilter, by: str, access: Access, *, session: Session) -> list[FindingCount]:
    """How many findings there are of each of ``GROUPS``, most first."""
    if access.is_unrestricted:
        column = FINDING.c[by]
        query = _fitting(asked, select(column, func.count())).group_by(column)
        counted = Counter({row[0]: row[1] for row in session.execute(query)})
    else:
        counted = Counter()
        at, left = LARGEST_ID, MOST_EXAMINED
        while left > 0:
            rows = _rows(asked, at, _PAGE, access, session=session)
            shown = _seen(asked, rows, access, session=session)
            counted.update(getattr(finding, by) for finding in shown)
            if len(rows) < _PAGE:
                break
            at, left = rows[-1].id, left - len(rows)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0] or ""))
    return [FindingCount(value, count) for value, count in ordered]


def read_finding(
    finding_id: int, access: Access, *, limit: int = 50, session: Session
) -> tuple[ListedFinding, list[FindingInVerdict]] | None:
    """A finding and the newest verdicts that have it; ``None`` where there is none that the reader may see."""
    rows = session.execute(select(FINDING).where(FINDING.c.id == finding_id)).all()
    found = list(_shown(_visible(rows, access, session=session), access, session=session))
    if not found:
        return None
    columns = (VERDICT.c.gate, VERDICT.c.dag_id, VERDICT.c.run_id, VERDICT.c.result, VERDICT.c.judged_at)
    query = (
        select(VERDICT.c.id, VERDICT_FINDING.c.level, *columns)
        .join(VERDICT_FINDING, VERDICT_FINDING.c.verdict_id == VERDICT.c.id)
        .where(VERDICT_FINDING.c.finding_id == finding_id)
        .order_by(VERDICT.c.id.desc())
        .limit(limit if access.is_unrestricted else MOST_EXAMINED)
    )
    verdicts = [
        FindingInVerdict(row.id, row.gate, row.dag_id, row.run_id, row.result, row.level, row.judged_at)
        for row in session.execute(query)
        if access.may_read(row.dag_id)
    ]
    return found[0], verdicts[:limit]


def _fitting(asked: FindingFilter, query: Select[Any]) -> Select[Any]:
    columns = FINDING.c
    if asked.state != "all":
        query = query.where(
            columns.resolved_at.is_(None) if asked.state == "open" else columns.resolved_at.is_not(None)
        )
    for name in ("rule", "level", "namespace", "name", "owner"):
        if (value := getattr(asked, name)) is not None:
            query = query.where(columns[name] == value)
    if asked.dag_id is not None:
        of_dag = columns.dag_id == asked.dag_id
        read = columns.digest.in_(sorted(asked.digests)) & columns.dag_id.is_(None)
        query = query.where(or_(of_dag, read) if asked.digests else of_dag)
    return query


def _rows(asked: FindingFilter, below: int, size: int, access: Access, *, session: Session) -> Sequence[Any]:
    # Whether an owner is shown is known only when the finding is read: who guesses names learns none.
    known = asked if access.is_unrestricted else replace(asked, owner=None)
    query = _fitting(known, select(FINDING)).where(FINDING.c.id < below)
    return session.execute(query.order_by(FINDING.c.id.desc()).limit(size)).all()


def _seen(
    asked: FindingFilter, rows: Sequence[Any], access: Access, *, session: Session
) -> list[ListedFinding]:
    shown = _shown(_visible(rows, access, session=session), access, session=session)
    return [finding for finding in shown if asked.owner is None or finding.owner == asked.owner]


def _visible(rows: Sequence[Any], access: Access, *, session: Session) -> list[Any]:
    if access.is_unrestricted:
        return list(rows)
    datasets = {row.digest for row in rows if row.digest is not None and row.dag_id is None}
    shown = seen_datasets(datasets, access, session=session)
    return [row for row in rows if (access.may_read(row.dag_id) if row.dag_id else row.digest in shown)]


def _shown(rows: Sequence[Any], access: Access, *, session: Session) -> Iterator[ListedFinding]:
    evidence = [json.loads(row.evidence) for row in rows]
    documents = [
        [row.message, row.fix, row.subject, row.owner, facts]
        for row, facts in zip(rows, evidence, strict=True)
    ]
    hidden = HiddenNames(documents, access, session=session)
    sources = [sources_of(facts) for facts in evidence]
    mask = FindingMask(
        {row.digest for row in rows if row.digest}, access, sources=set().union(*sources), session=session
    )
    for row, facts, named in zip(rows, evidence, sources, strict=True):
        shown = row.subject if row.rule.startswith(_OF_ITS_DATASET) else None
        own = [
            part for part in (row.namespace, row.name, row.contract_id, row.rule, row.dag_id, shown) if part
        ]
        said = [row.subject, row.message, row.fix, facts]
        if mask.hides(row.rule, row.digest, row.subject, named):
            said = [None, MASKED, MASKED_FIX, {}]
        subject, message, fix, found = (
            hidden.document(mask.document(text, row.digest), own) for text in said
        )
        yield ListedFinding(
            id=row.id,
            key=row.key,
            rule=row.rule,
            level=row.level,
            result=row.result,
            namespace=row.namespace,
            name=row.name,
            dag_id=row.dag_id,
            subject=subject,
            message=message,
            fix=fix,
            owner=hidden.document(row.owner, own),
            channel=row.channel,
            contract_id=row.contract_id,
            contract_version=row.contract_version,
            opened_at=row.opened_at,
            last_seen_at=row.last_seen_at,
            resolved_at=row.resolved_at,
            reopened=row.reopened,
            waiver_id=row.waiver_id,
            is_baselined=row.is_baselined,
            evidence=found,
        )

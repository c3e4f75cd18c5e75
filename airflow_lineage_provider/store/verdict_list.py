"""Verdicts as they are shown: in pages, and one with its whole answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.finding_list import LARGEST_ID, MOST_EXAMINED
from airflow_lineage_provider.store.finding_mask import MASKED, MASKED_FIX, FindingMask, sources_of, without
from airflow_lineage_provider.store.hidden_names import HiddenNames
from airflow_lineage_provider.store.seen_datasets import seen_datasets
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.verdicts import VERDICT, VERDICT_FINDING, read_body

_PAGE = 500
_MASKED: dict[str, Any] = {"subject": None, "message": MASKED, "fix": MASKED_FIX, "waive": "", "evidence": {}}
_COLUMNS = tuple(column for column in VERDICT.c if column.name != "body")


@dataclass(frozen=True, slots=True)
class VerdictFilter:
    """What verdicts are asked for; ``None``: any."""

    dag_id: str | None = None
    run_id: str | None = None
    gate: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class ListedVerdict:
    """A verdict in a list."""

    id: int
    gate: str
    dag_id: str | None
    run_id: str | None
    task_id: str | None
    map_index: int | None
    try_number: int | None
    result: str
    datasets: int
    findings: int
    judged_at: datetime
    grant_id: int | None


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Verdicts, newest first."""

    verdicts: tuple[ListedVerdict, ...]
    next_id: int | None
    """The page after this one starts below this row id; ``None``: there is none."""


@dataclass(frozen=True, slots=True)
class VerdictDetail:
    """A verdict with its answer."""

    verdict: ListedVerdict
    message: str
    answer: Mapping[str, Any] | None
    """As it was given; ``None`` for verdicts of before answers were kept."""


def list_verdicts(
    asked: VerdictFilter, access: Access, *, below: int | None = None, limit: int, session: Session
) -> VerdictPage:
    """Verdicts below a row id that fit, of DAGs that the reader may read."""
    found: list[Any] = []
    at: int | None = below if below is not None else LARGEST_ID
    left = MOST_EXAMINED
    while at is not None and len(found) <= limit and left > 0:
        size = min(limit + 1 if access.is_unrestricted else _PAGE, left)
        query = select(*_COLUMNS).where(VERDICT.c.id < at)
        for name in ("dag_id", "run_id", "gate", "result"):
            if (value := getattr(asked, name)) is not None:
                query = query.where(VERDICT.c[name] == value)
        rows = session.execute(query.order_by(VERDICT.c.id.desc()).limit(size)).all()
        found += [row for row in rows if access.may_read(row.dag_id)]
        left -= len(rows)
        at = rows[-1].id if len(rows) == size else None
    next_id = found[limit - 1].id if len(found) > limit else None
    shown = found[:limit]
    counts = _counts([row.id for row in shown], session=session)
    return VerdictPage(tuple(_listed(row, counts) for row in shown), next_id)


def read_verdict(verdict_id: int, access: Access, *, session: Session) -> VerdictDetail | None:
    """A verdict; ``None`` where there is none that the reader may see."""
    row = session.execute(select(VERDICT).where(VERDICT.c.id == verdict_id)).one_or_none()
    if row is None or not access.may_read(row.dag_id):
        return None
    listed = _listed(row, _counts([row.id], session=session))
    body = read_body(row.body)
    if access.is_unrestricted and access.has_sensitive:
        return VerdictDetail(listed, row.message, body)
    if body is None:
        # Nothing tells which names in its text the reader may know.
        return VerdictDetail(listed, row.message.partition("\n")[0], None)
    answer = shown_answer(body, access, session=session)
    return VerdictDetail(listed, answer["message"], answer)


def shown_answer(answer: Mapping[str, Any], access: Access, *, session: Session) -> dict[str, Any]:
    """The wire form of a verdict for a reader.

    Datasets and sensitive columns that they may not see are left out, and so are names of other DAGs. What a DAG
    reads directly is seen with the DAG, whether anybody has recorded it or not.
    """
    if access.is_unrestricted and access.has_sensitive:
        return dict(answer)
    # Facts are for who may see all: columns and runs of others stand in them.
    shown = _without_columns(
        {key: value for key, value in answer.items() if key != "facts"}, access, session=session
    )
    return shown if access.is_unrestricted else _without_others(shown, access, session=session)


def _without_columns(answer: dict[str, Any], access: Access, *, session: Session) -> dict[str, Any]:
    findings = answer.get("findings") or []
    digests = {_digest(finding["dataset"]) for finding in findings if finding.get("dataset")}
    sources = [sources_of(finding.get("evidence")) for finding in findings]
    mask = FindingMask(digests, access, sources=set().union(*sources), session=session)
    shown = []
    said = ("subject", "message", "fix", "waive", "evidence")
    for finding, named in zip(findings, sources, strict=True):
        digest = _digest(finding["dataset"]) if finding.get("dataset") else None
        if mask.hides(finding["rule"], digest, finding.get("subject"), named):
            shown.append({**finding, **_MASKED})
        else:
            shown.append({**finding, **{key: mask.document(finding.get(key), digest) for key in said}})
    if shown == findings:
        return answer
    return {**answer, "findings": shown, "message": _first_line(answer, "columns")}


def _without_others(answer: dict[str, Any], access: Access, *, session: Session) -> dict[str, Any]:
    datasets = answer.get("datasets") or []
    seen = seen_datasets({_digest(dataset) for dataset in datasets}, access, session=session)
    visible = seen | {_digest(dataset) for dataset in datasets if dataset.get("degree", 1) == 1}
    kept = {
        "datasets": [dataset for dataset in datasets if _digest(dataset) in visible],
        "findings": [
            finding
            for finding in answer.get("findings") or []
            if finding.get("dataset") is None or _digest(finding["dataset"]) in visible
        ],
    }
    plain = {**answer, **kept}
    # What is further up is known by what it flows into, which may be left out.
    if left_out := {
        f"{each['namespace']} {each['name']}" for each in datasets if _digest(each) not in visible
    }:
        names = re.compile("|".join(map(re.escape, sorted(left_out, key=len, reverse=True))))
        plain = without(plain, names)
    if any(len(kept[part]) < len(answer.get(part) or []) for part in kept):
        plain["message"] = _first_line(answer, "datasets")
    hidden = HiddenNames([plain], access, session=session)
    own = {part for dataset in kept["datasets"] for part in (dataset["namespace"], dataset["name"])}
    own |= {finding["rule"] for finding in kept["findings"]}
    own |= {contract["id"] for dataset in kept["datasets"] for contract in dataset.get("contracts") or []}
    shown: dict[str, Any] = hidden.document(plain, own)
    return shown


def _first_line(answer: Mapping[str, Any], what: str) -> str:
    line = str(answer.get("message", "")).partition("\n")[0]
    return f"{line}\nWhat is about {what} that you may not see is left out."


def _digest(dataset: Mapping[str, Any]) -> str:
    return DatasetId(dataset["namespace"], dataset["name"]).digest


def _listed(row: Any, counts: Mapping[int, int]) -> ListedVerdict:
    return ListedVerdict(
        row.id,
        row.gate,
        row.dag_id,
        row.run_id,
        row.task_id,
        row.map_index,
        row.try_number,
        row.result,
        row.datasets,
        counts.get(row.id, 0),
        row.judged_at,
        row.grant_id,
    )


def _counts(verdict_ids: list[int], *, session: Session) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts(verdict_ids, CHUNK):
        column = VERDICT_FINDING.c.verdict_id
        query = select(column, func.count()).where(column.in_(part)).group_by(column)
        found.update({row[0]: row[1] for row in session.execute(query)})
    return found

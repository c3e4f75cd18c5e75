"""The last result of each quality check of a dataset.

A dataset has one facet of each name, and a test tool may send an event for each test: what came last would hide all
others. So the last result of each check is kept apart, in a facet of our own.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.classifications import DATASET_FACET
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.datasets import hold_datasets
from airflow_lineage_provider.store.facets import FACET, facet_body, facet_links, link_all
from airflow_lineage_provider.store.quality_results import CheckResult
from airflow_lineage_provider.store.row_ids import chunks, in_ids

QUALITY = "qualityChecks"
"""Facet of a dataset, of our making: ``{"checks": [{"name", "column", "success", "severity", "at", "job", "run", "kind"?}]}``."""
MOST_CHECKS = 2_000
"""Of a dataset; the oldest go first."""

_LINKS = facet_links(DATASET_FACET, "dataset_id")
_read: ContentCache[tuple[Check, ...]] = ContentCache()
_KEPT = (
    select(DATASET_FACET.c.dataset_id, FACET.c.content_hash, FACET.c.body)
    .join(FACET, FACET.c.id == DATASET_FACET.c.facet_id)
    .where(in_ids(DATASET_FACET.c.dataset_id), DATASET_FACET.c.name == QUALITY)
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a dataset and its last result."""

    name: str
    column: str | None
    is_success: bool
    severity: str | None
    at: datetime
    job: str
    run: int | None
    """Row id of the run that made it; ``None``: nobody said of a run."""
    kind: str | None = None
    """What it checks, where that is not its name."""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.column or ""


def keep_checks(
    results: Mapping[int, Sequence[CheckResult]],
    *,
    at: datetime,
    job: str,
    run_id: int | None,
    session: Session,
) -> None:
    """Add results to what is kept, where they are the newest.

    :param results: by row id of the dataset; the caller holds those rows.
    :param at: when the checks were made.
    """
    told = {row_id: some_results for row_id, some_results in results.items() if some_results}
    if not told:
        return
    # Two may add at once: the second has to see what the first one added.
    hold_datasets(sorted(told), key_share=False, session=session)
    known = last_checks(told, session=session)
    facets = {}
    for row_id, given in sorted(told.items()):
        new = [
            Check(each.name, each.column, each.is_success, each.severity, at, job, run_id, each.kind)
            for each in given
        ]
        before = known.get(row_id, ())
        checks = newest_checks([*before, *new])
        if checks != before:
            facets[row_id] = {QUALITY: facet_body(_wire(checks))}
    if facets:
        link_all({_LINKS: facets}, seen_at=None, session=session)


def move_checks(loser: int, survivor: int, *, session: Session) -> None:
    """Give the survivor of two datasets that are one what is kept of both; to be done before facets are moved."""
    known = last_checks([loser, survivor], session=session)
    if loser in known:
        checks = newest_checks([check for checks in known.values() for check in checks])
        body = facet_body(_wire(checks))
        link_all({_LINKS: {loser: {QUALITY: body}, survivor: {QUALITY: body}}}, seen_at=None, session=session)


def newest_checks(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The newest result of each check, by name and column. Of results of one moment a failure counts."""
    newest: dict[tuple[str, str], Check] = {}
    for check in checks:
        known = newest.setdefault(check.key, check)
        if _order(check) > _order(known):
            newest[check.key] = check
    kept = sorted(newest.values(), key=_order, reverse=True)[:MOST_CHECKS]
    return tuple(sorted(kept, key=lambda check: check.key))


def last_checks(dataset_ids: Collection[int], *, session: Session) -> dict[int, tuple[Check, ...]]:
    """Checks by dataset, by name and column."""
    wanted = sorted(dataset_ids)
    found: dict[int, tuple[Check, ...]] = {}
    for part in chunks(wanted):
        for row in session.execute(_KEPT, {"ids": part}).all():
            checks = _read.get(row.content_hash)
            if checks is None:
                checks = _read.put(row.content_hash, _checks(json.loads(zlib.decompress(row.body))))
            found[row.dataset_id] = checks
    return found


def _order(check: Check) -> tuple[datetime, bool, str, int, str]:
    # Whatever order events come in, the same result is kept: only the moment and the contents decide.
    return check.at, not check.is_success, check.job, check.run or 0, check.severity or ""


def _wire(checks: Iterable[Check]) -> dict[str, Any]:
    return {
        "checks": [
            {
                "name": check.name,
                "column": check.column,
                "success": check.is_success,
                "severity": check.severity,
                "at": check.at.astimezone(UTC).isoformat(),
                "job": check.job,
                "run": check.run,
                **({"kind": check.kind} if check.kind else {}),
            }
            for check in checks
        ]
    }


def _checks(facet: Mapping[str, Any]) -> tuple[Check, ...]:
    return tuple(
        Check(
            entry["name"], entry["column"], entry["success"], entry["severity"],
            datetime.fromisoformat(entry["at"]), entry["job"], entry["run"],
            entry.get("kind"),
        )
        for entry in facet["checks"]
    )  # fmt: skip

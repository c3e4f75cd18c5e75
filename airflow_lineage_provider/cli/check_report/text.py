"""Text for people: what fails first, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.report import (
        ChangedContract,
        CheckReport,
        Hit,
        Reported,
    )

_MOST_PLACES = 10
_MOST_HITS = 20
_MOST_CHANGES = 5


def to_text(report: CheckReport) -> str:
    """Groups of findings, contracts that changed, and a line that sums up."""
    passing = [one for one in report.reported if not report.fails(one) and one.counts]
    groups = (
        ("Failing", report.failing),
        ("Warnings", [one for one in passing if one.finding.level is Level.WARN]),
        ("Told", [one for one in passing if one.finding.level is Level.OBSERVE]),
    )
    blocks: list[str] = []
    for title, group in groups:
        if group:
            blocks.append(f"{title} ({len(group)})")
            blocks += map(_block, group)
    if report.changes:
        blocks.append(f"Contracts that changed ({len(report.changes)})")
        blocks += map(_change, report.changes)
    blocks += [f"Note: {line_of(notice)}." for notice in report.notices]
    blocks.append(summary(report))
    return "\n\n".join(blocks) + "\n"


def summary(report: CheckReport) -> str:
    """One line."""
    counts = report.counts
    unknown = sum(1 for one in report.reported if not one.counts and not one.is_let_pass)
    passed = sum(1 for one in report.reported if one.is_let_pass)
    failing = len(report.failing)
    parts = [
        f"{_count(counts.dags, 'DAG')} in {_count(counts.files, 'file')}",
        _count(counts.contracts, "contract"),
        _count(counts.datasets, "dataset"),
    ]
    told = (
        f"{_count(failing, 'finding')} fail{'s' if failing == 1 else ''} the check" if failing else "Passed"
    )
    rest = f"{told}: {', '.join(parts)}"
    if passed:
        rest += f"; {passed} let pass by waiver or baseline"
    if unknown:
        rest += f"; {_count(unknown, 'question')} only a running Airflow can answer"
    return f"{rest}."


def details(reported: Reported) -> Iterator[str]:
    """Lines about a finding, without its title and place."""
    finding = reported.finding
    yield finding.message
    contract = finding.contract
    if finding.dataset is not None and finding.facts is not None:
        known = (
            f"{contract.label}{f' ({contract.status})' if contract.status else ''}" if contract else "none"
        )
        yield f"contract: {known}"
    if finding.dataset is not None or finding.dag_id is not None:
        yield finding.who
    if reported.dags:
        yield f"DAGs: {_few(reported.dags)}"
    yield f"fix: {finding.fix}"
    if finding.enforce_from is not None:
        yield f"enforced from {finding.enforce_from}"
    if reported.waive is not None:
        yield f"waive: {reported.waive}"


def _block(reported: Reported) -> str:
    title = f"{reported.title} ({reported.finding.level.value})"
    places = [str(place) for place in reported.places[:_MOST_PLACES]]
    if len(reported.places) > _MOST_PLACES:
        places.append(f"and {len(reported.places) - _MOST_PLACES} more places")
    lines = [title, *(f"at {place}" for place in places), *details(reported)]
    return "\n  ".join(map(line_of, lines))


def _change(change: ChangedContract) -> str:
    versions = " to ".join(version for version in (change.old_version, change.new_version) if version)
    impact = f", {change.impact}" if change.impact else ""
    lines = [f"{change.contract_id}: {change.what} ({versions}{impact})"]
    lines += change.changes[:_MOST_CHANGES]
    if len(change.changes) > _MOST_CHANGES:
        lines.append(f"and {len(change.changes) - _MOST_CHANGES} more changes")
    lines += [f"reaches {_hit(hit)}" for hit in change.hits[:_MOST_HITS]]
    if len(change.hits) > _MOST_HITS:
        lines.append(f"and {len(change.hits) - _MOST_HITS} more")
    return "\n  ".join(map(line_of, lines))


def _hit(hit: Hit) -> str:
    what = "DAG" if hit.dag_id is not None else "job"
    return f"{what} {hit.name} (step {hit.degree}), of {', '.join(hit.owners) or 'nobody'}"


def _few(names: Iterable[str]) -> str:
    names = list(names)
    rest = f" and {len(names) - _MOST_PLACES} more" if len(names) > _MOST_PLACES else ""
    return ", ".join(names[:_MOST_PLACES]) + rest


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

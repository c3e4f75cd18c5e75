"""The baseline in a file: findings that were there before anybody checked, so that only new ones count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from airflow_lineage_provider.governance.offline.report import OWN_RULES, Reported
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.store.decisions.baseline_entries import VERSION, InvalidBaseline, read_file

__all__ = ["BaselineFile", "InvalidBaseline", "read_baseline", "write_baseline"]


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """Entries by the key of the finding: (rule, subject)."""

    entries: Mapping[str, tuple[str, str]]
    since: Mapping[str, str]
    """Day on which each came in, where the file says so."""


def read_baseline(text: str) -> BaselineFile:
    """Read a file that this check or ``airflow lineage baseline export`` wrote. Raises :class:`InvalidBaseline`."""
    entries = read_file(text)
    since = {
        item["key"]: item["since"]
        for item in json.loads(text)["findings"]
        if isinstance(item.get("since"), str)
    }
    return BaselineFile(entries, since)


def write_baseline(reported: Iterable[Reported], known: BaselineFile | None, today: date) -> str:
    """The text of a baseline of what was found now: one finding a line, so that a diff shows what came and went.

    What was in it before keeps its day. ``airflow lineage baseline import`` reads it too.
    """
    since = known.since if known is not None else {}
    rows = sorted((one.finding.rule, about(one), one.finding.key) for one in reported if is_for_baseline(one))
    lines = [
        json.dumps(
            {"key": key, "rule": rule, "subject": subject, "since": since.get(key, today.isoformat())},
            ensure_ascii=False,
        )
        for rule, subject, key in rows
    ]
    body = ",\n    ".join(lines)
    findings = f"[\n    {body}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def is_for_baseline(reported: Reported) -> bool:
    """A failure that is not waived. A file that cannot be loaded, or a contract that is taken away, is no old debt."""
    finding = reported.finding
    return (
        finding.result in (Result.FAIL, Result.WARN)
        and finding.waiver is None
        and finding.rule not in OWN_RULES
    )


def about(reported: Reported) -> str:
    """Dataset, DAG and subject, as the baseline of the server spells them."""
    finding = reported.finding
    dataset = str(finding.dataset) if finding.dataset is not None else ""
    return "; ".join(part for part in (dataset, finding.dag_id or "", finding.subject) if part)

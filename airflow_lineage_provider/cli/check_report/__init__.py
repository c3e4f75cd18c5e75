"""A check's report in the formats of people and CI systems."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from airflow_lineage_provider.cli.check_report.github import to_github
from airflow_lineage_provider.cli.check_report.json_document import to_json
from airflow_lineage_provider.cli.check_report.junit import to_junit
from airflow_lineage_provider.cli.check_report.sarif import to_sarif
from airflow_lineage_provider.cli.check_report.text import to_text

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.report import CheckReport

_WRITERS: dict[str, Callable[[CheckReport], str]] = {
    "text": to_text,
    "json": to_json,
    "junit": to_junit,
    "sarif": to_sarif,
    "github": to_github,
}


def write_report(format: str, report: CheckReport) -> str:
    """The report as text that UTF-8 takes: names come from files, and may hold half a character."""
    return _WRITERS[format](report).encode("utf-8", "replace").decode("utf-8")

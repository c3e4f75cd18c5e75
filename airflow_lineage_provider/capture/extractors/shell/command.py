"""Follows the command of one attempt and adds what it has read and written to an extraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.shell.findings import Findings
from airflow_lineage_provider.capture.extractors.shell.place import Machine
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.walker import Walker


def follow(
    command: str, shell: Shell, machine: Machine, context: Any, extraction: Extraction, *, failed: bool
) -> None:
    """Follow a command that has run.

    :param shell: as it was when the command started.
    :param failed: whether the task failed, so that nobody knows how far the command came.
    """
    findings = Findings(extraction, failed=failed)
    try:
        Walker(findings, machine, _started(context)).follow(command, shell)
    finally:
        findings.close()


def _started(context: Any) -> float | None:
    """When the attempt started, in seconds since the epoch."""
    ti = context.get("ti") if isinstance(context, Mapping) else None
    try:
        return float(ti.start_date.timestamp())  # type: ignore[union-attr]
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None

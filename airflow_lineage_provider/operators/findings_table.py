"""Findings as a table in a task log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

HEADINGS = ("rule", "level", "dataset", "contract", "owner", "channel", "what")


def findings_table(findings: Iterable[Mapping[str, Any]]) -> str:
    """Text table of a verdict's findings, one line each; ``-`` where something is not known."""
    rows = [HEADINGS, *(_row(finding) for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    dataset, contract = finding.get("dataset") or {}, finding.get("contract") or {}
    cells = (
        finding.get("rule"),
        finding.get("level"),
        f"{dataset['namespace']} {dataset['name']}" if dataset else None,
        f"{contract['id']} {contract['version']}" if contract else None,
        finding.get("owner"),
        finding.get("channel"),
        finding.get("message"),
    )
    return tuple(" ".join(str(cell).split()) if cell else "-" for cell in cells)

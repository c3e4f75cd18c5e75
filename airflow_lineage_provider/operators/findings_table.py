"""Findings as a table in a task log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_lineage_provider.model.printable import line_of

MOST_ROWS = 100
"""A log is for people; the verdict has all."""
MOST_LETTERS = 300
"""Of one cell: every row is as wide as the widest."""
HEADINGS = ("rule", "level", "dataset", "contract", "owner", "channel", "what")


def findings_table(findings: Iterable[Mapping[str, Any]]) -> str:
    """Text table of a verdict's first findings, one line each; ``-`` where something is not known."""
    listed = list(findings)
    rows = [HEADINGS, *(_row(finding) for finding in listed[:MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "-+-".join("-" * width for width in widths))
    if len(listed) > MOST_ROWS:
        lines.append(f"and {len(listed) - MOST_ROWS} more")
    return "\n".join(lines)


def _row(finding: Mapping[str, Any]) -> tuple[str, ...]:
    dataset, contract = finding.get("dataset") or {}, finding.get("contract") or {}
    cells = (
        finding.get("rule"),
        _standing(finding),
        f"{dataset['namespace']} {dataset['name']}" if dataset else None,
        f"{contract['id']} {contract['version']}" if contract else None,
        finding.get("owner"),
        finding.get("channel"),
        finding.get("message"),
    )
    return tuple(_cell(cell) for cell in cells)


def _cell(value: object) -> str:
    text = line_of(str(value)) if value else "-"
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _standing(finding: Mapping[str, Any]) -> str | None:
    """The level, or why the finding is let pass."""
    waiver = finding.get("waiver")
    if waiver:
        return f"waived until {waiver['expires']}"
    return "in the baseline" if finding.get("is_baselined") else finding.get("level")

"""JSON, for other programs: the keys stay, new ones may come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.report import CheckReport


def to_json(report: CheckReport) -> str:
    """One object; see docs/ci-check.md."""
    return json.dumps(report.to_wire(), indent=2, ensure_ascii=False, default=str) + "\n"

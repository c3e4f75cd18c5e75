"""One message to the owner of a DAG: which of its runs the gate blocked, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.model.printable import line_of
from airflow_lineage_provider.store.blocked_runs import BlockedRun

SHOWN = 30
"""Runs that a message names."""


@dataclass(frozen=True)
class RunLetter:
    """What one notifier is told in one round about one DAG."""

    dag_id: str
    owner: str | None
    runs: tuple[BlockedRun, ...]
    findings: str
    """Those of the DAG as they stand now, for everybody who may read it; empty where it would pass."""
    channel: str | None = None

    @property
    def title(self) -> str:
        """One line."""
        many = "1 run was" if len(self.runs) == 1 else f"{len(self.runs)} runs were"
        return line_of(f"Lineage gate: {many} blocked of DAG {self.dag_id} (owner: {self.owner or 'nobody'})")

    @property
    def message(self) -> str:
        """Plain text; no name in it, wherever it comes from, can add a line of its own."""
        lines = [self.title, ""]
        lines += [
            line_of(f"- {run.run_id}, at {run.at:%Y-%m-%d %H:%M} UTC, verdict {run.verdict_id}")
            for run in self.runs[:SHOWN]
        ]
        if len(self.runs) > SHOWN:
            lines.append(f"- and {len(self.runs) - SHOWN} more")
        lines.append("")
        if self.findings:
            lines += [self.findings, "", "Fix, then clear these runs."]
        else:
            lines.append("It would pass by now: clear these runs.")
        return "\n".join(lines)

    def context(self) -> dict[str, Any]:
        """What templates see, as :meth:`governance.notices.letter.Letter.context`."""
        known = {
            "owner": self.owner,
            "channel": self.channel,
            "title": self.title,
            "message": self.message,
            "findings": [],
            "opened": [],
            "resolved": [],
            "dag_id": self.dag_id,
            "runs": [
                {"run_id": run.run_id, "verdict_id": run.verdict_id, "at": run.at.isoformat()}
                for run in self.runs
            ],
        }
        return {**known, "lineage": dict(known)}

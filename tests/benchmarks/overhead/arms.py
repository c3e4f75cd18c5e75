"""What is compared: Airflow without lineage, with this provider, and with the official OpenLineage provider."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to run the same DAG."""

    name: str
    title: str
    ours: bool
    official: bool
    runtime_sources: str = "default"
    """What of the task's process our provider observes."""

    def environment(self, home: Path) -> dict[str, object]:
        """Variables that make it this arm. Both providers are installed in every arm."""
        env: dict[str, object] = {
            "AIRFLOW__LINEAGE_PROVIDER__ENABLED": self.ours,
            "AIRFLOW__LINEAGE_PROVIDER__RUNTIME_SOURCES": self.runtime_sources,
            "AIRFLOW__OPENLINEAGE__DISABLED": not self.official,
        }
        if self.official:
            env["AIRFLOW__OPENLINEAGE__TRANSPORT"] = json.dumps(
                {"type": "file", "log_file_path": str(home / "openlineage.jsonl"), "append": True}
            )
        return env


ARMS = {
    arm.name: arm
    for arm in (
        Arm("off", "no lineage", ours=False, official=False),
        Arm("ours", "this provider as it comes, instrumentation on", ours=True, official=False),
        Arm(
            "plain",
            "this provider without instrumentation",
            ours=True,
            official=False,
            runtime_sources="none",
        ),
        Arm("official", "official OpenLineage provider, file transport", ours=False, official=True),
    )
}

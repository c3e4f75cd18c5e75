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

    def environment(self, home: Path) -> dict[str, object]:
        """Variables that make it this arm. Both providers are installed in every arm."""
        env: dict[str, object] = {
            "AIRFLOW__LINEAGE_PROVIDER__ENABLED": self.ours,
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
        Arm("ours", "this provider", ours=True, official=False),
        Arm("official", "official OpenLineage provider, file transport", ours=False, official=True),
    )
}

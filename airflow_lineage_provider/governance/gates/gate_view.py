"""A kept answer as it is shown, with what the dag-run gate would make of it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.gates.mode import mode_of
from airflow_lineage_provider.governance.gates.run_decision import RunDecision, decide
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import StoredGate


@dataclass(frozen=True, slots=True)
class GateView:
    """One DAG's answer at one moment."""

    gate: StoredGate
    mode: Level
    decision: RunDecision
    is_expired: bool

    @property
    def effective(self) -> Level:
        """What the dag-run gate would do about a run."""
        return Level.OFF if self.mode is Level.OFF else self.decision.does

    def to_wire(self, *, message: str | None = None) -> dict[str, Any]:
        """JSON object; its keys are stable.

        :param message: for the reader; with it, what the answer says is told as well.
        """
        gate = self.gate
        wire = {
            "dag_id": gate.dag_id,
            "mode": self.mode.value,
            "result": gate.result,
            "level": gate.level.value,
            "effective": self.effective.value,
            "findings_total": gate.findings_total,
            "datasets": gate.datasets,
            "verdict_id": gate.verdict_id,
            "judged_at": gate.judged_at.isoformat(),
            "valid_until": gate.valid_until.isoformat(),
            "is_expired": self.is_expired,
        }
        if message is None:
            return wire
        return {
            **wire,
            "message": message,
            "findings": [
                {"key": each.key, "rule": each.rule, "level": each.level.value} for each in gate.findings
            ],
            "reason": self.told,
        }

    @property
    def told(self) -> str:
        """In one sentence, what would become of a run now."""
        if self.mode is Level.OFF:
            return "the dag-run gate is off for this DAG"
        return self.decision.headline


def view_of(gate: StoredGate, *, now: datetime) -> GateView:
    """Look at an answer at a moment."""
    mode = mode_of(gate.dag_id)
    decision = decide(gate, mode, dag_id=gate.dag_id, fails_closed=config.on_error() == "closed", now=now)
    return GateView(gate, mode, decision, gate.is_expired(now))

"""The answers as a file, for processes that have no database: the DAG processor reads it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates.steady_text import steady_text
from airflow_lineage_provider.model.error_line import first_line
from airflow_lineage_provider.store.gate_states import StoredGate, gates_after
from airflow_lineage_provider.store.running_dags import running_dags

VERSION = 1
_PAGE = 1_000
_LONGEST_MESSAGE = 4_000
"""Characters of what people are told about one DAG: the file is read as a whole."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All answers at one moment."""

    gates: tuple[StoredGate, ...]
    running: frozenset[str]
    """DAGs with runs that have begun and not ended; those that wait in the queue are not among them."""

    def to_wire(self, *, written_at: datetime) -> dict[str, Any]:
        """``{"v", "written_at", "dags": {dag_id: {...}}}``; keys are only ever added."""
        return {
            "v": VERSION,
            "written_at": written_at.isoformat(),
            "dags": {gate.dag_id: _entry(gate, self.running) for gate in self.gates},
        }


def take_snapshot(*, session: Session) -> Snapshot:
    """Read all answers, expired ones as well: who reads them decides what they are worth."""
    gates: list[StoredGate] = []
    while page := gates_after(gates[-1].dag_id if gates else "", limit=_PAGE, session=session):
        gates += page
    return Snapshot(tuple(gates), running_dags(session=session))


def write_snapshot(snapshot: Snapshot, path: Path, *, now: datetime) -> None:
    """Write a file that is at every moment whole. Raises ``OSError``."""
    text = json.dumps(snapshot.to_wire(written_at=now), ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # Other users' processes read it; nothing in it is secret to who may run DAGs.
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _entry(gate: StoredGate, running: Collection[str]) -> dict[str, Any]:
    # Whoever may run DAGs reads the file, and the DAG processor puts parts of it where readers of the DAG are.
    shown = gate.shown if gate.shown is not None else first_line(gate.message)
    return {
        "result": gate.result,
        "level": gate.level.value,
        "message": shown[:_LONGEST_MESSAGE],
        "told": steady_text(shown)[:_LONGEST_MESSAGE],
        "findings": [
            {"key": each.key, "rule": each.rule, "level": each.level.value} for each in gate.findings
        ],
        "findings_total": gate.findings_total,
        "judged_at": gate.judged_at.isoformat(),
        "valid_until": gate.valid_until.isoformat(),
        "has_running_runs": gate.dag_id in running,
    }

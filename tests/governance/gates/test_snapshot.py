from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airflow_lineage_provider.governance.gates import snapshot as snapshots
from airflow_lineage_provider.governance.gates.parse_gate import ParseGate
from airflow_lineage_provider.governance.gates.snapshot import take_snapshot, write_snapshot
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import save_gates
from tests.airflow_rows import NOW, add_dag_run
from tests.store.test_gate_states import gate


def test_all_answers_are_in_the_file(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_PAGE", 2)
    world.dag("b", "t")
    world.run("b")
    shown = "1 finding.\n1. rule (block): n a\n  it is 9 h old\n  fix: run it"
    gates = [gate("a", shown=shown), gate("b", level=Level.WARN, shown="x" * 9_000), gate("c")]
    save_gates(gates, session=world.session)
    path = tmp_path / "deep" / "gates.json"

    write_snapshot(take_snapshot(session=world.session), path, now=NOW)

    document = json.loads(path.read_text())
    assert (document["v"], document["written_at"]) == (1, NOW.isoformat())
    assert {name: entry["has_running_runs"] for name, entry in document["dags"].items()} == {
        "a": False, "b": True, "c": False,
    }  # fmt: skip
    assert document["dags"]["a"] == {
        "result": "fail",
        "level": "block",
        "message": "1 finding.\n1. rule (block): n a\n  it is 9 h old\n  fix: run it",
        "told": "1. rule (block): n a\n  fix: run it",
        "findings": [{"key": "0" * 64, "rule": "owner-missing", "level": "block"}],
        "findings_total": 1,
        "judged_at": gate("a").judged_at.isoformat(),
        "valid_until": gate("a").valid_until.isoformat(),
        "has_running_runs": False,
    }
    assert len(document["dags"]["b"]["message"]) == 4_000
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["gates.json"]


@pytest.mark.parametrize(("state", "held"), [("queued", True), ("running", False), ("failed", True)])
def test_a_dag_stays_held_back_while_its_runs_wait(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, held: bool
) -> None:
    path = tmp_path / "gates.json"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE", "block")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT", str(path))
    add_dag_run(world.session, "shop", state=state)
    save_gates([gate("shop")], session=world.session)
    write_snapshot(take_snapshot(session=world.session), path, now=NOW)
    parsed = SimpleNamespace(dag_id="shop", doc_md=None, tags=set(), max_active_runs=16)

    ParseGate().look(parsed, now=NOW)

    assert (parsed.max_active_runs == 0) is held


def test_who_reads_it_meanwhile_sees_the_last_one_whole(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gates.json"
    path.write_text("before")

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(snapshots.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_snapshot(take_snapshot(session=world.session), path, now=NOW)
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["gates.json"]

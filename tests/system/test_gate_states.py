"""Gate states in a live Airflow: one of its two API servers keeps them, and hears within seconds of what changes."""

from __future__ import annotations

import time
from typing import Any

from tests.system.conftest import Lineage

LATEST = 5.0
"""Seconds from a commit to the new answer, on a machine that does other things too."""


def states(live: Lineage) -> dict[str, tuple[Any, ...]]:
    rows = live.query("SELECT dag_id, datasets, findings, judged_at, valid_until FROM lineage_gate_state")
    return {row[0]: tuple(row[1:]) for row in rows}


def test_every_dag_is_judged_and_one_server_does_it(live: Lineage) -> None:
    def all_judged() -> bool:
        dags = {row[0] for row in live.query("SELECT dag_id FROM dag WHERE NOT is_stale")}
        return bool(dags) and dags == set(states(live))

    live.airflow.wait(all_judged, 120, "every DAG has a gate state")
    keepers = [
        live.airflow.request("GET", "/lineage/api/v2/health", index=index).json()["gates"] for index in (0, 1)
    ]
    assert sorted(keeper["is_keeper"] for keeper in keepers) == [False, True], keepers
    assert all(keeper["alive"] for keeper in keepers)
    assert [keeper["failed"] for keeper in keepers] == [0, 0]


def test_a_change_is_heard_within_seconds(live: Lineage) -> None:
    def known() -> str | None:
        return next((dag_id for dag_id, row in states(live).items() if row[0] > 0), None)

    dag_id = live.airflow.wait(known, 120, "a DAG that reads something is judged")
    before = states(live)[dag_id]
    body = {"namespace": "*", "name": "*", "is_glob": True, "owner": "gate-keeper"}
    began = time.monotonic()
    answer = live.airflow.request("PUT", "/lineage/api/v2/owners", json=body)
    assert answer.status_code < 300, answer.text

    def judged() -> bool:
        return bool(states(live)[dag_id][2] > before[2])

    try:
        live.airflow.wait(judged, 30, f"{dag_id} is judged again", interval=0.1)
        took = time.monotonic() - began
    finally:
        # Others of these tests share the register.
        live.query("DELETE FROM lineage_owner WHERE owner = 'gate-keeper'")
    assert took < LATEST, f"{took:.1f} s"

"""The dag-run gate in a live Airflow. What the judge says is kept by the tests: no server governs here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from example_dags.demo.component import Component
from example_dags.demo.live_airflow import LiveAirflow
from tests.governance.gates.states import finding, keep
from tests.live.postgres import postgres_url
from tests.system.conftest import Lineage

pytestmark = pytest.mark.system

DAGS = Path(__file__).parent / "gated"
HELD = "upstream_failed"
GATE = {
    "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "block",
    "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES": '{"*": "off", "gated_*": "block"}',
}
"""For the scheduler alone."""
LISTENER = """
from __future__ import annotations

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin


class Heard:
    @hookimpl
    def on_dag_run_failed(self, dag_run, msg):
        with open({trace!r}, "a") as trace:
            trace.write(f"heard {{dag_run.dag_id}} {{dag_run.run_id}}\\n")


class HeardPlugin(AirflowPlugin):
    name = "heard"
    listeners = [Heard()]
"""
UNINSTALLED = """
import importlib.metadata
import sys

import importlib_metadata


class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "airflow_lineage_provider":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Gone())
for library in (importlib.metadata, importlib_metadata):
    real = library.Distribution.discover

    def others(real=real, **asked):
        return (each for each in real(**asked) if each.metadata["Name"] != "airflow-lineage-provider")

    library.Distribution.discover = staticmethod(others)
"""


class Gated(Lineage):
    """A live Airflow whose runs are gated."""

    trace: Path
    engine: Engine

    def keep(self, dag_id: str, *findings: Any, **fields: Any) -> None:
        keep(self.engine, dag_id, *findings, **fields)

    def lines(self, about: str) -> list[str]:
        return [line for line in self.trace.read_text().splitlines() if about in line]

    def states(self, dag_id: str, run_id: str) -> set[str | None]:
        return {each["state"] for each in self.airflow.task_instances(dag_id, run_id)}

    def note(self, dag_id: str, run_id: str) -> str:
        return str(self.airflow.api("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["note"])

    def restart_scheduler(self, **env: str) -> None:
        """The scheduler alone gets the settings; without any, those of before."""
        scheduler = self.airflow.components["scheduler"]
        family = scheduler.interrupt()
        scheduler.reap(family)
        scheduler.env = {**self.airflow.env, **GATE, **env}
        scheduler.start()


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gated]:
    home = tmp_path_factory.mktemp("gated")
    trace = home / "trace.txt"
    trace.touch()
    (home / "plugins").mkdir()
    (home / "plugins" / "heard.py").write_text(LISTENER.format(trace=str(trace)))
    database_url = postgres_url("gated")
    airflow = LiveAirflow(
        home,
        dags_folder=DAGS,
        database_url=database_url,
        triggerer=False,
        env={
            "GATED_TRACE": str(trace),
            # No API server keeps answers: those of the tests stand.
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "off",
        },
    )
    scheduler = airflow.components["scheduler"]
    scheduler.env = {**airflow.env, **GATE}
    airflow.migrate()
    engine = create_engine(database_url)
    for dag_id in ("manual", "many", "scheduled", "asset", "backfill"):
        keep(engine, f"gated_{dag_id}", finding())
    with airflow:
        found = Gated(airflow, database_url)
        object.__setattr__(found, "trace", trace)
        object.__setattr__(found, "engine", engine)
        airflow.wait_for_dag("produces_orders")
        yield found
    engine.dispose()


def test_every_kind_of_run_is_blocked_before_its_first_task(gated: Gated) -> None:
    gated.airflow.trigger("gated_manual")
    gated.airflow.trigger("produces_orders")
    made = gated.airflow.airflow(
        "backfill",
        "create",
        "--dag-id",
        "gated_backfill",
        "--from-date",
        "2026-02-01",
        "--to-date",
        "2026-02-02",
    )
    assert made.returncode == 0, made.stderr
    for kind in ("manual", "scheduled", "asset", "backfill"):
        dag_id, run_type = f"gated_{kind}", {"asset": "asset_triggered"}.get(kind, kind)

        def run(dag_id: str = dag_id, run_type: str = run_type) -> Any:
            runs = gated.airflow.dag_runs(dag_id)
            over = [each for each in runs if each["state"] in ("failed", "success")]
            return next((each for each in over if each["run_type"] == run_type), None)

        found = gated.airflow.wait(run, 120, f"a {kind} run is over")
        run_id = found["dag_run_id"]
        assert found["state"] == "failed"
        assert gated.states(dag_id, run_id) == {HELD}
        assert "**Lineage gate**: this run was blocked" in found["note"]
        assert f"http://127.0.0.1:{gated.airflow.api_url.rpartition(':')[2]}/plugin/lineage" in found["note"]
        assert gated.lines(f"task read {run_id}") == []
        assert gated.lines(f"heard {dag_id} {run_id}") == [f"heard {dag_id} {run_id}"]
    assert gated.lines("task read") == []
    gated.airflow.api("PATCH", "/api/v2/dags/gated_scheduled", {"is_paused": True})


def test_its_callback_runs_and_the_next_run_has_its_turn(gated: Gated) -> None:
    runs = [gated.airflow.trigger("gated_manual") for _ in range(3)]
    for run_id in runs:
        assert gated.airflow.wait_for_run("gated_manual", run_id) == "failed"
        line = f"callback gated_manual {run_id}"
        gated.airflow.wait(lambda line=line: gated.lines(line), 180, line)
    ((count,),) = gated.query(
        "SELECT count(*) FROM lineage_verdict WHERE gate = 'dag-run' AND run_id = :run_id", run_id=runs[0]
    )
    assert count == 1


def test_a_cleared_run_is_met_again_until_it_is_fixed(gated: Gated) -> None:
    gated.keep("gated_manual", finding(message="why " * 2_500))
    run_id = gated.airflow.trigger("gated_manual", note="Ask Ana first.")
    assert gated.airflow.wait_for_run("gated_manual", run_id) == "failed"
    note = gated.note("gated_manual", run_id)
    assert note.startswith("Ask Ana first.\n\n**Lineage gate**")
    assert "fix: register an owner" in note
    assert len(note) <= 1_000
    gated.keep("gated_manual")
    gated.airflow.api(
        "POST",
        "/api/v2/dags/gated_manual/clearTaskInstances",
        {"dag_run_id": run_id, "dry_run": False, "only_failed": False},
    )
    assert gated.airflow.wait_for_run("gated_manual", run_id) == "success"
    assert gated.lines(f"task report {run_id}")
    note = gated.note("gated_manual", run_id)
    assert note.startswith("Ask Ana first.\n\n**Lineage gate**: passed on")
    gated.keep("gated_manual", finding())


def test_of_which_nothing_is_known_it_goes_on_and_says_so(gated: Gated) -> None:
    gated.keep("gated_many", finding(), valid=timedelta(seconds=-1))
    run_id = gated.airflow.trigger("gated_many")
    assert gated.airflow.wait_for_run("gated_many", run_id) == "success"
    assert "counted until" in gated.note("gated_many", run_id)
    gated.query("DELETE FROM lineage_gate_state WHERE dag_id = 'gated_many'")
    run_id = gated.airflow.trigger("gated_many")
    assert gated.airflow.wait_for_run("gated_many", run_id) == "success"
    assert "no answer of the judge is kept for gated_many" in gated.note("gated_many", run_id)
    results = gated.query(
        "SELECT result FROM lineage_verdict WHERE dag_id = 'gated_many' AND gate = 'dag-run'"
    )
    assert {result for (result,) in results} == {"error"}


def test_without_its_tables_runs_go_on_and_the_scheduler_lives(gated: Gated) -> None:
    tables = ("lineage_gate_state", "lineage_verdict", "lineage_audit")
    for table in tables:
        gated.query(f"ALTER TABLE {table} RENAME TO gone_{table}")
    try:
        run_id = gated.airflow.trigger("gated_many")
        assert gated.airflow.wait_for_run("gated_many", run_id) == "success"
        assert gated.airflow.components["scheduler"].alive
    finally:
        for table in tables:
            gated.query(f"ALTER TABLE gone_{table} RENAME TO {table}")
    assert gated.airflow.logs("scheduler").count("could not judge or note a verdict") == 1


def test_configured_closed_what_is_not_known_is_blocked(gated: Gated) -> None:
    gated.query("DELETE FROM lineage_gate_state WHERE dag_id = 'gated_many'")
    gated.restart_scheduler(AIRFLOW__LINEAGE_PROVIDER__ON_ERROR="closed")
    run_id = gated.airflow.trigger("gated_many")
    assert gated.airflow.wait_for_run("gated_many", run_id) == "failed"
    assert gated.states("gated_many", run_id) == {HELD}
    assert "on_error is closed" in gated.note("gated_many", run_id)
    gated.restart_scheduler()


@pytest.mark.slow
def test_two_schedulers_judge_each_run_once(gated: Gated) -> None:
    gated.keep("gated_many", finding())
    airflow = gated.airflow
    first = airflow.components["scheduler"]
    second = Component(
        "scheduler-2", [*first.command, "--skip-serve-logs"], first.env, airflow.home / "scheduler-2.log"
    )
    second.start()
    try:
        airflow.wait(lambda: "Starting the scheduler" in second.log(), 120, "the second scheduler works")
        runs = [airflow.trigger("gated_many") for _ in range(100)]
        for run_id in runs:
            assert airflow.wait_for_run("gated_many", run_id, 300) == "failed"
        assert second.alive
        assert first.alive
    finally:
        second.reap(second.interrupt())
    counted = gated.query(
        "SELECT run_id, count(*) FROM lineage_verdict WHERE gate = 'dag-run' AND dag_id = 'gated_many' GROUP BY run_id"
    )
    assert {run_id: count for run_id, count in counted if run_id in runs} == dict.fromkeys(runs, 1)
    started = gated.query(
        "SELECT count(*) FROM task_instance WHERE dag_id = 'gated_many' AND run_id = ANY(:runs) AND state <> :held",
        runs=runs,
        held=HELD,
    )
    assert started == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["switched off", "uninstalled"])
def test_without_the_provider_everything_runs(gated: Gated, how: str, tmp_path: Path) -> None:
    gated.keep("gated_many", finding())
    if how == "switched off":
        gated.restart_scheduler(AIRFLOW__LINEAGE_PROVIDER__ENABLED="False")
    else:
        (tmp_path / "sitecustomize.py").write_text(UNINSTALLED)
        gated.restart_scheduler(PYTHONPATH=str(tmp_path))
    run_id = gated.airflow.trigger("gated_many")
    assert gated.airflow.wait_for_run("gated_many", run_id) == "success"
    assert gated.lines(run_id)
    assert HELD not in gated.states("gated_many", run_id)
    gated.restart_scheduler()
    run_id = gated.airflow.trigger("gated_many")
    assert gated.airflow.wait_for_run("gated_many", run_id) == "failed"


def test_the_scheduler_has_nothing_to_complain_about(gated: Gated) -> None:
    log = gated.airflow.logs("scheduler")
    for word in (
        "UNEXPECTED COMMIT",
        "PendingRollback",
        "deadlock",
        "Error while calling listener",
        "DeadlockDetected",
    ):
        assert word not in log


def test_the_audit_has_each_blocked_run(gated: Gated) -> None:
    ((blocked,),) = gated.query(
        "SELECT count(*) FROM lineage_verdict WHERE gate = 'dag-run' AND result = 'fail'"
    )
    ((entries,),) = gated.query(
        "SELECT count(*) FROM lineage_audit WHERE actor = 'dag-run' AND kind = 'verdict'"
    )
    assert 0 < blocked <= entries


def test_what_is_kept_is_what_airflow_shows(gated: Gated) -> None:
    run_id = gated.airflow.trigger("gated_manual")
    gated.airflow.wait_for_run("gated_manual", run_id)
    verdicts = gated.airflow.api(
        "GET", "/lineage/api/v2/verdicts", params={"dag_id": "gated_manual", "run_id": run_id}
    )
    (verdict,) = verdicts["verdicts"]
    assert (verdict["gate"], verdict["result"], verdict["findings"]) == ("dag-run", "fail", 1)
    answer = gated.airflow.api("GET", f"/lineage/api/v2/verdicts/{verdict['id']}")
    assert json.dumps(answer).count("owner-missing") >= 1

"""The shop on a live Airflow: the chain of DAGs, what lineage knows of it, and the gates that stop a run."""

from __future__ import annotations

import json
import shlex
from functools import partial
from pathlib import Path

from example_dags.demo.live_airflow import LiveAirflow
from example_dags.demo.progress import DemoFailed, Progress

EXAMPLES = Path(__file__).resolve().parents[1]
CONTRACTS = EXAMPLES / "contracts"
CHAIN = ("shop_ingest", "shop_staging", "shop_marts", "shop_features", "shop_report")
GATED = "shop_exec_summary"
GATE_TASK = "validate_upstream"
UNSTARTED = "shop_newsletter"
"""Stopped by the dag-run gate: nothing in the DAG asks for it."""

DAG_TIMEOUT = 60.0
RUN_TIMEOUT = 120.0
GATE_TIMEOUT = 60.0


def shop_airflow(home: Path) -> LiveAirflow:
    """Return an Airflow, not started, that holds the example DAGs and their connection."""
    output = home / "shop"
    return LiveAirflow(
        home,
        dags_folder=EXAMPLES,
        triggerer=False,  # no task of the shop defers, and every component costs start-up time
        env={
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "block",
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES": json.dumps({"*": "observe", UNSTARTED: "block"}),
            "SHOP_DATA_DIR": EXAMPLES / "data",
            "SHOP_OUTPUT_DIR": output,
            "AIRFLOW_CONN_SHOP_DB": json.dumps({"conn_type": "sqlite", "host": str(output / "shop.db")}),
        },
    )


class ShopDemo:
    """The stages of the demo, on an Airflow that runs."""

    def __init__(self, airflow: LiveAirflow, progress: Progress) -> None:
        self._airflow = airflow
        self._progress = progress
        self._report = airflow.home / "shop" / "report.csv"

    def run_chain(self) -> dict[str, str]:
        """Trigger the first DAG, wait until assets have led to the end of the last; returns the run of each."""
        airflow, progress = self._airflow, self._progress
        for dag_id in (*CHAIN, GATED, UNSTARTED):
            airflow.wait_for_dag(dag_id, DAG_TIMEOUT)
        progress.stage(
            f"Running the shop: {' -> '.join(CHAIN)}, each started by the assets of the one before"
        )
        runs = {CHAIN[0]: airflow.trigger(CHAIN[0])}
        for dag_id in CHAIN:
            if dag_id not in runs:
                latest = partial(self._latest_run, dag_id)
                runs[dag_id] = airflow.wait(latest, RUN_TIMEOUT, f"assets start {dag_id}")
            self._expect(dag_id, runs[dag_id], "success")
            tasks = airflow.task_instances(dag_id, runs[dag_id])
            progress.stage(f"  {dag_id}: success, {len(tasks)} task{'s' if len(tasks) > 1 else ''}")
        return runs

    def show_lineage(self, runs: dict[str, str]) -> None:
        self._progress.stage("Where does the report come from?")
        self.lineage(
            "graph", "--node", f"dataset:file:{self._report}", "--direction", "upstream", "--depth", "20"
        )
        self._progress.stage("What did the tasks of shop_marts read and write?")
        self.lineage("runs", "--dag-id", "shop_marts", "--run-id", runs["shop_marts"])
        self._progress.stage("Is everything captured?")
        self.lineage("status")

    def show_dag_run_gate(self) -> str:
        """Trigger the DAG that the deployment gates; none of its tasks may start. Returns its run."""
        airflow, progress = self._airflow, self._progress
        progress.stage(f"Running {UNSTARTED}: the dag-run gate has to stop it before its first task")
        self._wait_for_gate(blocks=True)
        run_id = airflow.trigger(UNSTARTED)
        self._expect(UNSTARTED, run_id, "failed")
        states = self._task_states(UNSTARTED, run_id)
        if set(states.values()) != {"upstream_failed"}:
            raise DemoFailed(f"{UNSTARTED} failed, but its tasks are {states}")
        progress.stage(f"  {UNSTARTED}: blocked, {states}; the note on the run says:")
        progress.detail(str(airflow.dag_run(UNSTARTED, run_id)["note"]))
        return run_id

    def show_gate(self) -> str:
        """Trigger the DAG whose first task validates its upstream; it has to be stopped. Returns its run."""
        airflow, progress = self._airflow, self._progress
        progress.stage(f"Running {GATED}: it reads marts that have no contract yet, so it has to be blocked")
        run_id = airflow.trigger(GATED)
        self._expect(GATED, run_id, "failed")
        states = self._task_states(GATED, run_id)
        if states.get(GATE_TASK) != "failed":
            raise DemoFailed(f"{GATED} failed, but not in {GATE_TASK}: {states}")
        progress.stage(f"  {GATED}: blocked by {GATE_TASK}, which says:")
        progress.detail(failure_reason(airflow.task_log(GATED, run_id, GATE_TASK)))
        return run_id

    def apply_fix(self) -> None:
        self._progress.stage("The fix: contracts for what it reads")
        self.lineage("contracts", "apply", str(CONTRACTS))

    def rerun_gate(self, run_id: str) -> None:
        """Clear what failed in the run that the operator stopped, as one does in the UI, and see it pass."""
        self._clear(GATED, run_id)

    def rerun_dag_run_gate(self, run_id: str) -> None:
        """The same for the run that never started."""
        self._wait_for_gate(blocks=False)
        self._clear(UNSTARTED, run_id)

    def _clear(self, dag_id: str, run_id: str) -> None:
        airflow, progress = self._airflow, self._progress
        progress.stage(f"Clearing the blocked run of {dag_id}")
        airflow.api(
            "POST",
            f"/api/v2/dags/{dag_id}/clearTaskInstances",
            {"dry_run": False, "dag_run_id": run_id, "only_failed": True, "reset_dag_runs": True},
        )
        self._expect(dag_id, run_id, "success")
        progress.stage(f"  {dag_id}: success, {self._task_states(dag_id, run_id)}")

    def _wait_for_gate(self, *, blocks: bool) -> None:
        """Until the API server has judged what is there now, which takes it a few seconds."""
        path = f"/lineage/api/v2/gates/{UNSTARTED}"

        def is_judged() -> bool:
            answer = self._airflow.request("GET", path)
            return answer.status_code == 200 and (answer.json()["effective"] == "block") is blocks

        self._airflow.wait(
            is_judged, GATE_TIMEOUT, f"the gate of {UNSTARTED} {'closes' if blocks else 'opens'}"
        )

    def lineage(self, *args: str) -> None:
        """Run ``airflow lineage ...`` and show it."""
        done = self._airflow.airflow("lineage", *args)
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-5:]
            raise DemoFailed(
                f"airflow lineage {args[0]} ended with exit code {done.returncode}\n" + "\n".join(last)
            )
        self._progress.output(shlex.join(["airflow", "lineage", *args]), done.stdout)

    def _latest_run(self, dag_id: str) -> str:
        runs = self._airflow.dag_runs(dag_id)
        return str(runs[0]["dag_run_id"]) if runs else ""

    def _task_states(self, dag_id: str, run_id: str) -> dict[str, str]:
        return {ti["task_id"]: ti["state"] for ti in self._airflow.task_instances(dag_id, run_id)}

    def _expect(self, dag_id: str, run_id: str, expected: str) -> None:
        state = self._airflow.wait_for_run(dag_id, run_id, RUN_TIMEOUT)
        if state == expected:
            return
        broken = [ti for ti in self._airflow.task_instances(dag_id, run_id) if ti["state"] == "failed"]
        reasons = [
            f"  {ti['task_id']}: "
            + failure_reason(self._airflow.task_log(dag_id, run_id, ti["task_id"], ti["try_number"]))
            for ti in broken
        ]
        raise DemoFailed("\n".join([f"{dag_id} ended as {state}, expected {expected}", *reasons]))


def failure_reason(log: str) -> str:
    """Return the message of the exception that ended a task, from its log of JSON lines."""
    for line in reversed(log.splitlines()):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if details := entry.get("error_detail"):
            return str(details[0]["exc_value"])
    return "the task log names no exception"

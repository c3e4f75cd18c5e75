"""A judge that is slow, or broken, while runs start: the scheduler reads what was kept, and waits for nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from example_dags.demo.live_airflow import LiveAirflow
from tests.live.postgres import postgres_url
from tests.system.conftest import Lineage

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAGS = Path(__file__).parent / "slowly_judged"
DAG_IDS = [f"{kind}_{number}" for kind in ("blocked", "passed") for number in range(5)]
JUDGE = """
from __future__ import annotations

import os
import time
from pathlib import Path

if mode := os.environ.get("JUDGE_MODE"):
    from airflow_lineage_provider.governance.gates import keeper

    judged = keeper.answer_of

    def answer_of(dag_id, *args, **fields):
        said = Path(mode).read_text()
        if said:
            with open(mode + ".trace", "a") as trace:
                trace.write(f"{said} {dag_id}\\n")
        if said == "slow":
            time.sleep(5)
        elif said:
            raise RuntimeError("the judge is broken")
        return judged(dag_id, *args, **fields)

    keeper.answer_of = answer_of
"""


class Judged(Lineage):
    """A live Airflow whose judge does as a file says."""

    mode: Path

    def judge(self, mode: str) -> None:
        self.mode.write_text(mode)

    def judged(self, mode: str) -> int:
        trace = self.mode.with_name(self.mode.name + ".trace")
        return trace.read_text().count(f"{mode} ") if trace.exists() else 0

    def ask_for_all(self) -> None:
        """What is found is judged anew, as it is when somebody takes a baseline."""
        from airflow_lineage_provider.store.audit import append

        engine = create_engine(self.database_url)
        with Session(engine) as session, session.begin():
            append("baseline", {}, actor="test", subject="test", now=datetime.now(UTC), session=session)
        engine.dispose()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    home = tmp_path_factory.mktemp("slow_judge")
    mode = home / "mode"
    mode.write_text("")
    (home / "plugins").mkdir()
    (home / "plugins" / "judge.py").write_text(JUDGE)
    url = postgres_url("slow_judge")
    airflow = LiveAirflow(
        home,
        dags_folder=DAGS,
        database_url=url,
        triggerer=False,
        env={"AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "block"},
    )
    server = airflow.components["api-server"]
    server.env = {**airflow.env, "JUDGE_MODE": str(mode)}
    with airflow:
        found = Judged(airflow, url)
        object.__setattr__(found, "mode", mode)

        def are_kept() -> bool:
            return len(found.query("SELECT 1 FROM lineage_gate_state")) == len(DAG_IDS)

        airflow.wait(are_kept, 120, "every DAG has a gate state")
        yield found


@pytest.mark.parametrize("mode", ["slow", "broken"])
def test_runs_start_by_the_kept_answers(live: Judged, mode: str) -> None:
    levels = dict(live.query("SELECT dag_id, level FROM lineage_gate_state"))
    assert {dag_id for dag_id, level in levels.items() if level == "block"} == set(DAG_IDS[:5])
    scheduler = live.airflow.components["scheduler"].pid
    live.judge(mode)
    live.ask_for_all()
    live.airflow.wait(lambda: live.judged(mode), 30, "the judge is at it", interval=0.1)

    runs = [(dag_id, live.airflow.trigger(dag_id)) for _ in range(2) for dag_id in DAG_IDS]
    slowest = 0.0
    for _ in range(5):
        began = time.monotonic()
        assert live.airflow.request("GET", "/lineage/api/v2/health").json()["gates"]["alive"] is True
        assert live.airflow.request("GET", "/lineage/api/v2/gates").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    states = {run: live.airflow.wait_for_run(*run) for run in runs}
    live.judge("")

    expected = {run: "failed" if run[0].startswith("blocked") else "success" for run in runs}
    assert states == expected
    assert slowest < 5, f"{slowest:.1f} s"
    verdicts = live.query(
        "SELECT dag_id, result FROM lineage_verdict WHERE gate = 'dag-run' AND run_id = ANY(:runs)",
        runs=[run_id for _, run_id in runs],
    )
    assert len(verdicts) == len(runs)
    assert {result for dag_id, result in verdicts if dag_id.startswith("blocked")} == {"fail"}
    assert {result for dag_id, result in verdicts if dag_id.startswith("passed")} == {"unknown"}
    health = live.airflow.api("GET", "/api/v2/monitor/health")
    assert (health["scheduler"]["status"], health["metadatabase"]["status"]) == ("healthy", "healthy")
    assert live.airflow.components["scheduler"].pid == scheduler
    assert live.airflow.components["scheduler"].alive


def test_nobody_waited_for_a_lock(live: Judged) -> None:
    for component in ("scheduler", "api-server"):
        log = live.airflow.logs(component).lower()
        for word in ("deadlock", "lock timeout", "locknotavailable", "unexpected commit", "pendingrollback"):
            assert word not in log, component
        assert "dag-run gate" not in "\n".join(line for line in log.splitlines() if "warning" in line)
    assert "cannot be renewed: RuntimeError: the judge is broken" in live.airflow.logs("api-server")

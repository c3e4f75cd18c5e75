"""``python -m example_dags.demo [run|up|down]``: the demo, an Airflow that stays, and its end."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

import httpx

from example_dags.demo import background
from example_dags.demo.live_airflow import LiveAirflowError
from example_dags.demo.progress import DemoFailed, Progress
from example_dags.demo.shop import EXAMPLES, ShopDemo, shop_airflow

HOME = EXAMPLES.parent / ".demo"


def run(home: Path, progress: Progress) -> None:
    """Start Airflow, run the shop, show its lineage, get blocked, fix it, pass, stop."""
    progress.stage(f"Starting Airflow in {home} (scheduler, API server, DAG processor; SQLite)")
    with shop_airflow(home) as airflow:
        background.remember(airflow)  # should this process be killed, `make down` still stops Airflow
        progress.stage(f"Airflow is healthy: {airflow.api_url}")
        demo = ShopDemo(airflow, progress)
        demo.show_lineage(demo.run_chain())
        unstarted = demo.show_dag_run_gate()
        blocked = demo.show_gate()
        demo.apply_fix()
        demo.rerun_gate(blocked)
        demo.rerun_dag_run_gate(unstarted)
        progress.stage("Stopping Airflow")
    background.forget(home)
    progress.stage("Done. `make demo-up` starts the same again and leaves it running.")


def up(home: Path, progress: Progress) -> None:
    """Start Airflow, run the shop and leave Airflow running."""
    progress.stage(f"Starting Airflow in {home} (scheduler, API server, DAG processor; SQLite)")
    airflow = shop_airflow(home)
    airflow.start()
    try:
        background.remember(airflow)
        progress.stage(f"Airflow is healthy: {airflow.api_url}")
        ShopDemo(airflow, progress).run_chain()
        environment = background.write_environment(airflow)
    except BaseException:
        airflow.stop()
        raise
    command = Path(sys.executable).with_name("airflow")
    progress.stage("Airflow keeps running")
    progress.detail(
        f"web UI    {airflow.api_url} (no login needed)\n"
        f"files     {home} (logs: *.log, output of the DAGs: shop/)\n"
        f"commands  . {environment}; {command} lineage status\n"
        "stop      make down"
    )


def down(home: Path, progress: Progress) -> None:
    """Stop what ``up`` has left running."""
    stopped = background.stop(home)
    progress.stage(f"Stopped {', '.join(stopped)}" if stopped else "Nothing to stop: no demo is running")


def prepare(home: Path) -> None:
    """Make the demo's folder anew, unless an Airflow works in it."""
    if alive := background.running(home):
        raise DemoFailed(f"a demo is running already ({', '.join(alive)}); stop it with `make down`")
    shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m example_dags.demo", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["run", "up", "down"], default="run")
    command = parser.parse_args().command
    # A plain SIGTERM would leave the components behind: let it unwind like Ctrl+C does.
    signal.signal(signal.SIGTERM, _interrupt)
    progress = Progress()
    try:
        if command == "down":
            down(HOME, progress)
        else:
            prepare(HOME)
            (run if command == "run" else up)(HOME, progress)
    except (DemoFailed, LiveAirflowError, TimeoutError, httpx.HTTPError) as error:
        print(f"\nThe demo failed after {progress.elapsed:.0f} s: {error}", file=sys.stderr)
        if HOME.exists():
            print(f"Logs: {HOME}/*.log (components), {HOME}/logs (tasks)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; Airflow is stopped.", file=sys.stderr)
        return 130
    return 0


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

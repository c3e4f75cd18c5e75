"""An Airflow that stays after the command that started it: what to stop later, and how to reach it."""

from __future__ import annotations

import json
import os
import shlex
import signal
from pathlib import Path

import psutil

from example_dags.demo.component import end_processes, process_family
from example_dags.demo.live_airflow import LiveAirflow

STATE_FILE = "demo-up.json"
ENVIRONMENT_FILE = "airflow.env"
_STOP_GRACE = 20.0
_SHOWN = ("AIRFLOW", "SHOP_")


def remember(airflow: LiveAirflow) -> None:
    """Write down which processes make up this Airflow, with start times, for a process id alone is reused."""
    processes = [
        {"name": component.name, "pid": component.pid, "created": psutil.Process(component.pid).create_time()}
        for component in airflow.components.values()
    ]
    state = {"api_url": airflow.api_url, "processes": processes}
    (airflow.home / STATE_FILE).write_text(json.dumps(state, indent=2) + "\n")


def write_environment(airflow: LiveAirflow) -> Path:
    """Write the environment as a file for the shell; it holds secrets, so only its owner may read it."""
    path = airflow.home / ENVIRONMENT_FILE
    path.touch(mode=0o600)
    lines = [
        f"export {name}={shlex.quote(value)}"
        for name, value in sorted(airflow.env.items())
        if name.startswith(_SHOWN)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def running(home: Path) -> dict[str, psutil.Process]:
    """Return the components of a remembered Airflow that still run."""
    state_file = home / STATE_FILE
    if not state_file.exists():
        return {}
    alive: dict[str, psutil.Process] = {}
    for entry in json.loads(state_file.read_text())["processes"]:
        try:
            process = psutil.Process(entry["pid"])
            same = abs(process.create_time() - entry["created"]) < 1
            if same and process.status() != psutil.STATUS_ZOMBIE:
                alive[entry["name"]] = process
        except psutil.NoSuchProcess:
            continue
    return alive


def stop(home: Path) -> list[str]:
    """Stop exactly the processes that were remembered and what they started; returns the names."""
    alive = running(home)
    families = [member for process in alive.values() for member in process_family(process.pid)]
    for process in alive.values():
        os.killpg(process.pid, signal.SIGTERM)
    end_processes(families, _STOP_GRACE)
    forget(home)
    return list(alive)


def forget(home: Path) -> None:
    (home / STATE_FILE).unlink(missing_ok=True)

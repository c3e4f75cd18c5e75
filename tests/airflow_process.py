"""Airflow in a process of its own, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def airflow(*arguments: str, home: Path, fails: bool = False, **environment: str) -> str:
    """Run ``airflow ARGUMENTS``; returns what it printed."""
    return python("-m", "airflow", *arguments, home=home, fails=fails, **environment)


def python(*arguments: str, home: Path, fails: bool = False, **environment: str) -> str:
    """Run ``python ARGUMENTS`` where Airflow's home is ``home``; returns what it printed."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        env=_environment(home) | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    printed = ended.stdout + ended.stderr
    assert (ended.returncode != 0) is fails, printed
    return printed if fails else ended.stdout


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return kept | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "PYTHONWARNINGS": "ignore",
    }

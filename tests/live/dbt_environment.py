"""dbt in an environment of its own: what it needs does not go together with Airflow."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("openlineage-dbt==1.54.*", "dbt-core==1.10.*", "dbt-duckdb==1.11.*")
FOLDER_VARIABLE = "LINEAGE_TEST_DBT"
INSTALL_TIMEOUT = 600.0


def dbt_environment() -> Path:
    """Folder of the commands ``dbt`` and ``dbt-ol``; installed once and kept, wheels only."""
    default = Path(tempfile.gettempdir()) / f"lineage-test-dbt-{os.geteuid()}"
    home = Path(os.environ.get(FOLDER_VARIABLE) or default)
    home.mkdir(parents=True, exist_ok=True)
    # Sessions may run at the same time: one installs, the others wait for it.
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = home / "installed"
        wanted = "\n".join([sys.version, *PACKAGES])
        if not installed.exists() or installed.read_text() != wanted:
            _run([sys.executable, "-m", "venv", "--clear", str(home / "venv")])
            pip = [str(home / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            _run([*pip, "--disable-pip-version-check", "--only-binary", ":all:", *PACKAGES])
            installed.write_text(wanted)
    return home / "venv" / "bin"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")

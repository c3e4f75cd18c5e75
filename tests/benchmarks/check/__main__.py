"""``python -m tests.benchmarks.check``: what a check of many DAG files costs, as CI runs it."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.check.project import write_project


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check", description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="DAG files, each with a contract (500)")
    parser.add_argument("--tasks", type=int, default=10, help="tasks of each DAG, half of them with SQL (10)")
    parser.add_argument("--samples", type=int, default=3, help="times that it is checked (3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lineage-check-") as folder:
        root = Path(folder)
        write_project(root, options.files, options.tasks)
        (root / "home").mkdir()
        run(root, "empty")  # writes airflow.cfg and compiles the modules
        alone = [run(root, "empty") for _ in range(options.samples)]
        whole = [run(root, "dags", "--contracts", "contracts") for _ in range(options.samples)]
    cpu, wall, peak = (min(each[at] for each in whole) for at in range(3))
    start = min(each[0] for each in alone)
    per_file = (cpu - start) / options.files
    print(
        f"{options.files} DAG files of {options.tasks} tasks, {options.files} contracts, {whole[0][3]} datasets"
    )
    print(f"CPU {cpu:.1f} s, of which {start:.1f} s are Airflow's start; {1000 * per_file:.1f} ms a file")
    print(f"wall {wall:.1f} s; memory at most {peak / 1024:.0f} MiB")
    return 0


def run(root: Path, *arguments: str) -> tuple[float, float, float, int]:
    """(CPU seconds, wall seconds, KiB of memory at most, datasets) of one check."""
    report = root / "report.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(root / "home"),
        "AIRFLOW_CONN_SHOP": "postgresql://pg:5432/shop",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://127.0.0.1:9/nowhere",
    }
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "airflow",
            "lineage",
            "check",
            *arguments,
            "--format",
            "json",
            "--output",
            str(report),
        ],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, after.ru_maxrss, json.loads(report.read_text())["counts"]["datasets"]


if __name__ == "__main__":
    sys.exit(main())

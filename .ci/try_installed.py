"""Ask the ``airflow`` of a fresh environment what it sees of the installed wheel: ``try_installed.py AIRFLOW``."""

# ruff: noqa: T201 - a script: it prints
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

DIST = "airflow-lineage-provider"
DB_MANAGER = "airflow_lineage_provider.store.db_manager.LineageDBManager"


def main() -> int:
    airflow = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="lineage-wheel-") as home:
        env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
        env |= {"AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}

        def run(*args: str) -> str:
            done = subprocess.run(
                [airflow, *args], env=env, cwd=home, capture_output=True, text=True, check=False
            )
            command = f"airflow {' '.join(args)}"
            if done.returncode:
                raise SystemExit(
                    f"{command} ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}"
                )
            print(f"{command}: exit code 0")
            return done.stdout

        def expect(output: str, *texts: str) -> None:
            missing = [text for text in texts if text not in output]
            if missing:
                raise SystemExit(f"expected {missing} in:\n{output}")

        expect(run("providers", "get", DIST, "--full", "-o", "json"), DIST, DB_MANAGER)
        plugins = {plugin["name"]: plugin for plugin in json.loads(run("plugins", "-o", "json"))}
        if "lineage" not in plugins or not plugins["lineage"]["listeners"]:
            raise SystemExit(f"the plugin and its listener are not among {plugins}")
        expect(
            run("config", "list", "--section", "lineage_provider", "--show-values"),
            "enabled = True",
            "drain_interval = 1.0",
        )
        run("db", "migrate")
        run("db", "check-migrations", "-t", "1")
        status = json.loads(run("lineage", "status", "-o", "json"))
        if status["dead_letters"] != 0 or status["queue"] != 0:
            raise SystemExit(f"a fresh database has the status {status}")
    print("the installed wheel works")
    return 0


if __name__ == "__main__":
    sys.exit(main())

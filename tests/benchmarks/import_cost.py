"""``python -m tests.benchmarks.import_cost``: what a cold task process pays for importing a lineage listener.

A process that is not forked from a scheduler (Kubernetes pod, Celery without prefork) imports everything anew. Each
sample is such a process: it imports the task runner, then what one provider loads to capture a task.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table

BAR_CPU_MS = 300.0
BAR_RSS_MIB = 10.0

IMPORTS = {
    "ours, plugin only": """
from airflow_lineage_provider.plugin import LineagePlugin
""",
    "ours, plugin, listener and capture": """
from airflow_lineage_provider.plugin import LineagePlugin
plugin = LineagePlugin()
assert plugin.listeners and plugin.hook_lineage_readers
import airflow_lineage_provider.capture.attempt
""",
    "official, plugin, listener and extractors": """
from airflow.providers.openlineage.plugins.openlineage import OpenLineageProviderPlugin
assert OpenLineageProviderPlugin.listeners
from airflow.providers.openlineage.extractors.manager import ExtractorManager
""",
}
_SAMPLE = """
import json, resource, sys, time
import airflow.sdk.execution_time.task_runner, airflow.sdk.listener, airflow.sdk.plugins_manager

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()

modules, rss, cpu = set(sys.modules), resident(), time.process_time()
{imports}
spent = time.process_time() - cpu
grown = resident() - rss
new = set(sys.modules) - modules
heavy = sorted({{name.partition(".")[0] for name in new}} & {{"fastapi", "sqlglot", "pydantic", "sqlalchemy"}})
print(json.dumps({{"cpu_ms": spent * 1000, "rss_mib": grown / 2**20, "modules": len(new), "heavy": heavy}}))
"""


def sample(imports: str, env: Mapping[str, str]) -> dict[str, object]:
    """Import in a fresh process and return what it cost."""
    done = subprocess.run(
        [sys.executable, "-c", _SAMPLE.format(imports=imports)],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def cold_environment(home: str) -> dict[str, str]:
    """Both providers switched on; nothing of the caller's Airflow."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    return {
        **env,
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "file", "log_file_path": f"{home}/events"}),
    }


def report(samples: Mapping[str, Sequence[Mapping[str, object]]], command: str) -> str:
    """Table of medians and minima."""
    rows = []
    for name, found in samples.items():
        cpu = [float(str(one["cpu_ms"])) for one in found]
        rss = [float(str(one["rss_mib"])) for one in found]
        rows.append(
            [
                name,
                f"{median(cpu):.0f} ({min(cpu):.0f})",
                f"{median(rss):.1f} ({min(rss):.1f})",
                str(found[0]["modules"]),
            ]
        )
    count = min(len(found) for found in samples.values())
    circumstances = (
        f"Measured {date.today().isoformat()} with `{command}`: {count} cold processes each, median (minimum), "
        f"on top of Airflow's task runner. Bar: {BAR_CPU_MS:.0f} ms CPU and {BAR_RSS_MIB:.0f} MiB."
    )
    return "\n".join([circumstances, "", *table(["imported", "CPU ms", "RSS MiB", "new modules"], rows)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.import_cost", description=__doc__)
    parser.add_argument("--samples", type=int, default=8, help="cold processes of each kind (8)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    samples: dict[str, list[dict[str, object]]] = {name: [] for name in IMPORTS}
    with tempfile.TemporaryDirectory(prefix="lineage-import-cost-") as home:
        env = cold_environment(home)
        for _ in range(options.samples):
            for name, imports in IMPORTS.items():
                samples[name].append(sample(imports, env))
    text = report(samples, f"python -m tests.benchmarks.import_cost --samples {options.samples}")
    print(text)
    for name, found in samples.items():
        if found[0]["heavy"]:
            print(f"{name} loads {', '.join(map(str, found[0]['heavy']))}", file=sys.stderr)  # type: ignore[call-overload]
    if options.write:
        write_between_markers("import-cost", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

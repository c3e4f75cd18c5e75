"""Runs the capture matrix under the official OpenLineage provider and keeps what its events name."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.system.capture_matrix import DAG_IDS, TECHNIQUES

PROVIDER = "apache-airflow-providers-openlineage"
DAGS = Path(__file__).parents[2] / "tests" / "system" / "dags"
QUIET = 15.0
"""Seconds without a new event after which no more are expected."""

Reported = dict[str, dict[str, list[list[str]]]]
"""``{"task": {"inputs": [[namespace, name]], "outputs": []}, "child": {...}}``: on the task's job and on its children.
A child of SQL without datasets has the key ``sql`` alone."""


def measure() -> dict[str, Any]:
    """Run every technique on an Airflow of its own; minutes. Returns what goes into ``official_capture.json``."""
    from example_dags.demo.live_airflow import LiveAirflow
    from tests.live.capture_world import capture_world
    from tests.live.postgres import postgres_url

    # Not a name that tempfile makes up: those are noise to us, and both columns are to see the same paths.
    with tempfile.TemporaryDirectory(prefix="capture-matrix-") as folder:
        home = Path(folder) / "official"
        events = home / "events"
        events.mkdir(parents=True)
        with capture_world(home, postgres_url("official_matrix")) as world:
            transport = {"type": "file", "log_file_path": str(events / "event"), "append": False}
            airflow = LiveAirflow(
                home,
                dags_folder=DAGS,
                database_url=postgres_url("official_metadata"),
                parallelism=8,
                env={
                    **world.env,
                    "AIRFLOW__LINEAGE_PROVIDER__ENABLED": "False",
                    "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
                    "AIRFLOW__OPENLINEAGE__DISABLED": "False",
                },
            )
            with airflow:
                runs = {}
                for dag_id in DAG_IDS:
                    airflow.wait_for_dag(dag_id)
                    runs[dag_id] = airflow.trigger(dag_id)
                for dag_id, run_id in runs.items():
                    airflow.wait_for_run(dag_id, run_id, 600)
                _wait_for_silence(events)
            found = reported_by_task(_events(events), world.places)
    return {
        "provider": f"{PROVIDER} {version(PROVIDER)}",
        "airflow": version("apache-airflow-core"),
        "measured": datetime.now(UTC).date().isoformat(),
        "tasks": {row.key: found.get(row.key, {}) for row in TECHNIQUES},
    }


def reported_by_task(events: Iterator[dict[str, Any]], places: Mapping[str, str]) -> dict[str, Reported]:
    """Datasets of all events of a task's job and of the jobs that name it as parent, by key of a technique."""
    collected: dict[str, dict[str, dict[str, set[tuple[str, str]]]]] = {}
    mapped = {row.task_id for row in TECHNIQUES if row.map_index >= 0}
    for event in events:
        job, facets = event["job"]["name"], event["run"].get("facets", {})
        parent = facets.get("parent", {}).get("job", {}).get("name", "")
        own = job.partition(".")[0] in DAG_IDS and parent in DAG_IDS
        dag_id, _, task_id = (job if own else parent).partition(".")
        if dag_id not in DAG_IDS or not task_id:
            continue
        if task_id in mapped:
            task_id += f"[{facets.get('airflow', {}).get('taskInstance', {}).get('map_index', -1)}]"
        place = collected.setdefault(task_id, {}).setdefault("task" if own else "child", {})
        for side in ("inputs", "outputs"):
            for dataset in event.get(side) or ():
                named = (_placed(dataset["namespace"], places), _placed(dataset["name"], places))
                place.setdefault(side, set()).add(named)
        if not own and not place and "sql" in event["job"].get("facets", {}):
            place["sql"] = set()
    return {
        task_id: {
            job: {side: sorted(map(list, datasets)) for side, datasets in sides.items()}
            for job, sides in jobs.items()
            if sides
        }
        for task_id, jobs in collected.items()
    }


def _placed(text: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(value, f"{{{name}}}").replace(
            value.removeprefix("/"), f"{{{name} without slash}}"
        )
    return text


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir()):
        yield json.loads(path.read_text())


def _wait_for_silence(folder: Path) -> None:
    count, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET:
        now = sum(1 for _ in folder.iterdir())
        if now != count:
            count, since = now, time.monotonic()
        time.sleep(1)

"""``python -m tests.benchmarks.load``: a live API server under a steady load of events and questions.

Airflow's own list of DAGs is asked for twice a second all the time, first alone, then beside the load.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import httpx
import psutil

from example_dags.demo.component import process_family
from example_dags.demo.live_airflow import LiveAirflow
from tests.benchmarks.ingest.events import JOBS, NAMESPACE, run_events
from tests.benchmarks.load.steady import Send, Steady, Tally, p95_ms
from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.report import table
from tests.live.ingest_key import create_key
from tests.live.postgres import postgres_url
from tests.system.conftest import DAGS

PROBES_PER_SECOND = 2.0
SETTLE_SECONDS = 15.0
"""What a server imports and caches at the first requests is no leak."""
_DATASET = "dataset:postgres://warehouse.example:5432:shop.public.table_{job}"
READS = (
    ("/lineage/api/v2/graph", lambda job: {"nodeId": _DATASET.format(job=job), "depth": 5}),
    ("/lineage/api/v1/lineage", lambda job: {"nodeId": f"job:{NAMESPACE}:shop.load_{job}", "depth": 5}),
    ("/lineage/api/v2/search", lambda job: {"q": f"table_{job}"}),
    (f"/lineage/api/v1/namespaces/{NAMESPACE}/jobs", lambda job: {"limit": 20}),
)


@dataclass(slots=True)
class Load:
    """What was measured."""

    alone: Tally
    beside: Tally
    posts: Tally
    reads: Tally
    memory_mib: list[float]
    """RSS of the API server: start, middle and end."""


def measure(minutes: float, rate: float, say: Callable[[str], None]) -> Load:
    with (
        tempfile.TemporaryDirectory() as home,
        LiveAirflow(
            Path(home), dags_folder=DAGS, database_url=postgres_url("load"), triggerer=False
        ) as airflow,
    ):
        airflow.wait_for_dag("many_writes")
        post, read, probe = _requests(airflow, create_key(airflow, "load", NAMESPACE))
        say("warming up")
        with Steady(rate, post), Steady(rate, read), Steady(PROBES_PER_SECOND, probe):
            time.sleep(SETTLE_SECONDS)
        say("Airflow alone for a minute")
        with Steady(PROBES_PER_SECOND, probe) as alone:
            time.sleep(60.0)
        say(f"under load for {minutes:g} minutes")
        memory = [_memory_mib(airflow)]
        half = minutes * 60 / 2
        with (
            # The events of the warm-up are not sent again: they would be known.
            Steady(rate, lambda client, number: post(client, number + 100_000)) as posts,
            Steady(rate, read) as reads,
            Steady(PROBES_PER_SECOND, probe) as beside,
        ):
            for _ in range(2):
                time.sleep(half)
                memory.append(_memory_mib(airflow))
        return Load(alone.tally, beside.tally, posts.tally, reads.tally, memory)


def _requests(airflow: LiveAirflow, key: str) -> tuple[Send, Send, Send]:
    """(posts an event, reads lineage, asks for Airflow's DAGs)."""
    url, token = airflow.api_url, {"Authorization": f"Bearer {airflow.token}"}

    def post(client: httpx.Client, number: int) -> httpx.Response:
        run, phase = divmod(number, 2)
        event = list(run_events(1, run))[phase]
        return client.post(
            f"{url}/lineage/api/v1/lineage", json=event, headers={"Authorization": f"Bearer {key}"}
        )

    def read(client: httpx.Client, number: int) -> httpx.Response:
        path, params = READS[number % len(READS)]
        return client.get(f"{url}{path}", params=params(number % JOBS), headers=token)

    def probe(client: httpx.Client, number: int) -> httpx.Response:
        return client.get(f"{url}/api/v2/dags", headers=token)

    return post, read, probe


def _memory_mib(airflow: LiveAirflow) -> float:
    pid = airflow.components["api-server"].pid
    assert pid is not None
    total = 0
    for process in process_family(pid):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def report(load: Load, command: str) -> str:
    requests = (
        ("events posted", load.posts),
        ("lineage read", load.reads),
        ("Airflow's `/api/v2/dags`, alone", load.alone),
        ("Airflow's `/api/v2/dags`, beside the load", load.beside),
    )
    rows = [
        [
            title,
            f"{tally.statuses.total():,}",
            f"{tally.server_errors}",
            f"{tally.refused}",
            f"{tally.failures.total()}",
            f"{median(tally.served) * 1000:.0f}",
            f"{p95_ms(tally.served):.0f}",
            f"{p95_ms(tally.late):.0f}",
        ]
        for title, tally in requests
    ]
    heading = ["requests", "answers", "5xx", "4xx", "no answer", "p50 ms", "p95 ms", "p95 ms from when due"]
    start, middle, end = load.memory_mib
    lines = [
        f"Measured {date.today().isoformat()} with `{command}`.",
        "",
        *table(heading, rows),
        "",
        f"RSS of the API server: {start:.0f} MiB at the start, {middle:.0f} in the middle, {end:.0f} at the end.",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=20.0, help="posts a second, and as many reads (20)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    load = measure(options.minutes, options.rate, lambda text: print(text, file=sys.stderr, flush=True))
    text = report(
        load, f"python -m tests.benchmarks.load --minutes {options.minutes:g} --rate {options.rate:g}"
    )
    print(text)
    if options.write:
        write_between_markers("load", text)
    bad = sum(tally.server_errors + tally.failures.total() for tally in (load.posts, load.reads, load.beside))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

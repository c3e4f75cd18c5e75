"""``python -m tests.benchmarks.overhead``: what capture adds to a task, against no lineage and the official provider."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from tests.benchmarks.markers import write_between_markers
from tests.benchmarks.overhead.arms import ARMS
from tests.benchmarks.overhead.measure import Bench, load
from tests.benchmarks.overhead.report import report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.overhead", description=__doc__)
    parser.add_argument("--blocks", type=int, default=2, help="how often every arm has its turn (2)")
    parser.add_argument("--runs", type=int, default=6, help="DAG runs in a block, the first is dropped (6)")
    parser.add_argument("--arms", nargs="+", choices=list(ARMS), default=list(ARMS), help="all by default")
    parser.add_argument(
        "--quiet-below",
        type=float,
        help="before a block, wait up to 10 minutes for a load average below this",
    )
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    parser.add_argument(
        "--keep", type=Path, help="folder for homes, logs and raw figures; else a temporary one"
    )
    options = parser.parse_args()
    if options.blocks < 1 or options.runs < 2:
        parser.error("at least 1 block and 2 runs: the first run of a block is dropped")

    # A plain SIGTERM would leave an Airflow behind: let it unwind like Ctrl+C does.
    signal.signal(signal.SIGTERM, _interrupt)
    began, loads = time.monotonic(), [load()]

    def say(text: str) -> None:
        loads.append(load())
        print(
            f"[{time.monotonic() - began:5.0f} s, load {loads[-1]:.1f}] {text}", file=sys.stderr, flush=True
        )

    with tempfile.TemporaryDirectory(prefix="lineage-overhead-") as temporary:
        root = (options.keep or Path(temporary)).resolve()
        root.mkdir(parents=True, exist_ok=True)
        arms = [ARMS[name] for name in dict.fromkeys(options.arms)]
        costs = Bench(root, arms, say, options.quiet_below).run(options.blocks, options.runs)
        (root / "costs.json").write_text(
            json.dumps({name: asdict(cost) for name, cost in costs.items()}, indent=1)
        )
    text = report(costs, command=_command(options), loads=loads)
    print(text)
    if options.write:
        write_between_markers("overhead", text)
    return 0


def _command(options: argparse.Namespace) -> str:
    return (
        f"python -m tests.benchmarks.overhead --blocks {options.blocks} --runs {options.runs} "
        f"--arms {' '.join(options.arms)}"
    )


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

"""``airflow scheduler`` that writes down how long each of its loops took, and how many runs it started."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models.dagrun import DagRun


def main() -> None:
    path = Path(sys.argv.pop(1))
    started = 0
    real_loop, real_notify = SchedulerJobRunner._do_scheduling, DagRun.notify_dagrun_state_changed

    def notify(self: DagRun, msg: str) -> None:
        nonlocal started
        started += msg == "started"
        real_notify(self, msg=msg)

    def loop(self: SchedulerJobRunner, session: Any) -> int:
        nonlocal started
        started = 0
        began, busy = time.perf_counter(), time.thread_time()
        done = real_loop(self, session)
        took = (time.perf_counter() - began) * 1000
        cpu = (time.thread_time() - busy) * 1000
        with path.open("a") as file:
            file.write(f"{took:.3f} {cpu:.3f} {started}\n")
        return done

    SchedulerJobRunner._do_scheduling = loop  # type: ignore[method-assign]
    DagRun.notify_dagrun_state_changed = notify  # type: ignore[method-assign]
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", "scheduler", "--skip-serve-logs"]
    airflow()


if __name__ == "__main__":
    main()

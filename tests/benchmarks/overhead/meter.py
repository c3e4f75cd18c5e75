"""An Airflow plugin that writes what each task process has cost; copied into the plugins folder of every arm.

The task process is forked for one attempt, so its CPU time starts at zero. ``before_stopping`` is the last hook
of the task runner: the work of every other listener, and of the children they waited for, is in the figures.
"""

from __future__ import annotations

import json
import os
import resource
import time
from typing import Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

OUTPUT = "OVERHEAD_METER_FILE"
_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Starts before every other listener and ends after them."""

    def __init__(self) -> None:
        self._ti: Any = None
        self._started = 0.0

    @hookimpl(tryfirst=True)
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        if type(task_instance).__module__.startswith("airflow.sdk."):
            self._ti, self._started = task_instance, time.monotonic()

    @hookimpl(trylast=True)
    def before_stopping(self, component: Any) -> None:
        ti, self._ti = self._ti, None
        if ti is None or OUTPUT not in os.environ:
            return
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        line = {
            "run_id": ti.run_id,
            "task_id": ti.task_id,
            "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime + _living_children(),
            "wall": time.monotonic() - self._started,
            "life": _age(),
            "rss_mib": own.ru_maxrss / 1024,
        }
        # One write of less than a page to a file in append mode: lines of several processes do not mix.
        with open(os.environ[OUTPUT], "a") as output:
            output.write(json.dumps(line) + "\n")


def _age() -> float:
    """Seconds since this process was forked, in hundredths."""
    try:
        with open("/proc/self/stat") as stat:
            # After the command in brackets: state is field 3, the start, in ticks since the machine's own, field 22.
            started = int(stat.read().rpartition(")")[2].split()[19]) / _TICKS
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except OSError:
        return 0.0


def _living_children() -> float:
    """CPU seconds of children nobody has waited for."""
    total = 0.0
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as children:
            pids = children.read().split()
    except OSError:
        return total
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                # After the command in brackets: state is field 3, utime 14, stime 15, cutime 16, cstime 17.
                fields = stat.read().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15]) / _TICKS
        except (OSError, ValueError):
            continue
    return total


class MeterPlugin(AirflowPlugin):
    name = "overhead_meter"
    listeners = [Meter()]  # noqa: RUF012 - that is how Airflow wants it

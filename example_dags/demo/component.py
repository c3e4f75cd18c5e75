"""One Airflow component as a process group of its own, with its output in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

STOP_GRACE = 15.0


class Component:
    """A process that is started, watched and stopped together with everything it started itself."""

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str], log_path: Path) -> None:
        self.name = name
        self.command = list(command)
        self.env = env
        self.log_path = log_path
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self) -> None:
        if self.alive:
            return
        # A session of its own: a Ctrl+C in the terminal reaches us, and we decide in which order they stop.
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.log_path.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, signum: int = signal.SIGKILL) -> None:
        """Send ``signum`` to the whole process group and, when it is deadly, wait until the leader is gone."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signum)
        if signum in (signal.SIGKILL, signal.SIGTERM):
            self._process.wait(STOP_GRACE)

    def interrupt(self) -> list[psutil.Process]:
        """Ask the component to stop; returns the processes that have to be gone afterwards."""
        if self._process is None or not self.alive:
            return []
        family = process_family(self._process.pid)
        _signal_group(self._process.pid, signal.SIGTERM)
        return family

    def reap(self, family: list[psutil.Process], grace: float = STOP_GRACE) -> None:
        """Wait for the processes of ``interrupt`` and kill the ones that outlive the grace time."""
        if self._process is None:
            return
        end_processes(family, grace)
        _signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_GRACE)
        self._process = None

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log().splitlines()[-lines:])


def process_family(pid: int) -> list[psutil.Process]:
    """
    Return a process and its descendants.

    Tasks may leave their group (Airflow's supervisor starts them), so the group alone is not enough.
    """
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end_processes(family: list[psutil.Process], grace: float) -> None:
    """Wait ``grace`` seconds for processes that were asked to stop, then kill what is left."""
    deadline = time.monotonic() + grace
    while (left := [process for process in family if _running(process)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def _running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal_group(pgid: int, signum: int) -> None:
    try:
        os.killpg(pgid, signum)
    except ProcessLookupError:
        return

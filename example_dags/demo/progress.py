"""What the demo says while it works."""

from __future__ import annotations

import time


class DemoFailed(RuntimeError):
    """A stage of the demo did not end as it should; the message says why."""


class Progress:
    """Lines with the seconds since the start, so that a wait never looks like a hang."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def stage(self, text: str) -> None:
        print(f"[{self.elapsed:4.0f} s] {text}", flush=True)

    def detail(self, text: str) -> None:
        print("\n".join(f"         {line}" for line in text.splitlines()), flush=True)

    def output(self, command: str, text: str) -> None:
        """Show a command and, unchanged, what it printed."""
        print(f"\n$ {command}\n{text.rstrip()}\n", flush=True)

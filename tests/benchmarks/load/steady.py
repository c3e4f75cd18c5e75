"""Requests at a fixed rate, whatever the server makes of them."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Self

import httpx

Send = Callable[[httpx.Client, int], httpx.Response]
"""Sends the request of a number."""
WORKERS = 8


@dataclass(slots=True)
class Tally:
    """What became of the requests."""

    late: list[float] = field(default_factory=list)
    """Seconds from when a request was due to its answer: one that waits behind slow ones counts as slow."""
    served: list[float] = field(default_factory=list)
    """Seconds from when a request was sent to its answer."""
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    """Requests without any answer, by error."""

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)

    @property
    def refused(self) -> int:
        return sum(count for status, count in self.statuses.items() if 400 <= status < 500)


def p95_ms(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1] * 1000


class Steady:
    """Sends ``rate`` requests a second from threads for as long as the context lasts."""

    def __init__(self, rate: float, send: Send) -> None:
        self.tally = Tally()
        self._rate = rate
        self._send = send
        self._due: queue.SimpleQueue[tuple[int, float] | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._clock)]
        self._threads += [threading.Thread(target=self._work) for _ in range(WORKERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _clock(self) -> None:
        began, number = time.monotonic(), 0
        while not self._over.is_set():
            due = began + number / self._rate
            if self._over.wait(max(0.0, due - time.monotonic())):
                break
            self._due.put((number, due))
            number += 1
        for _ in range(WORKERS):
            self._due.put(None)

    def _work(self) -> None:
        with httpx.Client(timeout=60.0, trust_env=False) as client:
            while (item := self._due.get()) is not None:
                number, due = item
                sent = time.monotonic()
                try:
                    answer = self._send(client, number)
                except httpx.HTTPError as error:
                    self.tally.failures[type(error).__name__] += 1
                    continue
                self.tally.statuses[answer.status_code] += 1
                self.tally.late.append(time.monotonic() - due)
                self.tally.served.append(time.monotonic() - sent)

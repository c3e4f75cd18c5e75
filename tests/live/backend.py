"""An OpenLineage backend in a thread of this process that can be down, slow or out of order, and come back."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Backend:
    """What it took, in order; every answer is what ``answer`` says of the event."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.requests = 0
        self.answer: Callable[[dict[str, Any]], int] = lambda event: 201
        self.delay = 0.0
        """Seconds before it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def transport(self) -> dict[str, Any]:
        return {"type": "http", "url": f"http://127.0.0.1:{self.port}", "timeout": 0.5}

    def told(self) -> list[tuple[str, str]]:
        """(job name, event type) of each event that was taken."""
        return [(event["job"]["name"], event["eventType"]) for event in self.events]

    def start(self) -> None:
        backend = self

        class Lineage(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                backend.requests += 1
                status = backend.answer(event)
                time.sleep(backend.delay)
                if status < 300:
                    backend.events.append(event)
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    """Whoever asked has gone."""

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Lineage)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None


@contextmanager
def backend() -> Iterator[Backend]:
    """A backend that is up; it may be stopped and started."""
    made = Backend()
    made.start()
    try:
        yield made
    finally:
        made.stop()

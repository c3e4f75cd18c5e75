"""``python -m tests.benchmarks.sub_app PORT``: our sub-app in a server process of its own, without Airflow's sign-in.

The routes, the session and the database are the real ones; the user is one who may see everything. The threads that an
API server runs beside the routes are left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from example_dags.demo.live_environment import free_ports, inherited_environment

if TYPE_CHECKING:
    from fastapi import FastAPI

START_TIMEOUT = 60.0
_SIGN_IN = "airflow.api_fastapi.core_api.security"


class Anybody:
    """The user whom every request is from."""

    def get_id(self) -> str:
        return "benchmark"

    def get_name(self) -> str:
        return "benchmark"


def open_app() -> FastAPI:
    """The sub-app without sign-in and without threads."""
    from airflow.api_fastapi.core_api.security import get_user

    from airflow_lineage_provider.api.access import access_of
    from airflow_lineage_provider.api.app import create_app
    from airflow_lineage_provider.model.access import FULL_ACCESS

    @asynccontextmanager
    async def no_threads(app: Any) -> AsyncIterator[None]:
        yield

    app = create_app()
    app.router.lifespan_context = no_threads
    for route in app.routes:
        for needed in _dependencies(getattr(route, "dependant", None)):
            if needed.__module__ == _SIGN_IN:
                app.dependency_overrides[needed] = lambda: None
    app.dependency_overrides[get_user] = Anybody
    app.dependency_overrides[access_of] = lambda: FULL_ACCESS
    return app


def _dependencies(dependant: Any) -> Iterator[Any]:
    for needed in getattr(dependant, "dependencies", ()):
        yield needed.call
        yield from _dependencies(needed)


@contextmanager
def running_sub_app(database_url: str, **settings: str) -> Iterator[httpx.Client]:
    """Start the server process on a database; yields a client of it.

    :param settings: further ``AIRFLOW__...`` variables.
    """
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "server.log"
        env = {
            **inherited_environment(Path(sys.executable)),
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url,
            **settings,
        }
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.sub_app", str(port)],
                env=env,
                cwd=os.getcwd(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60.0, trust_env=False) as client:
                _wait(client, server, log)
                yield client
        finally:
            server.terminate()
            server.wait(30)


def _wait(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server does not answer:\n{log.read_text()[-4000:]}")


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(open_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)

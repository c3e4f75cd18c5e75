"""A whole Airflow of its own: database, API server(s), scheduler, DAG processor and triggerer as processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx

from example_dags.demo.component import Component
from example_dags.demo.live_environment import (
    airflow_environment,
    free_ports,
    inherited_environment,
    stringified,
)

T = TypeVar("T")

START_TIMEOUT = 180.0
MIGRATE_TIMEOUT = 180.0
COMMAND_TIMEOUT = 120.0
REQUEST_TIMEOUT = 30.0
FINISHED = frozenset({"success", "failed"})


class LiveAirflowError(RuntimeError):
    """The live Airflow did not do what was asked; the message says what and shows the end of the log."""


class LiveAirflow:
    """
    Start a private Airflow in ``home`` and talk to it.

    Use it as a context manager, or call :meth:`start` and :meth:`stop`. Nothing outside ``home`` is written
    except to the database when one is given; ports are free ones.

    :param home: becomes AIRFLOW_HOME; logs of the components are ``home/<component>.log``.
    :param dags_folder: the only DAG bundle.
    :param database_url: SQLAlchemy URL of the metadata database, None for a SQLite file in ``home``.
    :param env: further environment variables (``AIRFLOW__...``, ``AIRFLOW_CONN_...``); they win.
    :param api_servers: how many API servers; tasks report to the first.
    :param python: the interpreter of the environment in which Airflow is installed.
    """

    def __init__(
        self,
        home: Path,
        *,
        dags_folder: Path,
        database_url: str | None = None,
        executor: str = "LocalExecutor",
        env: Mapping[str, object] | None = None,
        parallelism: int = 4,
        api_servers: int = 1,
        triggerer: bool = True,
        python: Path | str = sys.executable,
    ) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.database_url = database_url or f"sqlite:///{self.home / 'airflow.db'}"
        self._python = Path(python)
        *self._api_ports, worker_log_port, trigger_log_port = free_ports(api_servers + 2)
        self._env = {
            **inherited_environment(self._python),
            **airflow_environment(
                home=self.home,
                dags_folder=dags_folder.resolve(),
                database_url=self.database_url,
                executor=executor,
                parallelism=parallelism,
                api_port=self._api_ports[0],
                worker_log_port=worker_log_port,
                trigger_log_port=trigger_log_port,
            ),
            **stringified(env or {}),
        }
        self._api_servers = [
            self._component(
                "api-server" if index == 0 else f"api-server-{index}", "api-server", "--port", str(port)
            )
            for index, port in enumerate(self._api_ports)
        ]
        self._others = [self._component("scheduler"), self._component("dag-processor")]
        self._watched = ["metadatabase", "scheduler", "dag_processor"]
        if triggerer:
            self._others.append(self._component("triggerer"))
            self._watched.append("triggerer")
        self._token: str | None = None
        self._client: httpx.Client | None = None

    # -- life cycle ---------------------------------------------------------------------------------------

    @property
    def env(self) -> dict[str, str]:
        """The environment of every component; pass it to a subprocess to work on the same Airflow."""
        return dict(self._env)

    @property
    def api_url(self) -> str:
        return self.api_urls[0]

    @property
    def api_urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self._api_ports]

    @property
    def components(self) -> dict[str, Component]:
        return {component.name: component for component in [*self._api_servers, *self._others]}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, timeout: float = START_TIMEOUT) -> None:
        """Create the tables, start every component and wait until all of them report to be healthy."""
        try:
            self.migrate()
            for component in self.components.values():
                component.start()
            self.wait_until_healthy(timeout)
        except BaseException:
            self.stop()
            raise

    def migrate(self) -> None:
        """Run ``airflow db migrate``."""
        done = self.airflow("db", "migrate", timeout=MIGRATE_TIMEOUT)
        (self.home / "db-migrate.log").write_text(done.stdout + done.stderr)
        if done.returncode:
            raise LiveAirflowError(f"airflow db migrate failed:\n{_last_lines(done.stdout + done.stderr)}")

    def stop(self) -> None:
        """Stop every component: SIGTERM to its process group, SIGKILL to what outlives the grace time."""
        # All are asked at once, then waited for: the sum of their shutdown times would be half a minute.
        families = [(component, component.interrupt()) for component in self.components.values()]
        for component, family in families:
            component.reap(family)
        self._token = None
        if self._client is not None:
            self._client.close()
            self._client = None

    def wait_until_healthy(self, timeout: float = START_TIMEOUT) -> None:
        health: dict[str, Any] = {}

        def healthy() -> bool:
            self._raise_if_dead()
            health.update(self._get_json(f"{self.api_url}/api/v2/monitor/health"))
            others = all(_answers(self._http, url) for url in self.api_urls[1:])
            return others and all(health[part]["status"] == "healthy" for part in self._watched)

        try:
            self.wait(healthy, timeout, "every component of Airflow is healthy")
        except TimeoutError as error:
            sick = [part for part in self._watched if health.get(part, {}).get("status") != "healthy"]
            tails = "\n".join(self._tail(name) for name in self.components)
            raise LiveAirflowError(f"{error}; not healthy: {', '.join(sick)}\n{tails}") from None

    def kill_api_server(self, index: int = 0, signum: int = signal.SIGKILL) -> None:
        self._api_servers[index].kill(signum)

    def start_api_server(self, index: int = 0, timeout: float = START_TIMEOUT) -> None:
        """Start an API server that was killed, on its old port, and wait until it answers."""
        server = self._api_servers[index]
        server.start()

        def answering() -> bool:
            self._raise_if_dead(server)
            return _answers(self._http, self.api_urls[index])

        self.wait(answering, timeout, f"{server.name} answers")

    # -- REST API -----------------------------------------------------------------------------------------

    def request(self, method: str, path: str, *, index: int = 0, **options: Any) -> httpx.Response:
        """Send an authorised request for ``path`` (from the server's root) and return whatever comes back."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self._http.request(method, f"{self.api_urls[index]}{path}", headers=headers, **options)

    def api(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """Send a request to Airflow's REST API (``path`` starts with ``/api/v2``) and return its JSON."""
        answer = self.request(method, path, json=json, **options)
        if answer.is_error:
            raise LiveAirflowError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    @property
    def token(self) -> str:
        if self._token is None:
            self._token = self._get_json(f"{self.api_url}/auth/token")["access_token"]
        return self._token

    def wait_for_dag(self, dag_id: str, timeout: float = 60.0) -> None:
        """Wait until the DAG processor has stored the DAG; its import error ends the wait."""

        def stored() -> bool:
            if self.request("GET", f"/api/v2/dags/{quote(dag_id)}").status_code == httpx.codes.OK:
                return True
            errors = self.api("GET", "/api/v2/importErrors")["import_errors"]
            if errors:
                first = errors[0]
                raise LiveAirflowError(f"{first['filename']} cannot be imported:\n{first['stack_trace']}")
            return False

        self.wait(stored, timeout, f"DAG {dag_id} is stored")

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None, **body: Any) -> str:
        """Trigger a run (``logical_date``, ``dag_run_id`` ... may be given) and return its id."""
        body = {"logical_date": None, "conf": conf or {}, **body}
        return str(self.api("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", body)["dag_run_id"])

    def dag_runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the latest runs of a DAG, newest first."""
        path = f"/api/v2/dags/{quote(dag_id)}/dagRuns"
        runs: list[dict[str, Any]] = self.api("GET", path, params={"order_by": "-id", "limit": 100})[
            "dag_runs"
        ]
        return runs

    def dag_run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a run as Airflow's API tells it, with its note."""
        run: dict[str, Any] = self.api("GET", _run_path(dag_id, run_id))
        return run

    def run_state(self, dag_id: str, run_id: str) -> str:
        return str(self.dag_run(dag_id, run_id)["state"])

    def wait_for_run(self, dag_id: str, run_id: str, timeout: float = 120.0) -> str:
        """Wait until a run has ended and return its state, ``success`` or ``failed``."""
        state = ""

        def ended() -> bool:
            nonlocal state
            self._raise_if_dead(*self._others)
            state = self.run_state(dag_id, run_id)
            return state in FINISHED

        self.wait(ended, timeout, f"run {run_id} of {dag_id} has ended")
        return state

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return every task instance of a run, mapped ones too."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.api(
                "GET",
                f"{_run_path(dag_id, run_id)}/taskInstances",
                params={"limit": 100, "offset": len(found), "order_by": "id"},
            )
            found += page["task_instances"]
            if not page["task_instances"] or len(found) >= page["total_entries"]:
                return found

    # -- files and commands -------------------------------------------------------------------------------

    def airflow(self, *args: str, timeout: float = COMMAND_TIMEOUT) -> subprocess.CompletedProcess[str]:
        """Run an ``airflow`` command on this Airflow."""
        return self.run([str(self._python), "-m", "airflow", *args], timeout=timeout)

    def run(self, command: list[str], timeout: float = COMMAND_TIMEOUT) -> subprocess.CompletedProcess[str]:
        """Run any command in the environment of this Airflow."""
        return subprocess.run(
            command,
            env=self._env,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def logs(self, component: str) -> str:
        """Return what a component (``api-server``, ``scheduler`` ...) has written so far."""
        return self.components[component].log()

    def task_log(
        self, dag_id: str, run_id: str, task_id: str, try_number: int = 1, map_index: int = -1
    ) -> str:
        """Return the log file of one attempt (JSON lines), empty when there is none."""
        folder = self.home / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task_id}"
        if map_index >= 0:
            folder /= f"map_index={map_index}"
        path = folder / f"attempt={try_number}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait(self, done: Callable[[], T], timeout: float, what: str, interval: float = 0.5) -> T:
        """Call ``done`` until it returns something true; an API server that does not answer yet is no error."""
        deadline = time.monotonic() + timeout
        last: Exception | None = None
        while time.monotonic() < deadline:
            try:
                if answer := done():
                    return answer
                last = None
            except httpx.TransportError as error:
                last = error
            time.sleep(interval)
        reason = f" (last error: {last})" if last else ""
        raise TimeoutError(f"waited {timeout:.0f} s in vain until {what}{reason}")

    # -- inside -------------------------------------------------------------------------------------------

    @property
    def _http(self) -> httpx.Client:
        if self._client is None:
            # A proxy of the machine has no business between a test and its own server.
            self._client = httpx.Client(timeout=REQUEST_TIMEOUT, trust_env=False)
        return self._client

    def _component(self, name: str, *command: str) -> Component:
        return Component(
            name,
            [str(self._python), "-m", "airflow", *(command or (name,))],
            self._env,
            self.home / f"{name}.log",
        )

    def _get_json(self, url: str) -> dict[str, Any]:
        answer = self._http.get(url)
        if answer.is_error:
            raise httpx.TransportError(f"{url} answered {answer.status_code}")
        result: dict[str, Any] = answer.json()
        return result

    def _raise_if_dead(self, *components: Component) -> None:
        for component in components or self.components.values():
            if not component.alive:
                raise LiveAirflowError(
                    f"{component.name} ended with exit code {component.exit_code}\n{self._tail(component.name)}"
                )

    def _tail(self, name: str) -> str:
        component = self.components[name]
        return f"--- last lines of {component.log_path}\n{component.tail()}"


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{quote(dag_id)}/dagRuns/{quote(run_id, safe='~')}"


def _answers(client: httpx.Client, url: str) -> bool:
    return client.get(f"{url}/api/v2/version").is_success


def _last_lines(text: str, count: int = 40) -> str:
    return "\n".join(text.splitlines()[-count:])

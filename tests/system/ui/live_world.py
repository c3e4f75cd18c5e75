"""Start the Airflow of the UI's tests: the shop, users with rights of their own, and a second address under a sub-path."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from example_dags.demo.component import Component
from example_dags.demo.live_airflow import LiveAirflow
from example_dags.demo.live_environment import free_ports
from example_dags.demo.progress import Progress
from example_dags.demo.shop import EXAMPLES, UNSTARTED, ShopDemo
from tests.system.ui.story import tell
from tests.system.ui.world import ADMIN, USERS, UiWorld

DAGS = Path(__file__).parent / "dags"
CHECKOUT = Path(__file__).resolve().parents[3]
SUB_PATH = "/airflow"


class UiAirflow(LiveAirflow):
    """An Airflow at which people sign in."""

    @property
    def token(self) -> str:
        if self._token is None:
            self._token = self.token_of(ADMIN)
        return self._token

    def token_of(self, user: str) -> str:
        answer = self._http.post(f"{self.api_url}/auth/token", json={"username": user, "password": user})
        if answer.is_error:
            raise httpx.TransportError(f"{user} cannot sign in: {answer.status_code}")
        return str(answer.json()["access_token"])


@contextmanager
def live_world(home: Path, *, database_url: str | None = None) -> Iterator[tuple[UiWorld, UiAirflow]]:
    """An Airflow in an empty folder in which everything has run and was told."""
    airflow = ui_airflow(home, database_url)
    with airflow:
        server, url = _under_sub_path(airflow)
        server.start()
        try:
            tokens = {user: airflow.token_of(user) for user in USERS}
            world = UiWorld(airflow.api_url, url, str(airflow.home), tokens)
            for dag_id in ("marketing_segments", "finance_forecast"):
                airflow.wait_for_dag(dag_id)
            past = airflow.run([sys.executable, "-m", "tests.system.ui.past"])
            assert past.returncode == 0, past.stderr
            demo = ShopDemo(airflow, Progress())
            world.runs = demo.run_chain()
            world.runs[UNSTARTED] = demo.show_dag_run_gate()  # as long as there are no contracts
            tell(world)
            airflow.wait(lambda: answers(f"{url}/api/v2/version"), 120, "Airflow answers under a sub-path")
            yield world, airflow
        finally:
            server.reap(server.interrupt())


def ui_airflow(home: Path, database_url: str | None, **settings: object) -> UiAirflow:
    """An Airflow, not started, with the shop's DAGs, ours, and users with rights of their own."""
    home = home.resolve()
    dags = home / "dags"
    without_caches = shutil.ignore_patterns("__pycache__")
    for folder in ("shop", "governance"):
        shutil.copytree(EXAMPLES / folder, dags / folder, ignore=without_caches)
    shutil.copytree(DAGS, dags / "nightly", ignore=without_caches)
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps({user: user for user in USERS}))
    output, data = home / "shop", home / "data"
    shutil.copytree(EXAMPLES / "data", data)  # its path is in the names of datasets, and pictures show them
    return UiAirflow(
        home,
        dags_folder=dags,
        database_url=database_url,
        triggerer=False,
        env={
            "PYTHONPATH": CHECKOUT,
            "SHOP_DATA_DIR": data,
            "SHOP_OUTPUT_DIR": output,
            "AIRFLOW_CONN_SHOP_DB": json.dumps({"conn_type": "sqlite", "host": str(output / "shop.db")}),
            "AIRFLOW__CORE__AUTH_MANAGER": "tests.system.ui.per_dag_auth.PerDagAuthManager",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                f"{name}:{role}" for name, role in USERS.items()
            ),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": passwords,
            # Browser, Airflow and database share what may be a small machine.
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
            "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "12",
            "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "900",
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "block",
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES": json.dumps({"*": "observe", UNSTARTED: "block"}),
            "AIRFLOW__LINEAGE_PROVIDER__ARRIVAL_GRACE": "5",
            "AIRFLOW__LINEAGE_PROVIDER__RECONCILE_INTERVAL": "2",
            "AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL": "5",
            **settings,
        },
    )


def answers(url: str) -> bool:
    return httpx.get(url, trust_env=False).is_success


def _under_sub_path(airflow: UiAirflow) -> tuple[Component, str]:
    """A further API server of the same Airflow, under SUB_PATH."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}{SUB_PATH}"
    command = [*airflow.components["api-server"].command, "--port", str(port)]
    env = {**airflow.env, "AIRFLOW__API__BASE_URL": url, "AIRFLOW__API__PORT": str(port)}
    return Component("api-server-sub-path", command, env, airflow.home / "api-server-sub-path.log"), url

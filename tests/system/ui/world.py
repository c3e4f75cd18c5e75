"""An Airflow with everything that the UI shows, as tests talk to it: started here, or one that runs already."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.system.ui.per_dag_auth import RESTRICTED

ADMIN, STEWARD, VIEWER = "ada", "otto", "vera"
USERS = {ADMIN: "ADMIN", STEWARD: "OP", VIEWER: "VIEWER", RESTRICTED: "VIEWER"}
"""Role by user; a password is the name of its user."""
RUN_TIMEOUT = 120.0


@dataclass
class UiWorld:
    """Where Airflow is, who may sign in, and what ran there."""

    url: str
    sub_path_url: str
    """The same Airflow under a sub-path."""
    home: str
    tokens: dict[str, str]
    runs: dict[str, str] = field(default_factory=dict)
    """Newest run by DAG."""

    @property
    def shop(self) -> str:
        """Namespace of the shop's tables."""
        return f"sqlite://{self.home}/shop/shop.db"

    def node(self, table: str) -> str:
        """Node id of a table of the shop."""
        return f"dataset:{self.shop}:{table}"

    def request(self, method: str, path: str, *, user: str = ADMIN, **options: Any) -> Any:
        """Ask Airflow and decode what it answers; an error ends the test."""
        headers = {"Authorization": f"Bearer {self.tokens[user]}", **options.pop("headers", {})}
        with httpx.Client(trust_env=False, timeout=60) as client:
            answer = client.request(method, f"{self.url}{path}", headers=headers, **options)
        assert answer.is_success, (method, path, answer.status_code, answer.text[:500])
        return answer.json() if answer.content else None

    def lineage(self, method: str, path: str, **options: Any) -> Any:
        """Ask ``/lineage/api``."""
        return self.request(method, f"/lineage/api{path}", **options)

    def trigger(self, dag_id: str) -> str:
        """Run a DAG to its end; returns the run id."""
        body = {"logical_date": None, "conf": {}}
        run_id = str(self.request("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])
        self.runs[dag_id] = run_id
        self.wait_for_run(dag_id, run_id)
        return run_id

    def clear(self, dag_id: str, run_id: str) -> str:
        """Clear what failed in a run; returns the state in which it ends."""
        body = {"dry_run": False, "dag_run_id": run_id, "only_failed": True, "reset_dag_runs": True}
        self.request("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body)
        return self.wait_for_run(dag_id, run_id)

    def wait_for_run(self, dag_id: str, run_id: str) -> str:
        deadline = time.monotonic() + RUN_TIMEOUT
        while time.monotonic() < deadline:
            state = str(self.request("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])
            if state in ("success", "failed"):
                return state
            time.sleep(0.5)
        raise TimeoutError(f"{run_id} of {dag_id} has not ended after {RUN_TIMEOUT:.0f} s")

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def saved_world(path: Path) -> UiWorld:
    """The world that another process has started and told of in a file."""
    return UiWorld(**json.loads(path.read_text()))

"""The environment variables that make several private Airflows possible on one machine."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

# What a caller's own Airflow, or a test's, has set must not leak into the one started here.
_FOREIGN_PREFIXES = ("AIRFLOW__", "AIRFLOW_CONN_", "AIRFLOW_VAR_", "_AIRFLOW")


def free_ports(count: int) -> list[int]:
    """Return free TCP ports, held open together so that no two are the same."""
    listeners = [socket.socket() for _ in range(count)]
    try:
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()


def inherited_environment(python: Path) -> dict[str, str]:
    """Return the caller's environment without its Airflow settings, with ``python``'s commands first on the path."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_PREFIXES)}
    env["PATH"] = os.pathsep.join([str(python.parent), env.get("PATH", os.defpath)])
    return env


def airflow_environment(
    *,
    home: Path,
    dags_folder: Path,
    database_url: str,
    executor: str,
    parallelism: int,
    api_port: int,
    worker_log_port: int,
    trigger_log_port: int,
) -> dict[str, str]:
    """Return the settings of one Airflow that needs no file and no port of another one."""
    bundles = [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(dags_folder), "refresh_interval": 5},
        }
    ]
    settings: dict[str, object] = {
        "API__BASE_URL": f"http://127.0.0.1:{api_port}",
        "API__HOST": "127.0.0.1",
        "API__PORT": api_port,
        "API__SECRET_KEY": secrets.token_hex(32),
        "API__WORKERS": 1,
        "API_AUTH__JWT_SECRET": secrets.token_hex(48),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "CORE__DAGS_FOLDER": dags_folder,
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{api_port}/execution/",
        "CORE__EXECUTOR": executor,
        "CORE__FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "CORE__LOAD_EXAMPLES": False,
        "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": 1,
        "CORE__PARALLELISM": parallelism,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "CORE__UNIT_TEST_MODE": False,
        "DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": 2,
        "DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 30,
        "DAG_PROCESSOR__REFRESH_INTERVAL": 5,
        "DATABASE__SQL_ALCHEMY_CONN": database_url,
        "LOGGING__BASE_LOG_FOLDER": home / "logs",
        "LOGGING__COLORED_CONSOLE_LOG": False,
        "LOGGING__TRIGGER_LOG_SERVER_PORT": trigger_log_port,
        "LOGGING__WORKER_LOG_SERVER_PORT": worker_log_port,
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": 2,
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.5,
        "TRIGGERER__JOB_HEARTBEAT_SEC": 2,
        "USAGE_DATA_COLLECTION__ENABLED": False,
    }
    if database_url.startswith("sqlite"):
        # One writer at a time: a state change may wait for the others' transactions longer than the 5 s
        # Airflow's task client allows by default, and then the attempt would be lost.
        settings["WORKERS__EXECUTION_API_TIMEOUT"] = 60
    variables = {f"AIRFLOW__{name}": str(value) for name, value in settings.items()}
    return {"AIRFLOW_HOME": str(home), "NO_PROXY": "127.0.0.1,localhost", **variables}


def stringified(env: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in env.items()}

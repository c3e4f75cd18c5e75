"""A key with which a producer may send events to a live Airflow."""

from __future__ import annotations

import json

from example_dags.demo.live_airflow import LiveAirflow


def create_key(airflow: LiveAirflow, name: str, *namespaces: str) -> str:
    """Make a key for some job namespaces with the command people use, and return it."""
    scopes = [word for namespace in namespaces for word in ("--namespace", namespace)]
    done = airflow.airflow("lineage", "keys", "create", "--name", name, *scopes, "--output", "json")
    if done.returncode:
        raise RuntimeError(done.stderr)
    return str(json.loads(done.stdout)["key"])

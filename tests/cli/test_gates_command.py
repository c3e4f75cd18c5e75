"""Gate states from the shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.gate_states import save_gates
from tests.cli.conftest import Shell
from tests.store.test_gate_states import gate

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")


@pytest.fixture
def shop(office: Any) -> Iterator[Any]:
    from airflow.models.dag import DagModel
    from airflow.models.dag_version import DagVersion
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.serialized_dag import SerializedDagModel

    from tests.governance.gates.kept_town import clear
    from tests.governance.world import World

    clear(office.engine)
    with Session(office.engine) as session, session.begin():
        world = World(session)
        world.dag("shop", "report")
        world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
        session.query(DagModel).update({"is_stale": False})
    yield office
    with Session(office.engine) as session, session.begin():
        for model in (SerializedDagModel, DagVersion, DagModel, DagBundleModel):
            session.execute(delete(model))


def test_a_dag_is_judged_shown_listed_and_written_to_a_file(shop: Any, shell: Shell, tmp_path: Path) -> None:
    assert "Nothing is known" in shell("gates", "show", "shop", code=1)

    judged = shell("gates", "judge", "shop")
    assert "shop: this run would be blocked, but the gate may only observe here." in judged
    assert "owner-missing (block): postgres://pg:5432 shop.public.orders" in judged

    shown = shell.json("gates", "show", "shop")
    assert (shown["dag_id"], shown["level"], shown["effective"]) == ("shop", "block", "observe")
    assert shell("gates", "show", "shop").startswith("shop: ")
    (listed,) = shell.json("gates", "list")
    assert listed == {key: shown[key] for key in listed}
    assert shell.json("gates", "list", "--level", "off") == []
    assert shell.json("gates", "list", "--dag-id", "sh*")[0]["dag_id"] == "shop"
    assert "block" in shell("gates", "list", "--output", "plain")

    path = tmp_path / "gates.json"
    assert f"1 DAGs written to {path}" in shell("gates", "snapshot", str(path))
    assert json.loads(path.read_text())["dags"]["shop"]["level"] == "block"


def test_a_dag_that_is_not_there_is_one_line(shop: Any, shell: Shell) -> None:
    assert shell("gates", "judge", "shop", "nobody", code=1).strip() == "There is no DAG 'nobody'."


def test_a_file_that_cannot_be_written_is_one_line(shop: Any, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in shell("gates", "snapshot", str(tmp_path / "file" / "gates.json"), code=1)


def test_the_status_counts_them(shop: Any, shell: Shell) -> None:
    now = datetime.now(UTC)
    with Session(shop.engine) as session, session.begin():
        save_gates(
            [
                gate("a", judged_at=now, valid_until=now + timedelta(hours=1)),
                gate("b", judged_at=now - timedelta(hours=2), valid_until=now - timedelta(hours=1)),
            ],
            session=session,
        )
    found = shell.json("status")
    assert (found["gate_states"], found["gate_states_expired"]) == (2, 1)

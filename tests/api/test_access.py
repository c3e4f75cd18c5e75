from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from sqlalchemy import delete

from airflow_lineage_provider.api import access as api_access, kept as kept_module
from airflow_lineage_provider.model.access import Access


class Manager:
    """An auth manager that lets read some DAGs."""

    def __init__(self, dags: set[str], *, has_all: bool, has_connections: bool = False) -> None:
        self.dags, self.has_all, self.has_connections = dags, has_all, has_connections
        self.asked = 0

    def get_authorized_dag_ids(self, *, user: Any, method: str, session: Any) -> set[str]:
        self.asked += 1
        return self.dags

    def is_authorized_dag(self, *, method: str, user: Any) -> bool:
        return self.has_all

    def is_authorized_connection(self, *, method: str, user: Any) -> bool:
        return self.has_connections


@pytest.fixture
def dags(db: Any) -> Any:
    api_access.KEPT.clear()
    db.execute(delete(DagModel))
    db.merge(DagBundleModel(name="shop"))
    db.flush()
    for dag_id in ("a", "b"):
        db.add(DagModel(dag_id=dag_id, bundle_name="shop", fileloc="x", is_stale=False))
    db.flush()
    yield db
    api_access.KEPT.clear()


def rights(manager: Manager, session: Any, monkeypatch: pytest.MonkeyPatch, name: str = "ann") -> Access:
    monkeypatch.setattr(api_access, "get_auth_manager", lambda: manager)
    return api_access.access_of(SimpleNamespace(get_id=lambda: name), session)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("manager", "expected"),
    [
        (Manager({"a", "b"}, has_all=True), Access(None, False)),
        (Manager({"a", "b"}, has_all=True, has_connections=True), Access(None, True)),
        # Each DAG that there is, one by one, is no right to those that are gone.
        (Manager({"a", "b"}, has_all=False), Access(frozenset({"a", "b"}), False)),
        # "Some DAG" is what certain managers mean when asked about none in particular.
        (Manager({"a"}, has_all=True), Access(frozenset({"a"}), False)),
        (Manager(set(), has_all=False), Access(frozenset(), False)),
    ],
)
def test_a_user_sees_what_the_dags_they_may_read_touch(
    manager: Manager, expected: Access, dags: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rights(manager, dags, monkeypatch) == expected


def test_the_auth_manager_is_asked_once_in_a_while_and_for_each_user(
    dags: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = Manager({"a"}, has_all=False)
    for name in ("ann", "ann", "bob"):
        rights(manager, dags, monkeypatch, name)
    assert manager.asked == 2
    monkeypatch.setattr(kept_module.time, "monotonic", lambda: float("inf"))
    rights(manager, dags, monkeypatch)
    assert manager.asked == 3


def test_a_reader_of_some_dags_reads_no_job_without_one() -> None:
    access = Access(frozenset({"a"}), True)
    assert [access.may_read(dag_id) for dag_id in ("a", "b", None)] == [True, False, False]
    assert Access(None, False).may_read(None)

"""When DAGs run next."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.next_runs import next_runs
from tests.airflow_rows import NOW


@pytest.fixture
def session(db: Any) -> Any:
    db.merge(DagBundleModel(name="b"))
    db.flush()
    for dag_id, fields in {
        "nightly": {"next_dagrun_create_after": NOW, "timetable_summary": "0 3 * * *"},
        "by_assets": {"timetable_summary": "Asset", "is_paused": True},
        "by_hand": {"timetable_summary": "None"},
        "gone": {"is_stale": True, "next_dagrun_create_after": NOW},
    }.items():
        values = {"is_stale": False, "is_paused": False, **fields}
        db.add(DagModel(dag_id=dag_id, bundle_name="b", fileloc="x", **values))
    db.flush()
    return db


def test_the_next_run_is_what_airflow_plans(session: Any) -> None:
    asked = ["nightly", "by_assets", "gone", "nosuch", "nightly"]
    assets, nightly = next_runs(asked, FULL_ACCESS, session=session)
    assert (nightly.dag_id, nightly.next_run_at, nightly.schedule, nightly.is_paused) == (
        "nightly",
        NOW,
        "0 3 * * *",
        False,
    )
    assert (assets.dag_id, assets.next_run_at, assets.schedule, assets.is_paused) == (
        "by_assets",
        None,
        "Asset",
        True,
    )


def test_dags_that_may_not_be_read_are_left_out(session: Any) -> None:
    access = Access(frozenset({"by_assets"}), True)
    assert [each.dag_id for each in next_runs(["nightly", "by_assets"], access, session=session)] == [
        "by_assets"
    ]


def test_a_dag_without_schedule_has_none(session: Any) -> None:
    (found,) = next_runs(["by_hand"], FULL_ACCESS, session=session)
    assert (found.schedule, found.next_run_at) == (None, None)

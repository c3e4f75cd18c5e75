from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from openlineage.client.uuid import generate_static_uuid

from airflow_lineage_provider.model.openlineage_ids import job_name, task_run_id

INPUTS = [
    ("shop", "load", 1, -1, datetime(2026, 1, 1, tzinfo=UTC)),
    ("shop", "group.load", 3, 17, datetime(2026, 1, 1, 12, 30, 1, 123456, tzinfo=UTC)),
    ("läden", "täglich", 2, 0, datetime(2026, 6, 1, tzinfo=timezone(timedelta(hours=2)))),
]


@pytest.mark.parametrize(("dag_id", "task_id", "try_number", "map_index", "date"), INPUTS)
@pytest.mark.parametrize("namespace", ["default", "prod.eu"])
def test_the_run_id_is_the_official_providers(
    dag_id: str,
    task_id: str,
    try_number: int,
    map_index: int,
    date: datetime,
    namespace: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.providers.openlineage.utils.utils import build_task_instance_ol_run_id

    monkeypatch.setenv("AIRFLOW__OPENLINEAGE__NAMESPACE", namespace)
    official = build_task_instance_ol_run_id(
        dag_id=dag_id, task_id=task_id, try_number=try_number, logical_date=date, map_index=map_index
    )
    assert (
        task_run_id(
            namespace=namespace,
            dag_id=dag_id,
            task_id=task_id,
            try_number=try_number,
            map_index=map_index,
            date=date,
        )
        == official
    )


def test_the_job_name_is_the_official_providers() -> None:
    assert job_name("shop", "group.load") == "shop.group.load"


def test_a_task_is_named_without_importing_the_client() -> None:
    script = (
        "import sys; from datetime import UTC, datetime; "
        "from airflow_lineage_provider.model.openlineage_ids import task_run_id as name; "
        "print(name(namespace='n', dag_id='d', task_id='t', try_number=1, map_index=-1, "
        "date=datetime(2026, 6, 15, tzinfo=UTC)), 'openlineage.client' in sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    expected = generate_static_uuid(instant=datetime(2026, 6, 15, tzinfo=UTC), data=b"n.d.t.1.-1")
    assert printed.split() == [str(expected), "False"]

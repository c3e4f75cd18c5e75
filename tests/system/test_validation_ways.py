"""What a DAG may ask for besides the usual: columns as they are now, skipping, a function that chooses, fresh data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from sqlalchemy.engine import make_url

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: validated-live
version: 1.0.0
status: active
servers:
  - server: warehouse
    type: custom
    customProperties:
      - {property: airflowConnId, value: warehouse}
schema:
  - name: validated_live
    physicalName: validated_live
    properties:
      - {name: id, logicalType: integer}
      - {name: total, logicalType: integer}
team:
  members:
    - {username: ann, role: owner}
"""


def warehouse(url: str, statement: str) -> None:
    parsed = make_url(url).set(drivername="postgresql")
    with closing(psycopg2.connect(parsed.render_as_string(hide_password=False))) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


def table_of(url: str, name: str) -> dict[str, str]:
    parsed = make_url(url)
    return {
        "namespace": f"postgres://{parsed.host}:{parsed.port}",
        "name": f"{parsed.database}.public.{name}",
    }


@pytest.fixture(scope="module")
def promised(live: Lineage, warehouse_url: str) -> Iterator[str]:
    """A table that a contract speaks for and that the DAG has read once; yields the URL of its database."""
    path = live.airflow.home / "validated-live.odcs.yaml"
    path.write_text(CONTRACT)
    warehouse(warehouse_url, "CREATE TABLE validated_live AS SELECT 1 AS id, 2 AS total")
    applied = live.airflow.airflow("lineage", "contracts", "apply", str(path), timeout=180)
    assert applied.returncode == 0, applied.stderr
    live.airflow.wait_for_dag("validated_live")
    live.settled("validated_live", live.run("validated_live"))
    yield warehouse_url
    warehouse(warehouse_url, "DROP TABLE validated_live")


def states(live: Lineage, dag_id: str, run_id: str) -> dict[str, str]:
    return {ti["task_id"]: ti["state"] for ti in live.airflow.task_instances(dag_id, run_id)}


def findings(live: Lineage, run_id: str) -> list[tuple[str, str, str]]:
    rows = live.query(
        "SELECT f.rule, f.subject, l.level FROM lineage_verdict_finding l "
        "JOIN lineage_finding f ON f.id = l.finding_id JOIN lineage_verdict v ON v.id = l.verdict_id "
        "WHERE v.run_id = :run_id AND v.gate = 'operator' AND l.level IN ('warn', 'block')",
        run_id=run_id,
    )
    return sorted(tuple(row) for row in rows)


def xcom(live: Lineage, dag_id: str, run_id: str, task_id: str, key: str) -> Any:
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
    return live.airflow.api("GET", path, params={"deserialize": "true"})["value"]


def test_a_column_that_was_dropped_a_moment_ago_stops_the_run(live: Lineage, promised: str) -> None:
    assert live.airflow.wait_for_run("validated_live", (good := live.run("validated_live"))) == "success"
    assert findings(live, good) == []
    assert xcom(live, "validated_live", good, "validate", "return_value")["result"] == "pass"

    # No run of anybody sees it: only the database itself can tell.
    warehouse(promised, "ALTER TABLE validated_live DROP COLUMN total")
    skipped = live.run("validated_live", {"on_fail": "skip"})
    assert states(live, "validated_live", skipped) == {"validate": "skipped", "read": "skipped"}
    assert findings(live, skipped) == [("column-missing", "total", "block")]

    failed = live.run("validated_live")
    assert states(live, "validated_live", failed) == {"validate": "failed", "read": "upstream_failed"}
    assert findings(live, failed) == [("column-missing", "total", "block")]
    validate = live.settled("validated_live", failed)["validate", -1, 1]
    assert [entry["name"] for entry in validate["inputs"]] == [table_of(promised, "validated_live")["name"]]
    log = live.airflow.task_log("validated_live", failed, "validate")
    assert "Columns of 1 tables were read through connection warehouse" in log
    assert "Traceback" not in log

    warehouse(promised, "ALTER TABLE validated_live ADD COLUMN total integer")
    mended = live.run("validated_live")
    assert states(live, "validated_live", mended) == {"validate": "success", "read": "success"}
    outputs = live.settled("validated_live", mended)["validate", -1, 1]["outputs"]
    assert [entry["name"] for entry in outputs] == ["/validated/stamp"]


def test_the_task_has_a_link_to_its_findings(live: Lineage, promised: str) -> None:
    run_id = live.run("validated_live", {"on_fail": "warn"})
    path = f"/api/v2/dags/validated_live/dagRuns/{run_id}/taskInstances/validate/links"

    (link,) = live.airflow.wait(
        lambda: [url for url in live.airflow.api("GET", path)["extra_links"].values() if url],
        30,
        "the link is there",
    )

    parts = urlsplit(link)
    assert parts.path == "/plugin/lineage"
    assert parse_qs(parts.query)["run_id"] == [run_id]


def test_a_function_chooses_what_is_judged(live: Lineage, promised: str) -> None:
    chosen = table_of(promised, "validated_live")
    live.airflow.wait_for_dag("validated_chosen")

    run_id = live.run("validated_chosen", {"dataset": [chosen["namespace"], chosen["name"]]})

    verdict = xcom(live, "validated_chosen", run_id, "choose", "return_value")
    assert [(each["namespace"], each["name"]) for each in verdict["datasets"]] == [
        (chosen["namespace"], chosen["name"])
    ]
    refused = live.run("validated_chosen", {"dataset": ["", ""]})
    assert states(live, "validated_chosen", refused) == {"choose": "failed"}
    assert "namespace and name must not be empty" in live.airflow.task_log(
        "validated_chosen", refused, "choose"
    )


def test_a_wait_ends_when_somebody_has_written(live: Lineage, warehouse_url: str) -> None:
    awaited = table_of(warehouse_url, "awaited")
    live.airflow.wait_for_dag("waited")
    live.airflow.wait_for_dag("awaited")
    conf = {"datasets": [awaited], "since": datetime.now(UTC).isoformat()}
    run_id = live.airflow.trigger("waited", conf=conf)
    live.airflow.wait(
        lambda: states(live, "waited", run_id).get("wait") == "deferred", 120, "the wait gives its slot back"
    )

    written = live.run("awaited")

    assert live.airflow.wait_for_run("waited", run_id, 180) == "success"
    (told,) = xcom(live, "waited", run_id, "wait", "return_value")["datasets"]
    assert (told["name"], told["by"]) == (awaited["name"], "awaited.write")
    assert live.airflow.wait_for_run("awaited", written) == "success"
    wait = live.settled("waited", run_id)["wait", -1, 1]
    assert [entry["name"] for entry in wait["inputs"]] == [awaited["name"]]

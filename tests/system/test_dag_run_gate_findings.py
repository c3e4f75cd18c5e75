"""From a defect upstream to a blocked run, and from its fix to the same run passing: judge, keeper and gate together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from airflow_lineage_provider.model.rule_id import RULE_IDS
from example_dags.demo.live_airflow import LiveAirflow
from tests.live.postgres import postgres_url
from tests.system.conftest import Lineage

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAGS = Path(__file__).parent / "gated_findings"
NAMESPACE = "postgres://db.example.com:5432"
RULE_OF = {
    "no_owner": "owner-missing",
    "no_contract": "contract-missing",
    "lost_column": "column-missing",
    "late": "freshness-late",
    "bad_quality": "quality-failed",
}
RULES = {rule: {"level": "block" if rule in RULE_OF.values() else "observe"} for rule in RULE_IDS}
OWNER = "team:\n  name: sales\n  members:\n    - username: ann\n      role: owner\n"
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: {table}
version: 1.0.0
status: active
servers:
  - server: prod
    type: postgres
    host: db.example.com
    port: 5432
    database: shop
    schema: public
schema:
  - name: {table}
    properties:
      - name: id
        logicalType: integer
      - name: amount
        logicalType: number
slaProperties:
  - property: freshness
    value: 12
    unit: h
{owner}"""


class World:
    """A live Airflow with contracts, and a producer of data that is none of its tasks."""

    def __init__(self, airflow: LiveAirflow, database_url: str) -> None:
        self.airflow = airflow
        self.lineage = Lineage(airflow, database_url)

    def contract(self, table: str, owner: str = OWNER) -> None:
        text = CONTRACT.format(table=table, owner=owner)
        headers = {"Content-Type": "application/yaml"}
        answer = self.airflow.request(
            "POST", "/lineage/api/v2/contracts", content=text.encode(), headers=headers
        )
        assert answer.is_success, answer.text

    def written(
        self,
        table: str,
        *columns: str,
        ago: timedelta = timedelta(minutes=1),
        check: bool | None = None,
    ) -> None:
        """Another producer wrote a table and, where a result is given, checked it."""
        meta = {"_producer": "https://example.com/loader", "_schemaURL": "https://example.com/facet.json"}
        output: dict[str, Any] = {
            "namespace": NAMESPACE,
            "name": f"shop.public.{table}",
            "facets": {
                "schema": {**meta, "fields": [{"name": name} for name in columns or ("id", "amount")]}
            },
        }
        asserted = [{"assertion": "not_null", "column": "id", "success": check}]
        checked = {**output, "inputFacets": {"dataQualityAssertions": {**meta, "assertions": asserted}}}
        event = {
            "eventType": "COMPLETE",
            "eventTime": (datetime.now(UTC) - ago).isoformat(),
            "run": {"runId": str(uuid4())},
            "job": {"namespace": "loader", "name": f"load_{table}"},
            "inputs": [] if check is None else [checked],
            "outputs": [output],
            "producer": meta["_producer"],
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        }
        answer = self.airflow.request("POST", "/lineage/api/v1/lineage", json=event)
        assert answer.is_success, answer.text

    def wait_for_level(self, defect: str, *, blocks: bool) -> None:
        """Wait until the server knows, by itself, how the DAG stands."""

        expected = {RULE_OF[defect]} if blocks else set()

        def stands() -> Any:
            rows = self.lineage.query(
                "SELECT findings FROM lineage_gate_state WHERE dag_id = :dag_id", dag_id=f"reads_{defect}"
            )
            found = json.loads(rows[0][0]) if rows else [{"rule": "none yet", "level": "block"}]
            return {each["rule"] for each in found if each["level"] == "block"} == expected

        try:
            self.airflow.wait(stands, 180, f"reads_{defect} {'blocks' if blocks else 'passes'}")
        except TimeoutError as error:
            kept = self.airflow.airflow("lineage", "gates", "show", f"reads_{defect}").stdout
            judged = self.airflow.airflow("lineage", "judge", "--dag-id", f"reads_{defect}").stdout
            raise AssertionError(f"{error}\n--- kept:\n{kept}\n--- judged now:\n{judged}") from None


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    database_url = postgres_url("gated_findings")
    airflow = LiveAirflow(
        tmp_path_factory.mktemp("gated_findings"),
        dags_folder=DAGS,
        database_url=database_url,
        triggerer=False,
        env={
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE": "block",
            "AIRFLOW__LINEAGE_PROVIDER__RULES": json.dumps(RULES),
            "AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL": "5",
        },
    )
    with airflow:
        found = World(airflow, database_url)
        airflow.wait_for_dag("reads_bad_quality")
        found.contract("no_owner", owner="")
        for table in ("lost_column", "late", "bad_quality"):
            found.contract(table)
        found.written("no_owner")
        found.written("no_contract")
        found.written("lost_column", "id")
        found.written("late", ago=timedelta(days=2))
        found.written("bad_quality", check=False)
        # Whoever owns it: the missing contract is to be the only defect.
        body = {"namespace": NAMESPACE, "name": "shop.public.no_contract", "owner": "sales", "kind": "team"}
        assert airflow.request("PUT", "/lineage/api/v2/owners", json=body).is_success
        yield found


def mend(world: World, defect: str) -> None:
    if defect == "no_owner":
        body = {"namespace": NAMESPACE, "name": "shop.public.no_owner", "owner": "sales", "kind": "team"}
        assert world.airflow.request("PUT", "/lineage/api/v2/owners", json=body).is_success
    elif defect == "no_contract":
        world.contract("no_contract")
    elif defect == "bad_quality":
        world.written("bad_quality", check=True)
    else:
        world.written(defect)


@pytest.mark.parametrize("defect", list(RULE_OF))
def test_a_defect_blocks_the_run_and_its_fix_lets_the_same_run_pass(world: World, defect: str) -> None:
    dag_id = f"reads_{defect}"
    world.wait_for_level(defect, blocks=True)
    run_id = world.airflow.trigger(dag_id)
    assert world.airflow.wait_for_run(dag_id, run_id, 300) == "failed"
    assert {each["state"] for each in world.airflow.task_instances(dag_id, run_id)} == {"upstream_failed"}
    run = world.airflow.api("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
    assert f"{RULE_OF[defect]} (block)" in run["note"]
    found = world.lineage.query(
        "SELECT f.rule, f.name FROM lineage_verdict v JOIN lineage_verdict_finding l ON l.verdict_id = v.id "
        "JOIN lineage_finding f ON f.id = l.finding_id "
        "WHERE v.gate = 'dag-run' AND v.run_id = :run_id AND l.level = 'block'",
        run_id=run_id,
    )
    assert found == [(RULE_OF[defect], f"shop.public.{defect}")]

    mend(world, defect)
    world.wait_for_level(defect, blocks=False)
    body = {"dag_run_id": run_id, "dry_run": False, "only_failed": False}
    world.airflow.api("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", body)
    assert world.airflow.wait_for_run(dag_id, run_id, 300) == "success"
    assert world.airflow.wait_for_run(dag_id, world.airflow.trigger(dag_id), 300) == "success"


def test_a_waiver_lets_the_next_run_pass(world: World) -> None:
    world.written("bad_quality", check=False)
    world.wait_for_level("bad_quality", blocks=True)
    made = world.airflow.airflow(
        "lineage", "waivers", "create", "--rule", "quality-failed", "--name", "shop.public.bad_quality",
        "--days", "1", "--reason", "known", "--by", "ana",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    ((number,),) = world.lineage.query("SELECT max(id) FROM lineage_waiver")
    approved = world.airflow.airflow("lineage", "waivers", "approve", str(number), "--by", "bob")
    assert approved.returncode == 0, approved.stderr
    world.wait_for_level("bad_quality", blocks=False)
    run_id = world.airflow.trigger("reads_bad_quality")
    assert world.airflow.wait_for_run("reads_bad_quality", run_id, 300) == "success"

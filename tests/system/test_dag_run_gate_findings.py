"""A defect upstream is one finding for the gate, the operator and the check in CI; waived or mended it stops nobody.

The tests of one defect follow each other: the last one mends it.
"""

from __future__ import annotations

import json
import subprocess
import sys
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
        self.repository = airflow.home / "repository"
        """What a pull request would hold beside the DAG files."""
        (self.repository / "contracts").mkdir(parents=True)
        (self.repository / "OWNERS").write_text("# one line for each owner\n")

    def contract(self, table: str, owner: str = OWNER) -> None:
        """Apply a contract, and put it where the check in CI finds it."""
        text = CONTRACT.format(table=table, owner=owner)
        (self.repository / "contracts" / f"{table}.odcs.yaml").write_text(text)
        headers = {"Content-Type": "application/yaml"}
        answer = self.airflow.request(
            "POST", "/lineage/api/v2/contracts", content=text.encode(), headers=headers
        )
        assert answer.is_success, answer.text

    def owner(self, table: str) -> None:
        """Name an owner that no contract names, to the server and to the check in CI."""
        body = {"namespace": NAMESPACE, "name": f"shop.public.{table}", "owner": "sales", "kind": "team"}
        assert self.airflow.request("PUT", "/lineage/api/v2/owners", json=body).is_success
        with (self.repository / "OWNERS").open("a") as owners:
            owners.write(f"{NAMESPACE} shop.public.{table} sales\n")

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

    def run(self, dag_id: str) -> tuple[str, str]:
        """Id and final state of a run that starts now."""
        run_id = self.airflow.trigger(dag_id)
        return run_id, self.airflow.wait_for_run(dag_id, run_id, 300)

    def blocked_by(self, gate: str, run_id: str) -> list[tuple[Any, ...]]:
        """(rule, dataset, key) of what blocked a run."""
        return self.lineage.query(
            "SELECT f.rule, f.name, f.key FROM lineage_verdict v "
            "JOIN lineage_verdict_finding l ON l.verdict_id = v.id "
            "JOIN lineage_finding f ON f.id = l.finding_id "
            "WHERE v.gate = :gate AND v.run_id = :run_id AND l.level = 'block'",
            gate=gate, run_id=run_id,
        )  # fmt: skip

    def fails_in_ci(self, *args: str) -> list[tuple[Any, ...]]:
        """(rule, dataset, key) of all that fails the check of the DAG files against this deployment."""
        command = [sys.executable, "-m", "airflow", "lineage", "check", str(DAGS), "--contracts", "contracts"]
        command += ["--owners", "OWNERS", "--lineage", self.airflow.api_url, "--format", "json", *args]
        environment = {**self.airflow.env, "AIRFLOW_LINEAGE_TOKEN": self.airflow.token}
        done = subprocess.run(
            command, env=environment, cwd=self.repository, capture_output=True, text=True, timeout=180
        )
        assert done.returncode in (0, 1), done.stderr
        report = json.loads(done.stdout)
        assert (done.returncode == 1) == (report["result"] == "fail")
        return [
            (found["rule"], found["dataset"]["name"], found["key"])
            for found in report["findings"]
            if found["fails"]
        ]


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
            # Or what asks by itself would not come to ask.
            "AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES": json.dumps({"validates_*": "off"}),
            "AIRFLOW__LINEAGE_PROVIDER__RULES": json.dumps(RULES),
            "AIRFLOW__LINEAGE_PROVIDER__GOVERN_INTERVAL": "5",
        },
    )
    with airflow:
        found = World(airflow, database_url)
        airflow.wait_for_dag("validates_bad_quality")
        found.contract("no_owner", owner="")
        for table in ("lost_column", "late", "bad_quality"):
            found.contract(table)
        found.written("no_owner")
        found.written("no_contract")
        found.written("lost_column", "id")
        found.written("late", ago=timedelta(days=2))
        found.written("bad_quality", check=False)
        # Whoever owns it: the missing contract is to be the only defect.
        found.owner("no_contract")
        yield found


@pytest.fixture(scope="module")
def in_ci(world: World) -> list[tuple[Any, ...]]:
    """What the check in CI finds while nothing is mended or waived yet."""
    for defect in RULE_OF:
        world.wait_for_level(defect, blocks=True)
    return world.fails_in_ci()


def mend(world: World, defect: str) -> None:
    if defect == "no_owner":
        world.owner("no_owner")
    elif defect == "no_contract":
        world.contract("no_contract")
    elif defect == "bad_quality":
        world.written("bad_quality", check=True)
    else:
        world.written(defect)


def waive(world: World, defect: str) -> str:
    """Let the finding pass; returns the number of the waiver."""
    made = world.airflow.airflow(
        "lineage", "waivers", "create", "--rule", RULE_OF[defect], "--name", f"shop.public.{defect}",
        "--days", "1", "--reason", "known", "--by", "ana",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    ((number,),) = world.lineage.query("SELECT max(id) FROM lineage_waiver")
    approved = world.airflow.airflow("lineage", "waivers", "approve", str(number), "--by", "bob")
    assert approved.returncode == 0, approved.stderr
    return str(number)


@pytest.mark.parametrize("defect", list(RULE_OF))
def test_a_defect_is_one_finding_for_gate_operator_and_ci(
    world: World, in_ci: list[tuple[Any, ...]], defect: str
) -> None:
    blocked, state = world.run(f"reads_{defect}")
    assert state == "failed"
    found = world.blocked_by("dag-run", blocked)
    assert [(rule, name) for rule, name, _ in found] == [(RULE_OF[defect], f"shop.public.{defect}")]

    validated, state = world.run(f"validates_{defect}")
    assert state == "failed"
    states = {
        each["task_id"]: each["state"]
        for each in world.airflow.task_instances(f"validates_{defect}", validated)
    }
    assert states == {"validate": "failed", "read_after": "upstream_failed"}
    assert world.blocked_by("operator", validated) == found

    assert [each for each in in_ci if each[1] == f"shop.public.{defect}"] == found


@pytest.mark.parametrize("defect", list(RULE_OF))
def test_a_waiver_lets_the_next_run_pass_until_it_is_revoked(world: World, defect: str) -> None:
    number = waive(world, defect)
    world.wait_for_level(defect, blocks=False)
    assert world.run(f"reads_{defect}")[1] == "success"
    assert world.run(f"validates_{defect}")[1] == "success"
    listed = world.airflow.airflow("lineage", "waivers", "list", "--output", "json")
    (world.repository / "waivers.json").write_text(listed.stdout)
    assert f"shop.public.{defect}" not in {each[1] for each in world.fails_in_ci("--waivers", "waivers.json")}

    assert world.airflow.airflow("lineage", "waivers", "revoke", number, "--by", "bob").returncode == 0
    world.wait_for_level(defect, blocks=True)


@pytest.mark.parametrize("defect", list(RULE_OF))
def test_a_defect_blocks_the_run_and_its_fix_lets_the_same_run_pass(world: World, defect: str) -> None:
    dag_id = f"reads_{defect}"
    world.wait_for_level(defect, blocks=True)
    run_id, state = world.run(dag_id)
    assert state == "failed"
    assert {each["state"] for each in world.airflow.task_instances(dag_id, run_id)} == {"upstream_failed"}
    assert f"{RULE_OF[defect]} (block)" in world.airflow.dag_run(dag_id, run_id)["note"]

    mend(world, defect)
    world.wait_for_level(defect, blocks=False)
    body = {"dag_run_id": run_id, "dry_run": False, "only_failed": False}
    world.airflow.api("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", body)
    assert world.airflow.wait_for_run(dag_id, run_id, 300) == "success"
    assert world.run(dag_id)[1] == "success"
    assert world.run(f"validates_{defect}")[1] == "success"


def test_what_is_mended_does_not_fail_the_check_any_more(world: World) -> None:
    """After the tests above."""
    assert world.fails_in_ci() == []

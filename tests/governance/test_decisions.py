from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.models.dagrun import DagRun
from sqlalchemy import delete, select, update

from airflow_lineage_provider.governance.decisions import CONF_KEY, conf_of, decisions_for
from airflow_lineage_provider.governance.facts import AskerFact
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import AuditEntry, BaselineEntry, Finding, Grant, Verdict, Waiver
from tests.governance.world import NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
ASKED = [{"namespace": ORDERS.namespace, "name": ORDERS.name}]
LATER = NOW + timedelta(days=36_500)
"""Operators judge by the clock."""


def waive(world: Any, **fields: Any) -> int:
    values: dict[str, Any] = {
        "rule": "owner-missing", "reason": "moving", "ticket": "T-1", "author": "ann", "created_at": NOW,
        "approver": "ben", "approved_at": NOW, "expires_at": LATER, **fields,
    }  # fmt: skip
    row = Waiver(**values)
    world.session.add(row)
    world.session.flush()
    return int(row.id)


def grant(world: Any, **fields: Any) -> int:
    values: dict[str, Any] = {
        "name": "fire", "dag_id": "shop*", "reason": "the shop is down", "author": "ann", "created_at": NOW,
        "approver": "ben", "approved_at": NOW, "expires_at": LATER, **fields,
    }  # fmt: skip
    row = Grant(**values)
    world.session.add(row)
    world.session.flush()
    return int(row.id)


def uses(world: Any) -> int:
    return int(world.session.scalar(select(Grant.uses).execution_options(populate_existing=True)))


def run(world: Any, run_id: str = "r1", conf: Any = None, dag_id: str = "shop") -> int:
    dag_run_id = world.run(dag_id, run_id)
    stored = {CONF_KEY: "fire"} if conf is None else conf
    world.session.execute(update(DagRun).where(DagRun.id == dag_run_id).values(conf=stored))
    return int(dag_run_id)


def ask(
    world: Any, dag_run_id: int, run_id: str = "r1", dag_id: str = "shop", **question: Any
) -> dict[str, Any]:
    answer: dict[str, Any] = world.ask(
        dag_id, run_id=run_id, dag_run_id=dag_run_id, datasets=ASKED, **question
    )
    return answer


def audited(world: Any, kind: str) -> list[dict[str, Any]]:
    rows = world.session.scalars(
        select(AuditEntry.payload).where(AuditEntry.kind == kind).order_by(AuditEntry.id)
    )
    return [json.loads(zlib.decompress(payload)) for payload in rows]


def by_rule(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {finding["rule"]: finding for finding in answer["findings"]}


def test_a_waiver_lets_its_findings_pass_and_is_shown(world: Any) -> None:
    world.dag("shop", "validate")
    waiver = waive(world, namespace="postgres://*")

    answer = world.ask("shop", datasets=ASKED)

    waived = by_rule(answer)["owner-missing"]
    assert (waived["level"], waived["result"]) == ("observe", "fail")
    assert waived["waiver"] == {
        "id": waiver, "reason": "moving", "ticket": "T-1", "approver": "ben", "expires": LATER.date().isoformat(),
    }  # fmt: skip
    assert f"waived until {LATER.date()} by ben: moving, T-1" in answer["message"]
    assert (by_rule(answer)["contract-missing"]["level"], answer["blocks"]) == ("block", True)
    stored = world.session.execute(
        select(Finding.waiver_id, Finding.level).where(Finding.rule == "owner-missing")
    )
    assert stored.all() == [(waiver, "observe")]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"approved_at": None, "approver": None}, id="nobody approved it"),
        pytest.param({"approver": "ann"}, id="its author approved it"),
        pytest.param({"expires_at": NOW}, id="expired"),
        pytest.param({"revoked_at": NOW}, id="revoked"),
        pytest.param({"dag_id": "other"}, id="of another DAG"),
        pytest.param({"rule": "contract-missing"}, id="of another rule"),
    ],
)
def test_a_waiver_that_is_not_in_force_changes_nothing(world: Any, change: dict[str, Any]) -> None:
    world.dag("shop", "validate")
    waive(world, **change)

    assert by_rule(world.ask("shop", datasets=ASKED))["owner-missing"]["waiver"] is None


def test_what_is_in_the_baseline_is_shown_and_does_not_block(world: Any) -> None:
    world.dag("shop", "validate")
    for finding in world.ask("shop", datasets=ASKED)["findings"]:
        world.session.add(BaselineEntry(key=finding["key"], rule=finding["rule"], subject="", created_at=NOW))
    world.session.flush()

    answer = world.ask("shop", datasets=ASKED)

    assert {finding["is_baselined"] for finding in answer["findings"] if finding["result"] == "fail"} == {
        True
    }
    assert (answer["result"], answer["blocks"]) == ("pass", False)
    assert set(world.session.scalars(select(Finding.is_baselined).where(Finding.result == "fail"))) == {True}


def test_a_grant_that_the_run_names_lets_it_go_on(world: Any) -> None:
    world.dag("shop", "validate")
    grant_id = grant(world)

    answer = ask(world, run(world))

    assert (answer["result"], answer["blocks"]) == ("fail", False)
    assert (answer["grant"]["name"], answer["grant"]["approver"]) == ("fire", "ben")
    assert "break-glass grant fire" in answer["message"]
    assert world.session.scalar(select(Verdict.grant_id)) == grant_id
    (entry,) = audited(world, "grant")
    assert (entry["action"], entry["name"], entry["dag_id"], entry["run_id"]) == (
        "used",
        "fire",
        "shop",
        "r1",
    )
    assert {finding["rule"] for finding in entry["findings"]} == {"owner-missing", "contract-missing"}


def test_a_grant_counts_once_for_each_run(world: Any) -> None:
    world.dag("shop", "validate")
    grant(world, most_uses=2)
    first, second, third = (run(world, name) for name in ("r1", "r2", "r3"))

    assert [ask(world, first)["blocks"], ask(world, first)["blocks"], uses(world)] == [False, False, 1]
    assert [ask(world, second, "r2")["blocks"], uses(world)] == [False, 2]
    assert [ask(world, third, "r3")["blocks"], uses(world)] == [True, 2]
    assert ask(world, first)["blocks"] is False, "a run that went on by it may go on by it again"
    assert len(audited(world, "grant")) == 2


def test_a_run_that_was_deleted_and_triggered_again_takes_another_use(world: Any) -> None:
    grant(world, most_uses=1)
    world.dag("shop", "validate")
    assert ask(world, run(world))["blocks"] is False

    world.session.execute(delete(DagRun).where(DagRun.run_id == "r1"))
    again = run(world)
    world.session.execute(
        update(DagRun).where(DagRun.id == again).values(created_at=datetime.now(UTC) + timedelta(seconds=1))
    )

    assert ask(world, again)["blocks"] is True
    assert uses(world) == 1


def test_a_grant_is_not_used_where_nothing_blocks(world: Any) -> None:
    world.dag("shop", "validate")
    world.contract(ORDERS, owner="ann")
    grant(world, most_uses=1)

    answer = ask(world, run(world))

    assert (answer["blocks"], answer["grant"], uses(world)) == (False, None, 0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"approved_at": None, "approver": None}, id="nobody approved it"),
        pytest.param({"approver": "ann"}, id="its author approved it"),
        pytest.param({"expires_at": NOW}, id="expired"),
        pytest.param({"revoked_at": NOW}, id="revoked"),
        pytest.param({"dag_id": "other*"}, id="of other DAGs"),
        pytest.param({"name": "flood"}, id="of another name"),
        pytest.param({"most_uses": 1, "uses": 1}, id="used up"),
    ],
)
def test_a_grant_that_does_not_hold_lets_nothing_pass(world: Any, change: dict[str, Any]) -> None:
    world.dag("shop", "validate")
    grant(world, **change)

    answer = ask(world, run(world))

    assert (answer["blocks"], answer["grant"]) == (True, None)
    assert audited(world, "grant") == []


@pytest.mark.parametrize(
    "conf", [{}, {CONF_KEY: 7}, {CONF_KEY: ""}, {CONF_KEY: ["fire"]}, {CONF_KEY: "x" * 200}, {"other": 1}]
)
def test_a_conf_that_names_no_grant_is_no_error(world: Any, conf: dict[str, Any]) -> None:
    world.dag("shop", "validate")
    grant(world)

    assert ask(world, run(world, conf=conf))["blocks"] is True


def test_a_name_that_no_database_takes_is_no_grant(session: Any) -> None:
    found = decisions_for(AskerFact("shop"), conf={CONF_KEY: "fi\0re"}, now=NOW, session=session)

    assert found.grant is None


def test_a_run_that_is_gone_has_no_conf(session: Any) -> None:
    assert conf_of(0, session=session) is None

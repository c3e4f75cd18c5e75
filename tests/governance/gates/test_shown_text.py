from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.governance.gates import keeping
from airflow_lineage_provider.governance.gates.judge_now import judge_now
from airflow_lineage_provider.governance.gates.shown_text import shown_text
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.contracts import BoundSchema, save
from airflow_lineage_provider.store.gate_states import StoredGate
from tests.airflow_rows import NOW
from tests.governance.rules.examples import EXAMPLES
from tests.governance.rules.well import ASKER, Example

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
HIDDEN = "hr_payroll"


@pytest.fixture
def shop(world: Any) -> Any:
    """A DAG that reads what one that others may not read writes, and fails to write."""
    world.dag("shop", "report")
    world.dag(HIDDEN, "pay", owners="carol_of_hr")
    world.record(HIDDEN, "pay", "r0", writes=(ORDERS,), dag_run_id=99)
    world.record(HIDDEN, "pay", "r1", writes=(ORDERS,), dag_run_id=98, state="failed")
    world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
    return world


def demand_a_check_of_a_sensitive_column(world: Any) -> None:
    check = {"type": "library", "name": "no_nulls", "rule": "nullValues", "mustBe": 0}
    data = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "status": "active",
        "schema": [
            {
                "name": "o",
                "properties": [{"name": "tax_no", "classification": "restricted", "quality": [check]}],
            }
        ],
    }
    bindings = [BoundSchema("o", ORDERS, "server")]
    save(data, bindings, source=None, applied_by=None, now=NOW, session=world.session)


def test_it_names_neither_other_dags_nor_columns_that_only_some_may_see(shop: Any) -> None:
    demand_a_check_of_a_sensitive_column(shop)
    kept = judge_now("shop", now=NOW, session=shop.session)

    assert kept.shown is not None
    for name in (HIDDEN, "tax_no"):
        assert name in kept.message
        assert name not in kept.shown


def test_it_names_whom_to_ask_although_only_a_hidden_dag_says_who_that_is(shop: Any) -> None:
    kept = judge_now("shop", now=NOW, session=shop.session)

    assert kept.shown is not None
    assert "owner: carol_of_hr; channel: " in kept.shown


def test_what_is_left_out_takes_nothing_else_along(shop: Any) -> None:
    demand_a_check_of_a_sensitive_column(shop)
    kept = judge_now("shop", now=NOW, session=shop.session)

    assert kept.shown is not None
    assert kept.shown.splitlines()[0] == kept.message.splitlines()[0]
    for finding in kept.findings:
        assert f". {finding.rule} (" in kept.shown
    assert "  contract: orders 1.0.0 (active)" in kept.shown
    assert kept.shown.count("  fix: ") == kept.message.count("  fix: ")


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.rule for example in EXAMPLES])
def test_where_nothing_is_hidden_it_is_the_message(example: Example, session: Any) -> None:
    verdict = judge(example.broken, levels=Levels(), now=NOW)
    if example.rule == "classification-leaked":
        assert "sensitive columns" in shown_text(verdict, ASKER.dag_id, session=session)
    else:
        assert shown_text(verdict, ASKER.dag_id, session=session) == verdict.message


def test_a_dag_that_is_called_like_a_level_hides_no_level(shop: Any) -> None:
    shop.dag("block", "t")
    shop.dag("warn", "t")
    kept = judge_now("shop", now=NOW, session=shop.session)
    assert kept.shown is not None
    for finding in kept.findings:
        assert f"{finding.rule} ({finding.level.value})" in kept.shown


def test_it_is_looked_up_where_the_message_is_another_one_and_each_day(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counted(verdict: Any, dag_id: str, *, session: Any) -> str:
        looked.append(dag_id)
        return shown_text(verdict, dag_id, session=session)

    monkeypatch.setattr(keeping, "shown_text", counted)

    def again(**later: float) -> StoredGate:
        from datetime import timedelta

        return judge_now("shop", now=NOW + timedelta(**later), session=shop.session)

    first = again()
    assert (again(minutes=1).shown, len(looked)) == (first.shown, 1)
    again(days=1)
    assert len(looked) == 2
    shop.contract(ORDERS, owner="ann")
    assert again(days=1, minutes=1).shown != first.shown
    assert len(looked) == 3


def test_what_tells_nobody_has_none(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = '{"owner-missing": "observe", "contract-missing": "observe", "upstream-failed": "observe"}'
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", levels)
    kept = judge_now("shop", now=NOW, session=shop.session)
    assert (kept.level.value, kept.shown) == ("observe", None)

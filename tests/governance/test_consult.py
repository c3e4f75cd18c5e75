from __future__ import annotations

from typing import Any

from airflow.models.dag import DagModel
from sqlalchemy import func, select, update

from airflow_lineage_provider.governance.consult import consult_all, consult_dag, consult_datasets
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.tables import Finding, Verdict
from tests.governance.world import NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
RAW = DatasetId("postgres://pg:5432", "shop.public.raw")


def of(verdict: Any) -> set[tuple[str, str]]:
    return {
        (finding.rule, finding.dataset.name.rpartition(".")[2] if finding.dataset else "")
        for finding in verdict.findings
        if finding.level is not Level.OBSERVE
    }


def shop(world: Any) -> None:
    """load: raw -> orders; shop.report reads orders."""
    world.dag("load", "write")
    world.record("load", "write", "r0", reads=(RAW,), writes=(ORDERS,), dag_run_id=50)
    world.dag("shop", "validate >> report")
    world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)


def test_a_dag_is_judged_without_a_run(world: Any) -> None:
    shop(world)
    verdict = consult_dag("shop", now=NOW, session=world.session)

    assert verdict.blocks
    assert of(verdict) >= {("owner-missing", "orders"), ("contract-missing", "orders")}
    row = world.session.execute(select(Verdict.gate, Verdict.dag_id, Verdict.run_id, Verdict.result)).one()
    assert tuple(row) == ("cli", "shop", None, "fail")


def test_it_gives_the_answer_that_the_operator_gets(world: Any) -> None:
    shop(world)
    asked = world.ask("shop")
    consulted = consult_dag("shop", now=NOW, session=world.session).to_wire()

    assert {finding["key"] for finding in asked["findings"]} == {
        finding["key"] for finding in consulted["findings"]
    }
    assert (asked["result"], asked["blocks"]) == (consulted["result"], consulted["blocks"])


def test_depth_goes_up_to_what_the_datasets_are_made_of(world: Any) -> None:
    shop(world)

    assert ("owner-missing", "raw") not in of(consult_dag("shop", now=NOW, session=world.session))
    deep = consult_dag("shop", depth=2, now=NOW, session=world.session)
    assert ("owner-missing", "raw") in of(deep)
    named = consult_datasets([ORDERS], depth=2, now=NOW, session=world.session)
    assert ("owner-missing", "raw") in of(named)
    asked = world.ask("shop", depth=2)
    assert {dataset["name"] for dataset in asked["datasets"]} == {ORDERS.name, RAW.name}


def test_a_milder_level_never_blocks(world: Any) -> None:
    shop(world)
    verdict = consult_dag("shop", level=Level.WARN, now=NOW, session=world.session)

    assert (verdict.result.value, verdict.blocks) == ("warn", False)


def test_what_is_not_to_be_stored_is_not(world: Any) -> None:
    shop(world)
    consult_dag("shop", file=False, now=NOW, session=world.session)
    consult_datasets([ORDERS], file=False, now=NOW, session=world.session)
    consult_all(file=False, now=NOW, session=world.session)

    assert world.session.scalar(select(func.count()).select_from(Verdict)) == 0
    assert world.session.scalar(select(func.count()).select_from(Finding)) == 0


def test_named_datasets_say_nothing_about_dags_and_other_contracts(world: Any) -> None:
    shop(world)
    verdict = consult_datasets([ORDERS], now=NOW, session=world.session)

    assert not verdict.judged & {"contract-unbound", "contract-invalid", "capture-off", "upstream-unknown"}
    assert "owner-missing" in verdict.judged


def test_everything_is_what_dags_touch(world: Any) -> None:
    shop(world)
    world.session.execute(update(DagModel).values(is_stale=False))

    assert of(consult_all(now=NOW, session=world.session)) >= {
        ("owner-missing", "orders"),
        ("owner-missing", "raw"),
    }

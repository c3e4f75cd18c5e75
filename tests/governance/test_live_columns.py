"""What a validation task has just read from the databases, and which tables it is told to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.io_entry import Column
from tests.airflow_rows import NOW
from tests.store.stories import sql, table

ORDERS = table("orders")
PROMISED = [{"name": "id", "logicalType": "integer"}, {"name": "total", "logicalType": "number"}]


@pytest.fixture
def known(db: Any) -> Any:
    from tests.governance.facts_of.known import Known

    return Known(db)


def ask(known: Any, **question: Any) -> dict[str, Any]:
    from airflow_lineage_provider.governance.answer import Asker, answer

    datasets = [{"namespace": ORDERS.namespace, "name": ORDERS.name}]
    payload = {"v": 1, "ask": "validate", "datasets": datasets, **question}
    answered = answer(
        Asker(0, "shop", "r1", "validate", -1, 1), payload, give_up=False, session=known.session
    )
    assert answered is not None
    assert "error" not in answered, answered
    return answered


def columns(*names: str, of: Any = ORDERS) -> list[dict[str, Any]]:
    told = [{"name": name, "type": "integer", "nullable": True} for name in names]
    return [{"namespace": of.namespace, "name": of.name, "columns": told}]


def missing(answer: dict[str, Any]) -> list[str]:
    return [finding["subject"] for finding in answer["findings"] if finding["rule"] == "column-missing"]


@pytest.fixture
def promised(known: Any) -> Any:
    """A table with a contract whose columns nobody saw yet."""
    from airflow_lineage_provider.store.contracts import BoundSchema, save

    data = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "orders", "version": "1.0.0", "status": "active",
        "schema": [{"name": "o", "properties": PROMISED}],
    }  # fmt: skip
    save(
        data,
        [BoundSchema("o", ORDERS, "server")],
        source=None,
        applied_by=None,
        now=NOW,
        session=known.session,
    )
    return known


def test_a_column_that_is_gone_now_fails_and_says_who_saw_it(promised: Any) -> None:
    answer = ask(promised, columns=columns("id"))

    assert missing(answer) == ["total"]
    (finding,) = [each for each in answer["findings"] if each["rule"] == "column-missing"]
    assert (finding["result"], finding["level"]) == ("fail", "block")
    assert finding["evidence"]["observed_by"] == "shop.validate"
    assert answer["blocks"]


def test_columns_that_are_all_there_mend_what_was_not_known(promised: Any) -> None:
    before = ask(promised)
    after = ask(promised, columns=columns("id", "total"))

    assert "schema-unknown" in {finding["rule"] for finding in before["findings"]}
    assert not {"schema-unknown", "column-missing"} & {finding["rule"] for finding in after["findings"]}


def test_live_columns_make_no_owner_and_no_contract(known: Any) -> None:
    rules = {finding["rule"] for finding in ask(known, columns=columns("id", "total"))["findings"]}

    assert {"owner-missing", "contract-missing"} <= rules


def test_columns_of_what_is_not_in_scope_count_for_nothing(promised: Any) -> None:
    answer = ask(promised, columns=columns("id", of=table("stock")))

    assert [dataset["name"] for dataset in answer["datasets"]] == [ORDERS.name]
    assert "schema-unknown" in {finding["rule"] for finding in answer["findings"]}


def test_live_columns_are_newer_than_any_that_were_seen(promised: Any) -> None:
    from airflow_lineage_provider.governance.facts import SchemaFact
    from airflow_lineage_provider.governance.gather import gather
    from airflow_lineage_provider.governance.live_columns import with_live_columns
    from airflow_lineage_provider.governance.scope import explicit_scope

    now = NOW + timedelta(days=400)
    facts = gather(
        explicit_scope([(ORDERS, None)], session=promised.session), now=now, session=promised.session
    )
    live = with_live_columns(
        facts, {ORDERS: (Column("id"),)}, seen_by="shop.validate", now=now, session=promised.session
    )

    assert live.datasets[0].schema == SchemaFact((Column("id"),), now, "shop.validate")
    assert live.datasets[0].owners == facts.datasets[0].owners
    assert live.datasets[0].contracts == facts.datasets[0].contracts


def test_a_task_is_told_the_tables_in_scope_and_the_connections_of_its_dag(world: Any) -> None:
    from airflow_lineage_provider.governance.dag_structure import newest_structure
    from airflow_lineage_provider.governance.in_scope import InScope
    from airflow_lineage_provider.governance.reachable import reachable
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from tests.store.stories import Story, core

    world.dag("shop", "validate >> load")
    story = Story(world.session, "shop", "before", NOW)
    story.ingest(core(story.attempt("load"), **sql("SELECT * FROM orders")), "load")
    other = Story(world.session, "elsewhere", "before", NOW)
    other.ingest(core(other.attempt("load"), **sql("SELECT * FROM orders")), "load")
    structure = newest_structure("shop", session=world.session)
    scope = [InScope(ORDERS), InScope(DatasetId("s3://lake", "raw/orders"))]

    told = reachable(scope, "shop", structure, session=world.session)

    connection = sql("SELECT 1")["connections"][0].conn_id
    assert told == {
        "v": 1,
        "datasets": [{"namespace": ORDERS.namespace, "name": ORDERS.name}],
        "conn_ids": [connection],
    }
    assert reachable(scope, "nobody", None, session=world.session)["conn_ids"] == []

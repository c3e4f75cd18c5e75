from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from airflow_lineage_provider.governance.facts_of.contracts import contract_fact
from airflow_lineage_provider.governance.facts_of.dialect import dialect_of_namespace
from airflow_lineage_provider.store.contracts import current_for
from tests.governance.facts_of.known import ASKED, Known
from tests.store.external.tellings import ds, event, told
from tests.store.stories import dataset


def test_what_a_contract_says(known: Any) -> None:
    known.contract(
        "orders",
        support=[{"channel": "#orders"}],
        team={"name": "shop"},
        slaProperties=[
            {"property": "End of Support", "value": "2027-01-31"},
            {"property": "endOfLife", "value": "2028-01-31T00:00:00Z"},
        ],
    )
    (contract,) = known.facts("orders").contracts
    assert contract.promise is not None
    assert [column.name for column in contract.promise.columns] == ["id"]
    assert (contract.owner, contract.channel, contract.bound_by, contract.origin) == (
        "shop",
        "#orders",
        "server",
        "odcs",
    )
    assert (contract.end_of_support, contract.end_of_life) == (date(2027, 1, 31), date(2028, 1, 31))
    assert contract.previous is None


def test_the_version_before_is_compared(known: Any) -> None:
    known.contract("orders", team={"name": "shop"}, properties=[{"name": "id"}, {"name": "amount"}])
    known.contract("orders", version="1.0.1", status="draft")
    (contract,) = known.facts("orders").contracts
    assert contract.previous is not None
    assert (contract.previous.version, contract.previous.owner, contract.previous.status) == (
        "1.0.0",
        "shop",
        "active",
    )
    assert contract.previous.diff.is_breaking


def test_what_is_known_of_a_content_is_worked_out_without_reading_it_again(known: Any) -> None:
    known.contract("orders", team={"name": "shop"})
    known.contract("orders", version="1.0.1")
    (told,) = known.facts("orders").contracts
    (stored,) = current_for([dataset("orders").digest], session=known.session)[dataset("orders").digest]

    def read() -> dict[str, Any]:
        raise AssertionError("the contract was read")

    assert stored.previous is not None
    unread = replace(stored, contents=read, previous=replace(stored.previous, contents=read))
    assert contract_fact(unread, dataset("orders"), today=ASKED.date()) == told


def test_a_contract_stays_with_its_name(known: Any) -> None:
    known.contract("orders")
    known.told(event(inputs=[told("other", symlinks=["orders"])]))
    assert known.facts("other").contracts == ()
    assert len(known.facts("orders").contracts) == 1


def test_contracts_that_speak_for_nothing_are_told_to_nobody_in_particular(known: Any) -> None:
    from airflow_lineage_provider.governance.facts import AskerFact
    from airflow_lineage_provider.store.contracts import BoundSchema, save
    from tests.airflow_rows import NOW

    body = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "lost", "version": "1.0.0", "status": "active",
        "schema": [{"name": "o"}], "team": {"name": "shop"},
    }  # fmt: skip
    bindings = [BoundSchema("o", None, "unbound", "no server")]
    save(body, bindings, source="x.yaml", applied_by=None, now=NOW, session=known.session)
    (loose,) = known.scope("orders").loose_contracts
    assert (loose.contract_id, loose.reason, loose.owner) == ("lost", "no server", "shop")
    assert known.scope("orders", asker=AskerFact("shop")).loose_contracts == ()


def test_the_dialect_comes_from_the_namespace() -> None:
    dialects = {
        "postgres://db:5432": "postgres", "mssql://db:1433": "tsql", "bigquery": "bigquery",
        "snowflake://org-account": "snowflake", "awsathena://athena.eu.amazonaws.com": "athena",
        "sqlserver://db:1433": "tsql", "s3://lake": None, "kafka://broker:9092": None, "file": None, "odd": None,
    }  # fmt: skip
    assert {namespace: dialect_of_namespace(namespace) for namespace in dialects} == dialects
    assert ds("a").namespace == "s3://lake"


def test_a_contract_with_a_mistyped_name_is_near_the_dataset_that_lacks_it(known: Known) -> None:
    known.wrote("orders", "customers", "shipments")
    known.contract("ordres", "orders", version="1.3.0")
    known.contract("customers", "customers")
    known.contract("shipment", "shipments", status="retired")
    near = {name: known.facts(name).near for name in ("orders", "customers", "shipments", "nothing_like_it")}

    found = near.pop("orders")
    assert found is not None
    assert (found.label, found.dataset) == ("orders 1.3.0", dataset("ordres"))
    # It has its contract; a retired one is no offer; nothing is close.
    assert near == dict.fromkeys(near)


def test_a_contract_of_a_dataset_that_was_seen_is_near_no_other(known: Known) -> None:
    known.wrote("ordres", "orders")
    known.contract("ordres", "orders")
    assert known.facts("orders").near is None


def test_a_contract_of_a_dataset_that_is_asked_about_is_near_no_other(known: Known) -> None:
    """Nobody has seen what is only declared; it is what the contract names."""
    known.contract("orders_eu", "orders")
    scope = known.scope("orders_eu", "orders_us")
    assert [facts.near for facts in scope.datasets] == [None, None]

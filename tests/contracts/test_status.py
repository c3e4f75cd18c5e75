from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.contracts.status import contract_statuses
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.bound_names import known_names
from airflow_lineage_provider.store.closest import ClosestDatasets
from airflow_lineage_provider.store.contract_problems import note_problem
from airflow_lineage_provider.store.contracts import BoundSchema, summaries
from airflow_lineage_provider.store.datasets import add_aliases
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.stories import dataset
from tests.store.test_contracts import body, put


def states(session: Any) -> dict[str, str]:
    return {
        each.contract_id: each.state
        for each in contract_statuses(summaries(session=session), session=session)
    }


def test_every_contract_has_a_state(db: Any):
    Chronicle(db).run("shop.load", writes=("orders", "stock"))
    orders, stock = dataset("orders"), dataset("stock")
    put(db, body(contract_id="bound"), BoundSchema("o", stock, "server"))
    put(db, body(contract_id="one"), BoundSchema("o", orders, "server"))
    put(db, body(contract_id="two"), BoundSchema("o", orders, "custom-property"))
    put(db, body(contract_id="gone", status="Retired"), BoundSchema("o", orders, "server"))
    put(db, body(contract_id="loose"), BoundSchema("o", None, "unbound", "why"))
    put(db, body(contract_id="half"), BoundSchema("o", None, "unbound"), BoundSchema("p", stock, "asset"))
    put(db, body(contract_id="early"), BoundSchema("o", dataset("tomorrow"), "server"))
    put(db, body(contract_id="wrong"), BoundSchema("o", dataset("w"), "server"))
    note_problem("/w", [{"message": "no"}], managed_by=None, contract_id="wrong", now=NOW, session=db)
    assert states(db) == {
        "bound": "duplicate",  # half speaks for stock as well
        "early": "unseen",
        "gone": "retired",
        "half": "partly-bound",
        "loose": "unbound",
        "one": "duplicate",
        "two": "duplicate",
        "wrong": "invalid",
    }
    found = {each.contract_id: each for each in contract_statuses(summaries(session=db), session=db)}
    assert found["one"].objects[0].also == ("two",)
    assert found["gone"].objects[0].also == ()
    assert found["wrong"].problems == ("no",)


def test_a_name_leads_to_a_dataset_by_itself_by_alias_or_by_symlink(db: Any):
    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("orders", "stock"))
    orders = chronicle.dataset("orders")
    add_aliases(
        [
            (DatasetId("asset", "orders"), orders, "asset"),
            (DatasetId("glue", "orders"), orders, "symlink"),
        ],
        now=NOW,
        session=db,
    )
    names = [dataset("orders"), DatasetId("asset", "orders"), DatasetId("glue", "orders"), dataset("nobody")]
    found = known_names(names, session=db)
    assert [found[name].via if name in found else "-" for name in names] == [None, "alias", "symlink", "-"]
    assert {each.dataset for each in found.values()} == {dataset("orders")}


def test_a_contract_by_an_alias_doubles_one_by_the_name_and_one_by_a_symlink_only_where_it_is_trusted(
    db: Any, monkeypatch: pytest.MonkeyPatch
):
    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("orders",))
    orders = chronicle.dataset("orders")
    asset, glue = DatasetId("asset", "orders"), DatasetId("glue", "orders")
    add_aliases([(asset, orders, "asset"), (glue, orders, "symlink")], now=NOW, session=db)
    put(db, body(contract_id="alias"), BoundSchema("o", asset, "server"))
    put(db, body(contract_id="name"), BoundSchema("o", dataset("orders"), "server"))
    put(db, body(contract_id="symlink"), BoundSchema("o", glue, "server"))
    assert states(db) == {"alias": "duplicate", "name": "duplicate", "symlink": "bound"}
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRUST_SYMLINKS", "True")
    assert states(db) == {"alias": "duplicate", "name": "duplicate", "symlink": "duplicate"}


def test_the_closest_names_come_first_and_far_ones_not_at_all():
    known = ClosestDatasets(
        [
            DatasetId("pg", name)
            for name in ("shop.public.orders", "shop.sales.orders", "a.b.order", "a.b.users")
        ]
    )
    assert [each.name for each in known.to("sales.orders")] == [
        "shop.sales.orders",
        "shop.public.orders",
        "a.b.order",
    ]
    assert known.to("invoices") == ()
    assert known.to("") == ()
    assert ClosestDatasets([]).to("orders") == ()

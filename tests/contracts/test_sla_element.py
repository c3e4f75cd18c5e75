from __future__ import annotations

import pytest

from airflow_lineage_provider.contracts.sla_element import element_column, elements_of

ORDERS = {
    "name": "orders",
    "id": "o1",
    "physicalName": "shop.orders",
    "properties": [{"name": "id"}, {"name": "at"}],
}
ITEMS = {"name": "orders.items", "properties": [{"name": "id"}, {"name": "sku", "id": "s1"}]}
BOTH = [ORDERS, ITEMS]


@pytest.mark.parametrize(
    ("named", "orders", "items"),
    [
        (None, [None], [None]),
        ("orders", ["orders"], []),
        ("Orders.at", ["Orders.at"], []),
        ("shop.orders.at", ["shop.orders.at"], []),
        ("orders.items.sku", [], ["orders.items.sku"]),
        ("orders.at, orders.items.sku", ["orders.at"], ["orders.items.sku"]),
        ("at", ["at"], []),
        ("id", [], []),
        ("schema/o1/properties/at", ["schema/o1/properties/at"], []),
        ("elsewhere.x", [], []),
        (" , ", [], []),
    ],
)
def test_an_element_speaks_for_the_object_that_it_names(
    named: str | None, orders: list[str | None], items: list[str | None]
) -> None:
    assert list(elements_of(named, ORDERS, BOTH)) == orders
    assert list(elements_of(named, ITEMS, BOTH)) == items


def test_where_there_is_one_object_each_element_means_it() -> None:
    assert list(elements_of("tab1.txn", ORDERS, [ORDERS])) == ["tab1.txn"]


@pytest.mark.parametrize(
    ("element", "column"),
    [(None, None), ("orders", None), ("shop.orders", None), ("orders.at", "at"), ("shop.orders.at", "at"), ("at", "at"), ("o1.at", "at")],
)  # fmt: skip
def test_the_column_of_an_element(element: str | None, column: str | None) -> None:
    assert element_column(element, ORDERS) == column

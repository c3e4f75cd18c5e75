from __future__ import annotations

import pytest
from hypothesis import given

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.look_alike import differences, stem_of
from tests.model.test_identity import DATASETS

ORDERS = DatasetId("postgres://warehouse:5432", "shop.public.orders")
DAILY = DatasetId("s3://lake", "data/{date}.csv")


@pytest.mark.parametrize(
    ("wanted", "namespace", "name", "reasons"),
    [
        (ORDERS, "postgres://10.0.0.5:5432", "shop.public.orders", ["another host: 10.0.0.5:5432, not warehouse:5432"]),
        (ORDERS, "postgres://warehouse:5433", "shop.public.orders", ["another port"]),
        (ORDERS, "mysql://warehouse:3306", "shop.public.orders", ["another system: mysql, not postgres"]),
        (ORDERS, ORDERS.namespace, "shop.raw.orders", ["another schema: raw, not public"]),
        (ORDERS, ORDERS.namespace, "other.public.orders", ["another database: other, not shop"]),
        (ORDERS, ORDERS.namespace, "shop.public.Orders", ["another letter case"]),
        (ORDERS, ORDERS.namespace, "public.orders", ["one of them leaves out database or schema"]),
        (ORDERS, "postgres://x:5432", "shop.raw.orders", ["another host", "another schema"]),
        (ORDERS, "airflow-asset", "orders", ["a name and no URI"]),
        (ORDERS, "s3://lake", "exports/orders_{date}.csv", ["one is a table and the other a file"]),
        (DAILY, "s3://lake", "data/{year}/{month}/{day}.csv", ["another partition pattern: {year} {month} {day}, not {date}"]),
        (DAILY, "s3://lake", "data", ["one is inside the directory that is the other"]),
        (DAILY, "s3://lake", "Data/{date}.csv", ["another letter case"]),
        (DAILY, "s3://other", "data/{date}.csv", ["another bucket: other, not lake"]),
        (DAILY, "s3://lake", "old/data/{date}.csv", ["another directory"]),
        (DatasetId("file", "/x/a.csv"), "file://worker-1", "/x/a.csv", ["on whichever host ran the task"]),
    ],
)  # fmt: skip
def test_two_that_look_alike_are_two_for_a_reason(
    wanted: DatasetId, namespace: str, name: str, reasons: list[str]
) -> None:
    found = differences(wanted, DatasetId(namespace, name))
    assert found is not None
    assert len(found) == len(reasons)
    for difference, reason in zip(found, reasons, strict=True):
        assert reason in difference.reason
        assert difference.configure


@pytest.mark.parametrize(
    ("namespace", "name"), [(ORDERS.namespace, "shop.public.customers"), ("s3://lake", "reorders/{date}.csv")]
)
def test_what_has_another_name_does_not_look_alike(namespace: str, name: str) -> None:
    assert differences(ORDERS, DatasetId(namespace, name)) is None


def test_the_alias_that_would_join_two_hosts_is_spelled_out() -> None:
    (difference,) = differences(ORDERS, DatasetId("postgres://10.0.0.5:5432", ORDERS.name)) or ()
    assert '{"postgres://10.0.0.5:5432": "postgres://warehouse:5432"}' in difference.configure


@given(DATASETS, DATASETS)
def test_every_pair_of_names_has_an_answer(one: DatasetId, other: DatasetId) -> None:
    stem_of(one)
    assert differences(one, one) is None
    assert (differences(one, other) is None) == (differences(other, one) is None)

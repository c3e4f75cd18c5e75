from __future__ import annotations

import re

import pytest

from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import asset_of, table_of
from tests.docs.pages import DOCS

ROWS = {
    match["seen"]: (match["namespace"], match["name"])
    for match in re.finditer(
        r"^\| (?P<seen>[^|]+) \| `(?P<namespace>[^`]+)` \| `?(?P<name>[^`|]+?)`? \|$",
        (DOCS / "architecture.md").read_text().partition("## Identity")[2].partition("## ")[0],
        re.MULTILINE,
    )
}
SHOP = ConnectionIdentity("shop", "postgres", host="db", database="shop", schema="public")


@pytest.mark.parametrize(
    ("seen", "dataset"),
    [
        ("`orders` through a Postgres connection to `shop` on `db`", table_of(SHOP, None, None, "orders")),
        ("asset `postgres://db/shop/public/orders`", asset_of("postgres://db/shop/public/orders", "orders")),
        ("asset `file:///srv/a.csv`", asset_of("file:///srv/a.csv", None)),
        ("asset with a name and no URI", DatasetId(asset_of(None, "x").namespace, "the name")),
    ],
)
def test_datasets_are_named_as_the_architecture_page_says(seen: str, dataset: DatasetId) -> None:
    assert ROWS[seen] == (dataset.namespace, dataset.name)

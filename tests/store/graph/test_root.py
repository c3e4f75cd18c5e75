from __future__ import annotations

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.datasets import DATASET, add_aliases
from airflow_lineage_provider.store.graph import (
    ColumnRoot,
    DagRoot,
    Key,
    UnknownNode,
    find_named,
    find_node,
    find_root,
)
from airflow_lineage_provider.store.graph.root import LONGEST, MOST_COLONS
from tests.airflow_rows import NOW
from tests.store.landscape import JOBS, LAKE, Landscape


def named(land: Landscape, namespace: str, name: str) -> int:
    land.session.execute(
        DATASET.insert().values(
            digest=identity_digest(namespace, name), namespace=namespace, name=name, first_seen=NOW
        )
    )
    return next(iter(land.session.execute(DATASET.select().where(DATASET.c.name == name)))).id


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("trino://h:1337", "2024.cat.table"),
        ("jdbc:h2:mem:x", "a:b:c"),
        ("abfss://box@account.dfs.core.windows.net", "dir/with:colon"),
        ("s3://lake", "1:2:3"),
    ],
)
def test_colons_and_ports_are_read_as_they_are_stored(land: Landscape, namespace: str, name: str) -> None:
    row_id = named(land, namespace, name)
    assert find_node(f"dataset:{namespace}:{name}", session=land.session) == Key(False, row_id)


def test_an_alias_leads_to_its_dataset(land: Landscape) -> None:
    row_id = land.dataset("orders")
    add_aliases([(DatasetId("x", "other"), row_id, "symlink")], now=NOW, session=land.session)
    assert find_node("dataset:x:other", session=land.session) == Key(False, row_id)
    assert find_named("dataset", "x", "other", session=land.session) == Key(False, row_id)


def test_jobs_and_dags_by_their_parts(land: Landscape) -> None:
    row_id = land.job("shop.load")
    assert find_named("job", JOBS, "shop.load", session=land.session) == Key(True, row_id)
    assert find_root(f"job:{JOBS}:shop.load", session=land.session) == Key(True, row_id)
    assert find_named("dag", JOBS, "shop", session=land.session) == DagRoot(JOBS, "shop")


def test_columns_with_colons(land: Landscape) -> None:
    job = land.flow("d.load", "raw", "a:b")
    land.column(job, "raw.x", "a:b.c:d")
    found = ColumnRoot(land.dataset("a:b"), "c:d")
    assert find_root(f"column:{LAKE}:a:b:c:d", session=land.session) == found
    assert find_root(f"dataset:{LAKE}:a:b", column="c:d", session=land.session) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders",
        "dataset:",
        "dataset:x",
        "job::",
        "dag:x",
        "column:a:b",
        "run:soon",
        "run:",
        "table:a:b",
        "dataset:a\x00:b",
        "dataset:\ud800:b",
        "dataset:" + ":".join("x" * (MOST_COLONS + 5)),
        "job:a:" + "x" * LONGEST,
    ],
)
def test_what_is_no_node_id_is_told_so(land: Landscape, text: str) -> None:
    with pytest.raises(InvalidNodeId):
        find_root(text, session=land.session)


@pytest.mark.parametrize("text", ["dataset:a:b", "job:a:b", "dag:a:b", "column:a:b:c", "run:1", "run:²"])
def test_what_nobody_has_seen_is_unknown(land: Landscape, text: str) -> None:
    with pytest.raises((UnknownNode, InvalidNodeId)):
        find_root(text, session=land.session)

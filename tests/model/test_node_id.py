from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.node_id import InvalidNodeId, NodeId

NAMESPACES = st.sampled_from(
    [
        "default",
        "file",
        "bigquery",
        "sqlite:shop.db",
        "sqlite:///abs/shop.db",
        "postgres://db:5432",
        "postgres://[::1]:5432",
        "snowflake://acct",
        "s3://bucket",
        "abfss://container@account",
        "a:b:c",
    ]
)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30).filter(
    lambda name: name.strip(":")
)


@given(kind=st.sampled_from(["dataset", "job"]), namespace=NAMESPACES, name=NAMES)
def test_a_node_id_is_among_the_readings_of_its_own_text(kind: str, namespace: str, name: str) -> None:
    node = NodeId(kind, namespace, name)  # type: ignore[arg-type]
    assert node in list(NodeId.readings(str(node)))


@given(kind=st.sampled_from(["dataset", "job"]), namespace=NAMESPACES, name=NAMES)
def test_the_only_known_namespace_decides_how_a_text_is_split(kind: str, namespace: str, name: str) -> None:
    node = NodeId(kind, namespace, name)  # type: ignore[arg-type]
    longer = {reading.namespace for reading in NodeId.readings(str(node))} - {namespace}
    assert NodeId.parse(str(node), {namespace}) == node
    # Of several namespaces that fit, the longest is meant.
    longest = max({namespace, *longer}, key=len)
    assert NodeId.parse(str(node), {namespace, *longer}).namespace == longest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "dataset:postgres://db:5432:shop.public.orders",
            NodeId("dataset", "postgres://db:5432", "shop.public.orders"),
        ),
        ("dataset:s3://bucket:a/b:c.parquet", NodeId("dataset", "s3://bucket", "a/b:c.parquet")),
        ("dataset:file:/tmp/a:b", NodeId("dataset", "file", "/tmp/a:b")),
        ("job:default:shop.load", NodeId("job", "default", "shop.load")),
        ("dataset:snowflake://acct:db.s.t", NodeId("dataset", "snowflake://acct", "db.s.t")),
        ("dataset:sqlite:///x/shop.db:orders", NodeId("dataset", "sqlite:///x/shop.db", "orders")),
    ],
)
def test_without_known_namespaces_host_and_port_stay_together(text: str, expected: NodeId) -> None:
    assert NodeId.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "dataset", "dataset:", "dataset:x", "dataset::", "table:a:b", "dataset:::::"]
)
def test_a_text_that_is_no_node_id_is_refused_with_what_one_looks_like(text: str) -> None:
    with pytest.raises(InvalidNodeId, match="node id"):
        NodeId.parse(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        node = NodeId.parse(text)
    except InvalidNodeId:
        return
    assert str(node) == text
    assert node.namespace
    assert node.name

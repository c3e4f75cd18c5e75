from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph import Graph, Key, UnknownNode, describe, find_column, read_graph
from airflow_lineage_provider.store.graph.export import EXPORT_FORMATS, export_graph
from airflow_lineage_provider.store.graph.mask import kept_nodes
from airflow_lineage_provider.store.impact import read_impact
from airflow_lineage_provider.store.visibility import visible_datasets, visible_jobs
from tests.airflow_rows import NOW
from tests.store.graph.asked import ask, names, short
from tests.store.landscape import Landscape

SHOP = Access(frozenset({"shop"}), True)


def ends(graph: Graph) -> set[tuple[str, str]]:
    return {(short(edge.source), short(edge.target)) for edge in graph.edges}


def test_what_is_next_to_something_visible_is_masked(land: Landscape) -> None:
    land.flow("shop.load", "orders", "totals")
    land.flow("hr.pay", "totals salaries", "paid")
    graph = ask(land, "totals", access=SHOP)
    assert names(graph) == {"totals", "shop.load", "orders", "masked:1"}
    assert graph.nodes["masked:1"].to_wire() == {"id": "masked:1", "type": "job", "masked": True}
    (edge,) = [edge for edge in graph.edges if edge.is_masked]
    assert edge.to_wire() == {"source": "dataset:s3://lake:totals", "target": "masked:1", "masked": True}


def test_a_way_through_hidden_jobs_stays_whole(land: Landscape) -> None:
    land.flow("shop.load", "", "a")
    land.flow("hr.one", "a", "b")
    land.flow("hr.two", "b", "c d")
    land.flow("shop.end", "c", "")
    graph = ask(land, "a", "downstream", access=SHOP)
    assert [node.type for node in graph.nodes.values()] == [
        "dataset",
        "job",
        "dataset",
        "job",
        "dataset",
        "job",
    ]
    assert sum(node.is_masked for node in graph.nodes.values()) == 3
    assert {"c", "shop.end"} <= names(graph)
    # d hangs on a masked job alone.
    assert len(graph.edges) == 5


def test_hidden_nodes_that_lead_nowhere_are_left_out(land: Landscape) -> None:
    land.flow("shop.load", "", "a")
    land.flow("hr.one", "a", "b")
    land.flow("hr.two", "b", "c")
    assert len(ask(land, "a", access=SHOP).nodes) == 3


@pytest.mark.parametrize("granularity", ["task", "dag"])
def test_a_root_that_may_not_be_seen_is_unknown(land: Landscape, granularity: str) -> None:
    land.flow("hr.pay", "salaries", "paid")
    for node in ("salaries", "hr.pay"):
        with pytest.raises(UnknownNode):
            ask(land, node, access=SHOP, granularity=granularity)


@pytest.mark.parametrize("granularity", ["task", "dag", "table", "run", "column"])
def test_a_root_that_may_not_be_seen_is_unknown_wherever_it_has_no_place(
    land: Landscape, granularity: str
) -> None:
    job = land.flow("hr.pay", "salaries", "paid")
    land.column(job, "salaries.amount", "paid.amount")
    ids = (
        "dataset:s3://lake:salaries",
        "job:airflow:hr.pay",
        "dag:airflow:hr",
        "column:s3://lake:paid:amount",
    )
    for node_id in ids:
        with pytest.raises(UnknownNode):
            ask(land, node_id, access=SHOP, granularity=granularity)


@pytest.mark.parametrize("granularity", ["task", "dag", "table", "run", "column"])
def test_a_masked_column_is_unknown_as_a_root(
    land: Landscape, granularity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = land.flow("shop.load", "orders", "totals")
    land.column(job, "orders.card", "totals.n")
    hidden = {land.dataset("orders"): frozenset({"card"})}
    monkeypatch.setattr(describe, "sensitive_columns", lambda ids, *, session: hidden)
    for dag_ids in (None, frozenset({"shop"})):
        with pytest.raises(UnknownNode):
            ask(land, "column:s3://lake:orders:card", access=Access(dag_ids, False), granularity=granularity)


@pytest.mark.parametrize("granularity", ["task", "dag", "table", "column"])
def test_what_is_hidden_takes_no_place_in_an_answer(land: Landscape, granularity: str) -> None:
    job = land.flow("shop.load", "orders", "totals lost")
    land.column(job, "orders.n", "totals.n")
    root = "column:s3://lake:orders:n" if granularity == "column" else "orders"
    before = ask(land, root, access=SHOP, granularity=granularity)
    most = len(before.nodes) + 1
    for number in range(30):
        source = f"d{number}" if number else "totals"
        hidden = land.flow(f"hr{number}.pay", source, f"d{number + 1}")
        land.column(hidden, f"{source}.n", f"d{number + 1}.n")
    graph = ask(land, root, access=SHOP, granularity=granularity, max_nodes=most, depth=70)
    assert not graph.truncated
    assert graph.nodes.keys() - {"masked:1"} == before.nodes.keys()
    assert ask(land, root, granularity=granularity, max_nodes=most).truncated
    few = ask(land, root, access=SHOP, granularity=granularity, max_nodes=1)
    assert len(few.nodes) == 1
    assert few.truncated
    assert few.edges == []


def test_an_answer_that_is_cut_has_the_nearest_nodes(land: Landscape) -> None:
    land.flow("shop.a", "orders", "b")
    land.flow("shop.b", "b", "c")
    graph = ask(land, "orders", "downstream", access=SHOP, max_nodes=3)
    assert names(graph) == {"orders", "shop.a", "b"}
    assert len(graph.edges) == 2
    assert graph.truncated
    assert not ask(land, "orders", "downstream", access=SHOP, max_nodes=5).truncated


def test_edges_of_tables_count_the_jobs_that_may_not_be_seen(land: Landscape) -> None:
    land.flow("shop.load", "a", "b", runs=3)
    land.flow("hr.load", "a", "b", runs=5)
    land.flow("shop.look", "c", "")
    land.flow("hr.alone", "b", "c")
    graph = ask(land, "a", "downstream", granularity="table", access=SHOP)
    first, second = graph.edges
    assert (first.jobs, first.masked_jobs, first.runs) == (("job:airflow:shop.load",), 1, 3)
    assert (second.jobs, second.masked_jobs, second.runs, second.first_seen) == ((), 1, None, None)


def test_dags_that_may_not_be_read_are_masked(land: Landscape) -> None:
    land.flow("shop.load", "", "a")
    land.flow("hr.one", "a", "b")
    graph = ask(land, "a", granularity="dag", access=SHOP)
    assert names(graph) == {"a", "dag:shop", "masked:1"}
    assert graph.nodes["masked:1"].type == "dag"


def test_columns_of_hidden_datasets_are_masked_one_by_one(land: Landscape) -> None:
    job = land.flow("shop.load", "a", "b")
    hidden = land.flow("hr.load", "b", "secret")
    land.column(job, "a.x", "b.x")
    land.column(hidden, "b.x", "secret.salary")
    graph = ask(land, "column:s3://lake:a:x", granularity="column", access=SHOP)
    assert names(graph) == {"column:a:x", "column:b:x", "masked:1"}
    assert graph.edges[-1].transformations is None


def test_sensitive_columns_are_masked(land: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    job = land.flow("shop.load", "people", "b")
    land.column(job, "people.ssn", "b.x")
    land.column(job, "people.name", "b.y")
    ids = {land.dataset("people"): frozenset({"ssn"})}
    monkeypatch.setattr(
        "airflow_lineage_provider.store.graph.describe.sensitive_columns", lambda wanted, *, session: ids
    )
    access = Access(frozenset({"shop"}), False)
    graph = ask(land, "b", granularity="column", access=access)
    assert names(graph) == {"column:b:x", "column:b:y", "column:people:name", "masked:1"}
    assert "ssn" not in json.dumps(graph.to_wire())
    with_links = ask(land, "b", columns=True, access=access)
    assert [link["input"]["column"] for link in with_links.columns] == ["name"]
    root = find_column(Key(False, land.dataset("people")), "ssn", session=land.session)
    with pytest.raises(UnknownNode):
        read_graph(root, granularity="column", access=access, session=land.session)
    assert "ssn" in json.dumps(ask(land, "b", columns=True, access=SHOP).to_wire())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_answer_names_what_may_not_be_seen(land: Landscape, data: Any) -> None:
    jobs = [f"dag{number}.task" for number in range(4)] + ["ext.one", "ext.two"]
    edges = data.draw(
        st.sets(
            st.tuples(st.sampled_from(jobs), st.integers(0, 5), st.sampled_from(["input", "output"])),
            min_size=4,
            max_size=16,
        )
    )
    access = Access(
        data.draw(st.frozensets(st.sampled_from([f"dag{n}" for n in range(4)]), min_size=1)), True
    )
    parent = data.draw(st.sampled_from([None, *jobs[:4]]))
    direction = data.draw(st.sampled_from(["upstream", "downstream", "both"]))
    granularity = data.draw(st.sampled_from(["task", "dag", "table", "column"]))
    with land.session.begin_nested() as savepoint:
        ids = {name: land.job(name, external=name.startswith("ext")) for name in jobs}
        land.set_parent(ids["ext.one"], ids[parent] if parent else None)
        tables = {f"table<{n}>": land.dataset(f"table<{n}>") for n in range(6)}
        for job, number, side in sorted(edges):
            land.edge(ids[job], tables[f"table<{number}>"], side)
        for job, number, side in sorted(edges):
            for other, target, other_side in sorted(edges):
                if job == other and (side, other_side) == ("input", "output"):
                    land.column(
                        ids[job], f"table<{number}>.column<{number}>", f"table<{target}>.column<{target}>"
                    )
        seen = visible_datasets(tables.values(), access, session=land.session)
        seen_jobs = visible_jobs(ids.values(), access, session=land.session)
        hidden = {name for name, row in tables.items() if row not in seen}
        hidden |= {name.replace("table", "column") for name in hidden}
        hidden |= {name for name, row in ids.items() if row not in seen_jobs}
        texts = []
        for row in sorted(seen):
            root = Key(False, row)
            graph = read_graph(
                root, direction, granularity=granularity, columns=True, access=access, session=land.session
            )
            assert all(edge.source in graph.nodes and edge.target in graph.nodes for edge in graph.edges)
            texts += [export_graph(graph, each) for each in EXPORT_FORMATS]
            if direction != "both" and granularity == "task":
                page = read_impact(root, direction, now=NOW, access=access, session=land.session)
                texts += [json.dumps(item.to_wire()) + repr(item.to_row()) for item in page.items]
        savepoint.rollback()
    found = {
        name for name in hidden for text in texts if name in text or name.partition(".")[0] + '"' in text
    }
    assert not found


NODES = st.integers(0, 7)


@given(
    edges=st.sets(st.tuples(NODES, NODES), max_size=14),
    visible=st.sets(NODES, min_size=1),
)
def test_what_is_kept_is_visible_or_near_or_between(edges: set[tuple[int, int]], visible: set[int]) -> None:
    reach = {(node, node) for node in range(8)} | edges
    for _ in range(8):
        reach |= {(a, d) for a, b in reach for c, d in edges if b == c}
    expected = {
        node
        for node in range(8)
        if node in visible
        or any((node, v) in edges or (v, node) in edges for v in visible)
        or (any((v, node) in reach for v in visible) and any((node, v) in reach for v in visible))
    }
    assert set(kept_nodes(range(8), lambda: edges, visible)) == expected

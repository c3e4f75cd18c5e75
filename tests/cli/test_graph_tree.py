from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.graph_tree import graph_lines
from airflow_lineage_provider.store.graph import Edge, Graph, Node


def graph(*edges: tuple[str, str], columns: dict[str, tuple[dict[str, Any], ...]] | None = None) -> Graph:
    """Names in capitals are jobs; the root is the first name."""
    made = Graph(root=edges[0][0])
    for name in dict.fromkeys(name for edge in edges for name in edge):
        made.nodes[name] = (
            Node(name, "job", "n", name, operator="a.b.Op")
            if name.isupper()
            else Node(name, "dataset", "n", name, columns=(columns or {}).get(name, ()))
        )
    made.edges = [Edge(source, target) for source, target in edges]
    return made


def test_branches_in_the_order_of_their_names() -> None:
    found = graph(
        ("a", "X"), ("a", "B"), ("X", "z"), ("X", "y"), columns={"y": ({"name": "id", "type": "int"},)}
    )
    assert list(graph_lines(found, "downstream", with_columns=True)) == [
        "dataset n a",
        "├─ job B [Op]",
        "└─ job X [Op]",
        "   ├─ dataset n y",
        "   │     · id int",
        "   └─ dataset n z",
    ]


def test_a_cycle_is_unfolded_once() -> None:
    assert list(graph_lines(graph(("a", "X"), ("X", "a")), "downstream", with_columns=False)) == [
        "dataset n a",
        "└─ job X [Op]",
        "   └─ dataset n a (see above)",
    ]


def test_a_diamond_is_unfolded_once() -> None:
    found = graph(("a", "X"), ("a", "Y"), ("X", "b"), ("Y", "b"), ("b", "Z"))
    lines = list(graph_lines(found, "downstream", with_columns=False))
    assert lines.count("   └─ dataset n b (see above)") == 1
    assert sum("job Z" in line for line in lines) == 1


def test_a_leaf_that_stands_twice_is_not_said_to_be_above() -> None:
    found = graph(("a", "X"), ("a", "Y"), ("X", "b"), ("Y", "b"))
    lines = list(graph_lines(found, "downstream", with_columns=False))
    assert [line.strip("│├└─ ") for line in lines].count("dataset n b") == 2


def test_a_long_chain_needs_no_recursion() -> None:
    edges = [
        (f"d{n}" if n % 2 == 0 else f"J{n}", f"J{n + 1}" if n % 2 == 0 else f"d{n + 1}") for n in range(2000)
    ]
    lines = list(graph_lines(graph(*edges), "downstream", with_columns=True))
    assert len(lines) == 2001
    assert lines[-1].strip() == "└─ dataset n d2000"


def test_many_columns_are_counted() -> None:
    columns = tuple({"name": f"c{n}"} for n in range(20))
    lines = list(graph_lines(graph(("a", "X"), columns={"a": columns}), "downstream", with_columns=True))
    assert lines[1].startswith("│  · c0, c1,")
    assert lines[1].endswith("c11, ... 8 more")


def test_a_graph_that_was_cut_off_says_so() -> None:
    found = graph(("a", "X"))
    found.truncated = True
    assert list(graph_lines(found, "both", with_columns=True))[-1] == "... cut off at 2 nodes"


def test_what_may_not_be_seen_has_no_name_in_the_tree() -> None:
    found = graph(("a", "X"))
    found.nodes["X"] = Node("X", "job", is_masked=True)
    assert list(graph_lines(found, "downstream", with_columns=True))[-1] == "└─ job (not to be seen)"


def test_columns_of_a_dataset_are_roots_each() -> None:
    made = Graph(root="dataset:n:t", granularity="column")
    for column in ("x", "y"):
        made.nodes[column] = Node(column, "column", "n", column, dataset="dataset:n:t")
    made.nodes["z"] = Node("z", "column", "n", "z", dataset="dataset:n:s")
    made.edges = [Edge("z", "x")]
    assert list(graph_lines(made, "upstream", with_columns=False)) == ["t.x", "└─ s.z", "t.y"]

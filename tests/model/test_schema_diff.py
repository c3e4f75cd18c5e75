"""Changes between two lists of columns."""

from __future__ import annotations

from hypothesis import given, strategies as st

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.schema_diff import ChangeKind, apply_changes, diff_columns

names = st.sampled_from(["a", "b", "c", "d", "e", "ä", ""])
columns = st.lists(
    st.builds(
        Column,
        names,
        st.none() | st.sampled_from(["int", "text"]),
        st.none() | st.booleans(),
        st.none() | st.just("said"),
    ),
    max_size=9,
)


def kinds(before: list[Column], after: list[Column]) -> list[tuple[str, str]]:
    return [(change.kind.value, change.name) for change in diff_columns(before, after)]


@given(columns, columns)
def test_applying_the_changes_to_the_old_gives_the_new(before: list[Column], after: list[Column]) -> None:
    assert apply_changes(before, diff_columns(before, after)) == after


@given(columns)
def test_nothing_changed_is_no_change(before: list[Column]) -> None:
    assert diff_columns(before, before) == ()


@given(columns, columns)
def test_the_way_back_has_what_the_way_there_has(before: list[Column], after: list[Column]) -> None:
    there, back = diff_columns(before, after), diff_columns(after, before)
    count = [change.kind for change in there].count
    opposite = [change.kind for change in back].count
    assert count(ChangeKind.ADDED) == opposite(ChangeKind.REMOVED)
    assert count(ChangeKind.TYPE_CHANGED) == opposite(ChangeKind.TYPE_CHANGED)
    assert count(ChangeKind.MOVED) == opposite(ChangeKind.MOVED)


def test_each_kind_of_change_is_named() -> None:
    before = [Column("id", "int"), Column("name", "text"), Column("old"), Column("note", "text")]
    after = [
        Column("id", "bigint"),
        Column("name", "text", description="x"),
        Column("note", "text"),
        Column("n"),
    ]
    assert kinds(before, after) == [
        ("removed", "old"),
        ("type_changed", "id"),
        ("changed", "name"),
        ("added", "n"),
    ]


def test_one_column_that_goes_to_the_front_is_one_move() -> None:
    letters = [Column(name) for name in "abcdef"]
    assert kinds(letters, [letters[5], *letters[:5]]) == [("moved", "f")]


def test_a_column_may_change_and_move() -> None:
    before = [Column("a"), Column("b"), Column("c", "int")]
    assert kinds(before, [Column("c", "text"), Column("a"), Column("b")]) == [
        ("type_changed", "c"),
        ("moved", "c"),
    ]

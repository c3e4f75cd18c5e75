from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange, compare
from airflow_lineage_provider.contracts.promise import ColumnPromise, Promise, promise_of
from airflow_lineage_provider.model.io_entry import Column
from tests.contracts.contracts_of_any_shape import CONTRACTS
from tests.cpu_time import cpu_below

KEY = ColumnPromise("id", physical_type="bigint", key_position=1, is_required=True)


def promise(*columns: ColumnPromise) -> Promise:
    return Promise("t", columns=columns)


def only(changes: tuple[ColumnChange, ...]) -> ColumnChange:
    assert len(changes) == 1
    return changes[0]


def test_a_change_says_what_was_promised_and_what_is_there() -> None:
    change = only(
        compare(promise(ColumnPromise("a", physical_type="int")), [Column("a", "bigint")], "postgres")
    )
    assert (change.kind, change.column, change.was, change.now) == (
        ChangeKind.WIDENED,
        "a",
        "int",
        "bigint",
    )
    assert change.message == "column a is bigint, which holds values that int in the contract does not"
    assert change.is_certain


def test_a_rename_is_a_guess() -> None:
    change = only(compare(promise(ColumnPromise("order_id")), [Column("orderid")], "postgres"))
    assert (change.kind, change.was, change.now, change.is_certain) == (
        ChangeKind.RENAMED,
        "order_id",
        "orderid",
        False,
    )


def test_a_column_that_took_the_place_of_an_untyped_one_may_be_another() -> None:
    changes = compare(
        promise(ColumnPromise("a"), ColumnPromise("b")), [Column("a", "int"), Column("z", "int")], "postgres"
    )
    assert [change.kind for change in changes] == [ChangeKind.MISSING, ChangeKind.UNDECLARED]


def test_a_deprecated_column_is_no_candidate_for_a_rename() -> None:
    old = ColumnPromise("order_id", physical_type="int", is_deprecated=True)
    changes = compare(promise(old), [Column("orderid", "int")], "postgres")
    assert [change.kind for change in changes] == [ChangeKind.DEPRECATED_GONE, ChangeKind.UNDECLARED]


@pytest.mark.parametrize(
    ("nullable", "kind"),
    [(True, ChangeKind.KEY_LOOSENED), (None, ChangeKind.NULLABILITY_UNKNOWN)],
)
def test_one_change_is_told_of_the_nulls_of_a_key(nullable: bool | None, kind: ChangeKind) -> None:
    assert only(compare(promise(KEY), [Column("id", "bigint", nullable)], "postgres")).kind is kind


def test_two_columns_that_differ_in_letters_only_are_not_taken_for_one() -> None:
    changes = compare(promise(ColumnPromise("ID")), [Column("id"), Column("Id")], "bigquery")
    assert next(change.kind for change in changes) is ChangeKind.MISSING
    assert compare(promise(ColumnPromise("Id")), [Column("id"), Column("Id")], "bigquery")[0].column == "id"


def test_a_column_is_given_to_one_promise_only() -> None:
    changes = compare(promise(ColumnPromise("Id"), ColumnPromise("id")), [Column("id")], "mysql")
    assert [change.kind for change in changes] == [ChangeKind.MISSING]


def test_a_quoted_name_of_a_contract_is_exact() -> None:
    assert compare(promise(ColumnPromise('"Order"')), [Column("Order")], "postgres") == ()
    assert compare(promise(ColumnPromise('"Order"')), [Column("order")], "postgres")


NESTED = (
    ColumnPromise("o", logical_type="object"),
    ColumnPromise("o.items", logical_type="array", parent="o"),
    ColumnPromise("o.items[]", logical_type="object", parent="o.items"),
    ColumnPromise("o.items[].price", physical_type="double", parent="o.items[]"),
)


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        ([Column("o", "struct<items:array<struct<price:double>>>")], []),
        ([Column("o", "struct<items:array<struct<price:float>>>")], [("narrowed", "o.items[].price")]),
        ([Column("o", "struct<items:array<struct<cost:double>>>")], [("missing", "o.items[].price"), ("undeclared", "o.items[].cost")]),
        ([Column("o", "struct<items:string>")], [("type_changed", "o.items")]),
        ([Column("o", "string")], [("type_changed", "o")]),
        ([Column("o", None)], [("type_unknown", "o")]),
        ([Column("o", "struct"), Column("o.items", "array"), Column("o.items.price", "double")], []),
        ([Column("o", "struct"), Column("o.items", "array"), Column("o.items.cost", "double")],
         [("missing", "o.items[].price"), ("undeclared", "o.items.cost")]),
        ([], [("missing", "o")]),
    ],
)  # fmt: skip
def test_what_is_nested_in_columns(columns: list[Column], kinds: list[tuple[str, str]]) -> None:
    changes = compare(promise(*NESTED), columns, "databricks")
    assert [(change.kind.value, change.column) for change in changes] == kinds


def test_the_inside_of_an_undeclared_column_or_of_one_without_promises_inside_is_not_told() -> None:
    columns = [Column("a", "struct"), Column("a.b", "int"), Column("n", "struct"), Column("n.m", "int")]
    changes = compare(promise(ColumnPromise("a", logical_type="object")), columns, "databricks")
    assert [(change.kind, change.column) for change in changes] == [(ChangeKind.UNDECLARED, "n")]


def test_a_fold_of_a_dialect_that_nobody_knows_is_none() -> None:
    assert compare(promise(ColumnPromise("A", logical_type="integer")), [Column("a", "int64")], None) == ()


COLUMNS = st.lists(
    st.builds(
        Column,
        st.sampled_from(["a", "b", "Order", "order", "order_id", "x.y", "x", "a.b", "ä", ""]),
        st.one_of(
            st.none(),
            st.sampled_from(["int", "bigint", "text", "struct<a:int>", "array<int>", "odd|one", ""]),
        ),
        st.one_of(st.none(), st.booleans()),
    ),
    max_size=5,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    CONTRACTS, COLUMNS, st.sampled_from([None, "postgres", "snowflake", "bigquery", "databricks", "nonsense"])
)
def test_nothing_raises_and_each_promise_is_told_of_at_most_once_by_kind(
    contract: dict[str, Any], columns: list[Column], dialect: str | None
) -> None:
    for schema in contract.get("schema", ()):
        found = promise_of(contract, schema["name"])
        assert found is not None
        changes = compare(found, columns, dialect)
        undeclared = [change for change in changes if change.kind is ChangeKind.UNDECLARED]
        assert len(undeclared) <= len(columns) * 3
        assert all(change.message for change in changes)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTRACTS)
def test_a_table_that_is_what_the_contract_says_is_no_change(contract: dict[str, Any]) -> None:
    for schema in contract.get("schema", ()):
        found = promise_of(contract, schema["name"])
        assert found is not None
        tops = [one for one in found.columns if one.parent is None]
        if len({one.name for one in tops}) < len(tops) or len(tops) < len(found.columns):
            continue
        if any(one.options and not one.physical_type for one in tops):
            continue  # a text is more than a string of at most so many characters
        types = {"string": "text", "integer": "bigint", "number": "numeric", "timestamp": "timestamp"}
        columns = [
            Column(one.name, one.physical_type or types.get(one.logical_type or ""), False) for one in tops
        ]
        kinds = {change.kind for change in compare(found, columns, "postgres")}
        assert kinds <= {ChangeKind.TYPE_UNKNOWN}


def test_a_thousand_datasets_take_much_less_than_a_second() -> None:
    names = ["integer", "character varying(64)", "timestamp with time zone", "numeric(10,2)", "text"] * 6
    said = ["int", "varchar(64)", "timestamptz", "numeric(12,2)", "text"] * 6
    promised = promise(
        *(ColumnPromise(f"column_{n}", physical_type=kind, is_required=True) for n, kind in enumerate(said))
    )
    columns = [Column(f"column_{n}", kind, False) for n, kind in enumerate(names)]
    assert len(compare(promised, columns, "postgres")) == 6
    cpu_below(1, lambda: [compare(promised, columns, "postgres") for _ in range(1_000)])

from __future__ import annotations

from dataclasses import replace

from airflow_lineage_provider.contracts.compatibility import ChangeKind
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.column_rule import ColumnRule
from airflow_lineage_provider.governance.rules.comparison import Comparisons
from airflow_lineage_provider.model.io_entry import Column
from tests.governance.rules.speak import results, say
from tests.governance.rules.well import NOW, PROMISE, WELL, contract, promise, schema, without, world

COLUMN_RULES = [rule for rule in RULES if isinstance(rule, ColumnRule)]


def test_every_kind_of_change_has_exactly_one_rule() -> None:
    spoken = [kind for rule in COLUMN_RULES for kind in (*rule.kinds, *rule.mild, rule.unknown) if kind]

    assert sorted(spoken) == sorted(ChangeKind)


def test_each_column_is_a_finding_of_its_own() -> None:
    found = say("column-missing", world(schema=replace(schema(), columns=(Column("id", "integer", False),))))

    assert [violation.subject for violation in found] == ["amount", "email"]
    assert (
        "contract orders 1.2.0; columns as shop_load.orders saw them at 2026-06-15 11:00 UTC"
        in found[0].message
    )


def test_a_deprecated_column_that_is_gone_only_warns() -> None:
    columns = (*PROMISE.columns[:2], replace(PROMISE.columns[2], is_deprecated=True))

    assert results("column-missing", contracts=promise(columns=columns), schema=without("email")) == ["warn"]


def test_a_renamed_column_names_what_it_may_be_called_now() -> None:
    (violation,) = say(
        "column-renamed", world(schema=without("email", Column("e_mail", "character varying(64)")))
    )

    assert (violation.subject, violation.evidence["now"]) == ("email", "e_mail")
    assert "renamed to e_mail?" in violation.message


def test_types_that_cannot_be_read_are_one_unknown_finding() -> None:
    odd = schema(Column("amount", "frob<x>>"), Column("email", "wibble!!"), Column("id", "zork", False))
    (violation,) = say("column-type-changed", world(schema=odd))

    assert (violation.result.value, violation.subject) == ("unknown", "")
    assert violation.evidence["columns"] == ["id", "amount", "email"]


def test_nulls_that_nobody_knows_of_are_one_unknown_finding() -> None:
    columns = tuple(replace(column, is_required=True) for column in PROMISE.columns)
    found = say(
        "required-nullable", world(contracts=promise(columns=columns), schema=schema(Column("id", "integer")))
    )

    assert [violation.result.value for violation in found] == ["unknown"]
    assert set(found[0].evidence["columns"]) == {"id", "amount", "email"}


def test_another_column_breaks_only_a_closed_schema() -> None:
    more = schema(Column("coupon", "text"))

    assert results("column-undeclared", schema=more) == []
    assert results("column-undeclared", contracts=promise(is_closed=True), schema=more) == ["fail"]


def test_without_columns_on_both_sides_nothing_is_compared() -> None:
    for rule in COLUMN_RULES:
        assert results(rule.id, schema=None) == []
        assert results(rule.id, contracts=()) == []
        assert results(rule.id, contracts=contract(promise=None)) == []
        assert results(rule.id, contracts=promise(columns=(), is_closed=True)) == []
        assert results(rule.id, contracts=contract(status="retired"), schema=without("email")) == []


def test_a_schema_that_was_not_observed_is_unknown_only_if_columns_are_declared() -> None:
    assert results("schema-unknown", schema=None) == ["unknown"]
    assert results("schema-unknown", schema=None, contracts=promise(columns=())) == []
    assert results("schema-stale", schema=None) == []


def test_a_schema_is_stale_after_its_days() -> None:
    old = schema(at=NOW.replace(month=5, day=31))  # 15 days

    assert results("schema-stale", schema=old) == []
    assert results("schema-stale", schema=old, options={"days": 15}) == []
    assert results("schema-stale", schema=old, options={"days": 14}) == ["fail"]
    assert results("schema-stale", schema=old, options={"days": 14}, contracts=promise(columns=())) == []


def test_rules_share_one_comparison_of_a_dataset() -> None:
    comparisons = Comparisons()
    other = replace(WELL, schema=without("email"))

    assert comparisons.of(WELL) is comparisons.of(WELL)
    assert [change.kind for change in comparisons.of(other)] == [ChangeKind.MISSING]
    assert comparisons.of(WELL) == ()


def test_the_same_contract_and_columns_are_compared_once_whoever_judges() -> None:
    changed = replace(WELL, schema=without("email"))
    first = Comparisons().of(changed)
    assert Comparisons().of(replace(WELL, schema=without("email"))) is first
    for column in ("id", "email"):
        again = replace(WELL, schema=without(column))
        (change,) = Comparisons().of(again)
        assert change.column == column
    other_dialect = Comparisons().of(replace(changed, dialect=None))
    assert [change.kind for change in other_dialect] == [change.kind for change in first]

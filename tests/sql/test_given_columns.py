from __future__ import annotations

import re

import pytest

from airflow_lineage_provider.sql.given_columns import given_columns
from airflow_lineage_provider.sql.statement import Table


def test_a_name_without_schema_stands_for_any_and_the_longest_wins() -> None:
    columns_of = given_columns(["t=a,b", "s.t=c"], "postgres")
    assert columns_of(Table("db", "r", "t")) == ("a", "b")
    assert columns_of(Table("db", "s", "t")) == ("c",)
    assert columns_of(Table(None, None, "t")) == ("a", "b")
    assert columns_of(Table(None, "t", "u")) is None


def test_names_have_the_letter_case_of_the_dialect() -> None:
    columns_of = given_columns(['orders=id, "Total"'], "snowflake")
    assert columns_of(Table(None, "PUBLIC", "ORDERS")) == ("ID", "Total")
    assert columns_of(Table(None, "PUBLIC", "orders")) is None


def test_quoted_parts_may_hold_signs() -> None:
    columns_of = given_columns(['"a=b"."c.d"="x,y"'], "postgres")
    assert columns_of(Table(None, "a=b", "c.d")) == ("x,y",)


@pytest.mark.parametrize("text", ["", "t", "t=", "=a", "t=a,", "t=,a", "t=a b", "t=a;", "a.b.c.d=x", "'t'=a"])
def test_what_is_not_in_the_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text or " ")):
        given_columns([text or " "], "postgres")

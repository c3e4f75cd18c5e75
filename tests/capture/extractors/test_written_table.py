from __future__ import annotations

import pytest

from airflow_lineage_provider.capture.extractors.written_table import written_table
from airflow_lineage_provider.model.connection import ConnectionIdentity

POSTGRES = ConnectionIdentity("c", "postgres", host="db", database="shop")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("orders", "shop.public.orders"),
        ("Orders", "shop.public.orders"),
        ('"Orders"', "shop.public.Orders"),
        (' raw . "Or.ders" ', "shop.raw.Or.ders"),
        ("a.b.c", "a.b.c"),
    ],
)
def test_a_table_is_spelled_as_in_sql(text: str, name: str) -> None:
    found = written_table(POSTGRES, text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", ".a", "a.", "a.b.c.d", '"a', 'a."b', 'a"b', '""', "[a", "`"]
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert written_table(POSTGRES, text) is None

"""Names by a part of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import literal, select

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store import search as search_module
from airflow_lineage_provider.store.graph.root import find_root
from airflow_lineage_provider.store.search import Hit, HitType, Place, search
from airflow_lineage_provider.store.text_match import contains, equals, starts_with
from tests.store.chronicle import Chronicle
from tests.store.landscape import JOBS, LAKE
from tests.store.test_run_detail import VIEWER, tag_column

words = st.text(st.sampled_from("aAb%_/\\'\"[]*? ."), max_size=6)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def hits(
    chronicle: Chronicle, text: str, access: Access = FULL_ACCESS, *, limit: int = 100, **asked: Any
) -> list[Hit]:
    """Hits of all pages."""
    found: list[Hit] = []
    after: Place | None = None
    while True:
        page = search(text, access, after=after, limit=limit, session=chronicle.session, **asked)
        assert len(page.hits) <= limit
        found += page.hits
        if page.next_place is None:
            return found
        after = page.next_place


def named(found: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.type.value, hit.name) for hit in found]


def test_exact_names_come_before_beginnings_before_parts_before_namespaces(chronicle: Chronicle) -> None:
    for name in ("old_orders", "orders_new", "ORDERS", "x"):
        chronicle.dataset(name)
    assert named(hits(chronicle, "Orders")) == [
        ("dataset", "ORDERS"),
        ("dataset", "orders_new"),
        ("dataset", "old_orders"),
    ]
    assert len(hits(chronicle, "s3://LAKE")) == 4


def test_each_type_is_found_and_may_be_asked_for(chronicle: Chronicle) -> None:
    chronicle.run("sales.load", writes=("sales",), columns={"sales": {"sales_id": "int", "x": "int"}})
    found = hits(chronicle, "sales")
    assert named(found) == [
        ("dataset", "sales"),
        ("dag", "sales"),
        ("job", "sales.load"),
        ("column", "sales"),
    ]
    assert found[3].columns == ("sales_id",)
    assert found[0].node_id == f"dataset:{LAKE}:sales"
    assert found[1].node_id == f"dag:{JOBS}:sales"
    assert found[2].node_id == f"job:{JOBS}:sales.load"
    assert found[3].node_id == found[0].node_id
    for type_ in HitType:
        assert {hit.type for hit in hits(chronicle, "sales", types=[type_])} == {type_}


def test_whatever_is_found_is_a_node_of_the_graph(chronicle: Chronicle) -> None:
    chronicle.run("sales.load", writes=("sales",), columns={"sales": {"sales_id": "int"}})
    for hit in hits(chronicle, "sales"):
        assert hit.node_id is not None
        find_root(hit.node_id, session=chronicle.session)


def test_pages_together_are_the_whole_answer(chronicle: Chronicle) -> None:
    for number in range(4):
        name = f"unit{number}" if number % 2 else f"a_unit{number}"
        chronicle.run(f"{name}.unit", writes=(name,), columns={name: {"unit": "int", f"unit{number}": "int"}})
    chronicle.dataset("unit")
    whole = hits(chronicle, "unit")
    assert len(whole) == 17
    assert [hit.place for hit in whole] == sorted(hit.place for hit in whole)
    for limit in (1, 2, 3, 5, 16, 17):
        assert hits(chronicle, "unit", limit=limit) == whole


def test_a_namespace_narrows(chronicle: Chronicle) -> None:
    chronicle.run("shop.load", writes=("shop",), columns={"shop": {"shop": "int"}})
    assert {hit.type.value for hit in hits(chronicle, "shop", namespace=LAKE)} == {"dataset", "column"}
    assert {hit.type.value for hit in hits(chronicle, "shop", namespace=JOBS)} == {"job", "dag"}


@pytest.mark.parametrize("text", ["type", "name", "int", '"', "},{", "says"])
def test_the_words_around_column_names_are_no_columns(chronicle: Chronicle, text: str) -> None:
    chronicle.run(writes=("t",), columns={"t": {"id": "int", 'says "name":"x"': "int"}})
    expected = [("column", "t")] if text in 'says "name":"x"' else []
    assert named(hits(chronicle, text, types=[HitType.COLUMN])) == expected


def test_an_exact_column_comes_first(chronicle: Chronicle) -> None:
    for name, column in (("a", "my_email"), ("b", "email_2"), ("c", "eMail")):
        chronicle.run(writes=(name,), columns={name: {"id": "int", column: "text"}})
    assert [hit.name for hit in hits(chronicle, "email")] == ["c", "b", "a"]


def test_letters_beyond_ascii_are_found(chronicle: Chronicle) -> None:
    chronicle.dataset("größe")
    chronicle.dataset("ÜBER")
    assert [hit.name for hit in hits(chronicle, "größe")] == ["größe"]
    assert [hit.name for hit in hits(chronicle, "Über")] == ["ÜBER"]


def test_what_may_not_be_seen_is_not_found_and_pages_are_full(chronicle: Chronicle) -> None:
    for number in range(6):
        chronicle.run(f"payroll.unit{number}", writes=(f"unit_p{number}",))
        chronicle.run(f"shop.unit{number}", writes=(f"unit_s{number}",))
    page = search("unit", VIEWER, types=[HitType.DATASET], limit=4, session=chronicle.session)
    assert [hit.name for hit in page.hits] == [f"unit_s{number}" for number in range(4)]
    found = hits(chronicle, "unit", VIEWER, limit=3)
    assert len(found) == 12
    assert "payroll" not in str(found)
    assert hits(chronicle, "payroll", VIEWER) == []


def test_a_sensitive_column_cannot_be_searched_for(chronicle: Chronicle) -> None:
    chronicle.run(writes=("customers",), columns={"customers": {"tax_no": "text", "tax_office": "text"}})
    tag_column(chronicle, "customers", "tax_no")
    assert hits(chronicle, "tax_no", VIEWER) == []
    assert [hit.columns for hit in hits(chronicle, "tax", VIEWER)] == [("tax_office",)]
    assert [hit.columns for hit in hits(chronicle, "tax")] == [("tax_no", "tax_office")]


def test_a_page_without_hits_tells_nothing_of_what_is_hidden(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "ROUNDS", (2, 3))
    chronicle.run("shop.load", writes=("unit_first",))
    for number in range(9):
        chronicle.run(f"payroll.unit{number}", writes=(f"unit_p{number}",))
    chronicle.run("shop.load", writes=("unit_last",))
    for text in ("unit_p", "unit", "nothing"):
        page = search(text, VIEWER, types=[HitType.DATASET], limit=1, session=chronicle.session)
        assert page.next_place is None, text
        assert [hit.name for hit in page.hits] == (["unit_first"] if text == "unit" else [])
    monkeypatch.setattr(search_module, "ROUNDS", (2, 30))
    (first, last) = hits(chronicle, "unit", VIEWER, types=[HitType.DATASET], limit=1)
    assert (first.name, last.name) == ("unit_first", "unit_last")


def test_masked_columns_leave_no_cursor_behind(chronicle: Chronicle) -> None:
    for number in range(4):
        name = f"customers{number}"
        chronicle.run("shop.load", writes=(name,), columns={name: {"tax_no": "text"}})
        tag_column(chronicle, name, "tax_no")
    for access in (VIEWER, Access(None, has_sensitive=False)):
        page = search("tax", access, types=[HitType.COLUMN], limit=1, session=chronicle.session)
        assert (page.hits, page.next_place) == ((), None)


def test_of_a_store_that_is_too_large_the_newest_names_are_searched(
    chronicle: Chronicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        chronicle.dataset(f"unit{number}")
    monkeypatch.setattr(search_module, "MOST_EXAMINED", 2)
    page = search("unit", FULL_ACCESS, types=[HitType.DATASET], limit=9, session=chronicle.session)
    assert [hit.name for hit in page.hits] == ["unit3", "unit4"]
    assert page.is_truncated


@given(name=words, text=words)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_wildcards_stand_for_themselves(db: Any, name: str, text: str) -> None:
    row = db.execute(
        select(contains(literal(name), text), starts_with(literal(name), text), equals(literal(name), text))
    ).one()
    low, part = name.lower(), text.lower()
    assert [bool(value) for value in row] == [part in low, low.startswith(part), low == part]

from __future__ import annotations

from sqlalchemy import bindparam, select

from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.graph.plain_rows import plain_rows
from tests.store.landscape import Landscape

QUERY = (
    select(DATASET.c.id, DATASET.c.name).where(DATASET.c.name != bindparam("other")).order_by(DATASET.c.id)
)


def test_rows_of_the_transaction_as_tuples(land: Landscape) -> None:
    one, _, three = (land.dataset(name) for name in ("a", "b", "zürich"))
    rows = plain_rows(QUERY, {"other": "b"}, session=land.session)
    assert list(rows) == [(one, "a"), (three, "zürich")]
    assert {type(row) for row in rows} == {tuple}


def test_nothing_is_no_rows(land: Landscape) -> None:
    assert not plain_rows(QUERY, {"other": "b"}, session=land.session)

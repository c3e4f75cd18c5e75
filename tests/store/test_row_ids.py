from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import StatementError

from airflow_lineage_provider.model.dataset_id import identity_digest
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.row_ids import CHUNK, chunks, in_digests, in_ids
from tests.store.landscape import LAKE, Landscape

QUERY = select(DATASET.c.id).where(in_ids(DATASET.c.id), DATASET.c.namespace != "x").order_by(DATASET.c.id)

BY_DIGEST = select(DATASET.c.id).where(in_digests(DATASET.c.digest)).order_by(DATASET.c.id)


@pytest.fixture
def land(db: Any) -> Landscape:
    return Landscape(db)


def test_the_rows_that_are_asked_for(land: Landscape) -> None:
    one, two, _ = (land.dataset(name) for name in "abc")
    assert land.session.scalars(QUERY, {"ids": [one, two, 10**12]}).all() == [one, two]
    assert land.session.scalars(QUERY, {"ids": []}).all() == []


def test_more_than_any_database_takes_as_parameters(land: Landscape) -> None:
    one = land.dataset("a")
    assert land.session.scalars(QUERY, {"ids": [one, *range(10**6, 10**6 + 70_000)]}).all() == [one]


@pytest.mark.parametrize("text", ["1); DROP TABLE x; --", None, 1.5])
def test_what_is_no_number_gets_into_no_statement(land: Landscape, text: Any) -> None:
    with pytest.raises(StatementError):
        land.session.scalars(QUERY, {"ids": [text]})


def test_the_digests_that_are_asked_for(land: Landscape) -> None:
    one, two, _ = (land.dataset(name) for name in "abc")
    digests = [identity_digest(LAKE, name) for name in "ab"]
    others = [identity_digest(LAKE, str(number)) for number in range(5_000)]
    assert land.session.scalars(BY_DIGEST, {"digests": [*others, *digests]}).all() == [one, two]
    assert land.session.scalars(BY_DIGEST, {"digests": []}).all() == []


@pytest.mark.parametrize("text", ["x') OR ('1' = '1", "ab'", "a,b", "{", None, 7])
def test_what_is_no_digest_gets_into_no_statement(land: Landscape, text: Any) -> None:
    with pytest.raises(StatementError):
        land.session.scalars(BY_DIGEST, {"digests": ["ab", text]})


def test_mysql_reads_it() -> None:
    compiled = QUERY.params(ids=[1, 2]).compile(
        dialect=mysql.dialect(), compile_kwargs={"render_postcompile": True}
    )
    assert "lineage_dataset.id  IN (1,2)) AND" in str(compiled)
    compiled = BY_DIGEST.params(digests=["1a", "2b"]).compile(
        dialect=mysql.dialect(), compile_kwargs={"render_postcompile": True}
    )
    assert "lineage_dataset.digest  IN ('1a','2b') ORDER" in str(compiled).replace(" \n", " ")


def test_chunks_are_the_whole() -> None:
    ids = range(CHUNK * 2 + 5)
    assert [len(part) for part in chunks(ids)] == [CHUNK, CHUNK, 5]

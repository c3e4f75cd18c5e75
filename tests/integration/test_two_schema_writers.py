"""Two servers see new columns of one dataset in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.datasets import dataset_ids
from airflow_lineage_provider.store.schemas import record_schemas
from tests.airflow_rows import NOW
from tests.databases import empty
from tests.store.stories import dataset, rows


@pytest.fixture
def engine(postgres_engine: Any) -> Iterator[Any]:
    empty(postgres_engine)
    yield postgres_engine
    empty(postgres_engine)


def test_they_make_one_version_of_the_same_change(engine: Any) -> None:
    with Session(engine) as session, session.begin():
        (dataset_id,) = dataset_ids([dataset("t")], now=NOW, session=session).values()

    def write(session: Session, run_id: int) -> None:
        columns = {dataset_id: (Column("id", "integer"),)}
        record_schemas(columns, at=NOW, run_id=run_id, session=session)

    def second() -> None:
        with Session(engine) as session, session.begin():
            write(session, 2)

    thread = threading.Thread(target=second)
    with Session(engine) as session, session.begin():
        write(session, 1)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits for the first
    thread.join(timeout=30)
    with Session(engine) as session:
        assert len(rows(session, "lineage_dataset_schema")) == 1

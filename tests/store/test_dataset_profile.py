"""A dataset on one page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store import contracts
from airflow_lineage_provider.store.contracts import BoundSchema
from airflow_lineage_provider.store.dataset_profile import DatasetProfile, read_profile
from airflow_lineage_provider.store.datasets import add_aliases
from airflow_lineage_provider.store.found_dataset import (
    UnknownDataset,
    dataset_named,
    dataset_of_node,
)
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.counted import counted
from tests.store.landscape import LAKE
from tests.store.stories import dataset
from tests.store.test_run_detail import VIEWER, tag_column

DAY = timedelta(days=1)


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    return Chronicle(db)


def profile(
    chronicle: Chronicle, name: str = "orders", access: Access = FULL_ACCESS, now: datetime = NOW
) -> DatasetProfile:
    found = dataset_named(LAKE, name, access, session=chronicle.session)
    return read_profile(found, access, now=now, session=chronicle.session)


def test_a_profile_names_everything_next_to_the_dataset(chronicle: Chronicle) -> None:
    orders = chronicle.dataset("orders")
    run_id = chronicle.run("shop.load", writes=("orders",), columns={"orders": {"id": "int"}}, rows=4)
    chronicle.run("shop.report", reads=("orders",))
    add_aliases([(dataset("bestellungen"), orders, "symlink")], now=NOW, session=chronicle.session)
    binding = BoundSchema("orders", dataset("bestellungen"), "server")
    data = {"id": "c1", "version": "1.2.0", "apiVersion": "v3.1.0", "status": "active"}
    contracts.save(data, [binding], source=None, applied_by=None, now=NOW, session=chronicle.session)
    found = profile(chronicle)
    assert (found.namespace, found.name) == (LAKE, "orders")
    assert [(alias.name, alias.origin) for alias in found.aliases] == [("bestellungen", "symlink")]
    assert [column.name for column in found.columns] == ["id"]
    assert [(contract.contract_id, contract.version) for contract in found.contracts] == [("c1", "1.2.0")]
    (writer,) = found.writers.jobs
    assert writer.task_id == "load"
    assert writer.last_run is not None
    assert writer.last_run.id == run_id
    assert [reader.task_id for reader in found.readers.jobs] == ["report"]
    assert [(count.run_id, count.rows) for count in found.trend] == [(run_id, 4)]


def test_the_usual_interval_is_the_median_of_dag_runs_and_not_of_mapped_tasks(chronicle: Chronicle) -> None:
    for day in range(6):
        for index in range(3):
            at = NOW + DAY * day + timedelta(seconds=index)
            chronicle.run(writes=("orders",), dag_run_id=day + 1, map_index=index, at=at)
    last = NOW + DAY * 5 + timedelta(seconds=2)
    on_time = profile(chronicle, now=last + DAY * 1.4).freshness
    assert on_time.last_written_at == last
    assert on_time.usual_interval == DAY.total_seconds()
    assert on_time.expected_at == last + DAY
    assert on_time.is_late is False
    assert profile(chronicle, now=last + DAY * 1.6).freshness.is_late is True


def test_failed_writes_make_nothing_fresh(chronicle: Chronicle) -> None:
    chronicle.run(writes=("orders",), state="failed")
    found = profile(chronicle).freshness
    assert (found.last_written_at, found.usual_interval, found.is_late) == (None, None, None)


def test_what_was_written_twice_has_no_usual_interval(chronicle: Chronicle) -> None:
    for day in range(2):
        chronicle.run(writes=("orders",), at=NOW + DAY * day)
    found = profile(chronicle).freshness
    assert found.last_written_at == NOW + DAY
    assert found.is_late is None


def test_the_trend_has_the_newest_writes_that_were_counted(chronicle: Chronicle) -> None:
    for day in range(30):
        chronicle.run(writes=("orders",), rows=day if day % 2 else None, at=NOW + DAY * day)
    trend = profile(chronicle).trend
    assert [count.rows for count in trend] == list(range(29, 0, -2))


def test_a_restricted_reader_sees_own_jobs_and_the_number_of_others(chronicle: Chronicle) -> None:
    chronicle.run("payroll.load", writes=("orders",), columns={"orders": {"id": "int", "pay": "int"}}, rows=9)
    chronicle.run("shop.report", reads=("orders",))
    chronicle.run("payroll.report", reads=("orders",))
    tag_column(chronicle, "orders", "pay")
    found = profile(chronicle, access=VIEWER)
    assert (len(found.writers.jobs), found.writers.total, found.writers.masked) == (0, 1, 1)
    assert [reader.dag_id for reader in found.readers.jobs] == ["shop"]
    assert found.readers.masked == 1
    assert found.trend == ()
    assert [(column.name, column.is_masked) for column in found.columns] == [("id", False), (None, True)]
    assert "payroll" not in str(found)


def test_a_dataset_that_may_not_be_seen_is_unknown(chronicle: Chronicle) -> None:
    chronicle.run("payroll.load", writes=("salaries",))
    with pytest.raises(UnknownDataset):
        profile(chronicle, "salaries", VIEWER)
    with pytest.raises(UnknownDataset):
        dataset_of_node(f"dataset:{LAKE}:salaries", VIEWER, session=chronicle.session)
    assert (
        dataset_of_node(f"dataset:{LAKE}:salaries", FULL_ACCESS, session=chronicle.session).name == "salaries"
    )


def test_a_dataset_is_found_by_an_alias_and_through_many_colons(chronicle: Chronicle) -> None:
    orders = chronicle.dataset("a:b:c")
    add_aliases([(dataset("alias"), orders, "symlink")], now=NOW, session=chronicle.session)
    for node in (f"dataset:{LAKE}:a:b:c", f"dataset:{LAKE}:alias"):
        assert dataset_of_node(node, FULL_ACCESS, session=chronicle.session).id == orders
    with counted(chronicle.session) as statements, pytest.raises(UnknownDataset):
        dataset_of_node("dataset:a" + ":b" * 1000, FULL_ACCESS, session=chronicle.session)
    assert len(statements) <= 4


def test_statements_sent_do_not_grow_with_readers_and_writes(chronicle: Chronicle) -> None:
    counts = []
    for number in (1, 60):
        for step in range(number):
            chronicle.run("shop.load", writes=("orders",), rows=1)
            chronicle.run(f"shop.reader{number}x{step}", reads=("orders",))
        with counted(chronicle.session) as statements:
            profile(chronicle, access=VIEWER)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 25

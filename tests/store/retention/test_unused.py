from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.store.contracts import BoundSchema, save
from airflow_lineage_provider.store.datasets import add_aliases, dataset_ids
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.retention.kind import AGED, ORPHANS, UNUSED
from airflow_lineage_provider.store.tables import DatasetFacet, Event, Job, core_table
from tests.store.retention.history import DAY, TODAY, History
from tests.store.stories import dataset

LONG_AGO = TODAY - 500 * DAY
ALL = frozenset((*AGED, *ORPHANS, *UNUSED))
JOB = core_table(Job)


def add_dataset(history: History, name: str, first_seen: datetime = LONG_AGO) -> int:
    with history.session() as session:
        return dataset_ids([dataset(name)], now=first_seen, session=session)[dataset(name)]


def add_job(history: History, name: str, parent: int | None = None, first_seen: datetime = LONG_AGO) -> int:
    with history.session() as session:
        row = {"digest": identity_digest("ns", name), "namespace": "ns", "name": name}
        made: Any = session.execute(JOB.insert().values(**row, parent_id=parent, first_seen=first_seen))
        return int(made.inserted_primary_key[0])


def test_datasets_that_nothing_speaks_of_go_with_their_facets(history: History) -> None:
    history.run(400, outputs=("used",))
    unused = add_dataset(history, "unused")
    with history.session() as session:
        link_facets(core_table(DatasetFacet), "dataset_id", unused, {"a": {"b": 1}}, session=session)
    expected = {"datasets": 1, "facets": 1}
    assert history.count(kinds=ALL) == expected
    assert history.clean(kinds=ALL) == expected
    assert sorted(row.name for row in history.rows("lineage_dataset")) == ["raw", "used"]
    assert history.dangling() == []


def test_they_stay_unless_asked_for(history: History) -> None:
    add_dataset(history, "unused")
    add_job(history, "unused")
    assert history.clean() == {}


def test_what_an_alias_leads_to_or_a_contract_is_bound_to_stays(history: History) -> None:
    add_dataset(history, "bound")
    aliased = add_dataset(history, "aliased")
    with history.session() as session:
        add_aliases([(DatasetId("a", "b"), aliased, "asset")], now=LONG_AGO, session=session)
        contract = {"id": "c", "version": "1", "apiVersion": "v3.0.2"}
        save(
            contract,
            [BoundSchema("s", dataset("bound"), "custom-property")],
            source=None,
            applied_by=None,
            now=LONG_AGO,
            session=session,
        )
    assert history.clean(kinds=ALL) == {}


def test_what_was_seen_first_a_moment_ago_stays(history: History) -> None:
    add_dataset(history, "new", TODAY - timedelta(hours=1))
    add_job(history, "new", first_seen=TODAY - timedelta(hours=1))
    assert history.clean(kinds=ALL) == {}


def test_a_parent_goes_with_its_children_and_stays_with_one_that_stays(history: History) -> None:
    grandparent = add_job(history, "a")
    parent = add_job(history, "a.b", grandparent)
    add_job(history, "a.b.c", parent)
    staying = add_job(history, "x")
    history.run(1)
    with history.session() as session:
        session.execute(update(JOB).where(JOB.c.dag_id == "shop").values(parent_id=staying))
    assert history.count(kinds=ALL) == {"jobs": 3}
    assert history.clean(kinds=ALL) == {"jobs": 3}
    assert sorted(row.name for row in history.rows("lineage_job")) == ["shop.load", "x"]


def test_jobs_of_kept_events_stay_until_the_events_go(history: History) -> None:
    job_id = add_job(history, "described")
    with history.session() as session:
        row = {"digest": "e" * 64, "kind": "job", "event_at": LONG_AGO, "job_id": job_id, "size": 1}
        session.execute(
            core_table(Event).insert().values(**row, received_at=TODAY - 20 * DAY, received_from="key:k")
        )
    assert history.clean(kinds=ALL, events=30) == {}
    assert history.count(kinds=ALL, events=10) == {"events": 1, "jobs": 1}
    assert history.clean(kinds=ALL, events=10) == {"events": 1, "jobs": 1}


def test_a_job_keeps_its_last_run_so_it_is_never_unused(history: History) -> None:
    for number in range(3):
        history.run(900 - number)
    history.run(1, "other", outputs=("x",))
    history.clean(kinds=ALL, runs=30)
    assert len(history.rows("lineage_job")) == 2
    assert {row.name for row in history.rows("lineage_dataset")} == {"raw", "t", "x"}

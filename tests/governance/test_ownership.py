from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.governance.ownership import OrphanPage, find_orphans, ownership
from airflow_lineage_provider.governance.scope import every_dataset, explicit_scope
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.ownership.hand import end_owner, set_owner
from airflow_lineage_provider.store.ownership.registration import Registration, Target

PG = "postgres://pg:5432"
ORDERS, STOCK, SALARIES, BOUND = (
    DatasetId(PG, f"shop.public.{name}") for name in ("orders", "stock", "wages", "bound")
)


@pytest.fixture
def world(db: Any) -> Any:
    from airflow.models.dag import DagModel
    from sqlalchemy import update

    from tests.governance.world import World

    made = World(db)
    made.dag("shop", "load >> report")
    made.dag("payroll", "pay")
    made.record("shop", "load", "r0", writes=(ORDERS,), dag_run_id=100)
    made.record("shop", "report", "r0", reads=(ORDERS, STOCK), dag_run_id=100)
    made.record("payroll", "pay", "r0", reads=(ORDERS,), writes=(SALARIES,), dag_run_id=101)
    made.contract(BOUND, "bound")
    db.execute(update(DagModel).values(is_stale=False))
    return made


def today(db: Any) -> Any:
    from tests.governance.world import NOW

    return NOW.date()


def own(db: Any, dataset: DatasetId, owner: str = "ann", **values: Any) -> None:
    from tests.governance.world import NOW

    registration = Registration(target=Target(dataset.namespace, dataset.name), owner=owner, **values)
    set_owner(registration, by="me", via="cli", now=NOW, session=db)


def orphans(db: Any, access: Access = FULL_ACCESS, **options: Any) -> OrphanPage:
    return find_orphans(access, **{"limit": 10, "today": today(db), "session": db, **options})


def names(page: OrphanPage) -> list[str]:
    return [orphan.dataset.name.rpartition(".")[2] for orphan in page.orphans]


def test_orphans_are_known_and_nobodys_with_who_writes_and_reads_them(world: Any, db: Any) -> None:
    page = orphans(db)
    assert names(page) == ["bound", "orders", "stock", "wages"]
    by_name = dict(zip(names(page), page.orphans, strict=True))
    assert (by_name["orders"].writers, by_name["orders"].readers) == (
        ("shop.load",),
        ("payroll.pay", "shop.report"),
    )
    assert by_name["bound"].known_by == ("contract bound 1.2.0 is bound to it",)
    own(db, ORDERS)
    own(db, STOCK, valid_from=today(db) + timedelta(days=1))
    assert names(orphans(db)) == ["bound", "stock", "wages"]
    assert names(orphans(db, today=today(db) + timedelta(days=1))) == ["bound", "wages"]


def test_an_orphan_names_owners_that_left(world: Any, db: Any) -> None:
    from tests.governance.world import NOW

    own(db, ORDERS)
    end_owner(Target(ORDERS.namespace, ORDERS.name), "ann", by="me", via="cli", now=NOW, session=db)
    (orphan,) = (each for each in orphans(db).orphans if each.dataset == ORDERS)
    assert [owner.name for owner in orphan.departed] == ["ann"]


def test_pages_of_orphans_hold_each_once(world: Any, db: Any) -> None:
    first = orphans(db, limit=3)
    assert (names(first), first.next_after) == (["bound", "orders", "stock"], STOCK)
    second = orphans(db, limit=3, after=first.next_after)
    assert (names(second), second.next_after) == (["wages"], None)
    assert orphans(db, limit=4).next_after is None


def test_a_restricted_reader_gets_the_orphans_and_jobs_that_they_may_see(world: Any, db: Any) -> None:
    page = orphans(db, Access(frozenset({"shop"}), False))
    assert names(page) == ["orders", "stock"]
    assert (page.orphans[0].writers, page.orphans[0].readers) == (("shop.load",), ("shop.report",))
    assert all(not orphan.known_by for orphan in page.orphans)
    assert orphans(db, Access(frozenset(), False)).orphans == ()


def test_owners_on_a_day_with_where_that_is_said(world: Any, db: Any) -> None:
    own(db, ORDERS, "ann", valid_to=today(db), channel="#shop")
    own(db, ORDERS, "bob", valid_from=today(db) + timedelta(days=1))
    scope = explicit_scope([(ORDERS, None)], session=db)
    (now,) = ownership(scope, FULL_ACCESS, today=today(db), session=db)
    assert [(owner.name, owner.source, owner.channel) for owner in now.owners] == [
        ("ann", "registered for this dataset by hand", "#shop")
    ]
    (later,) = ownership(scope, FULL_ACCESS, today=today(db) + timedelta(days=1), session=db)
    assert ([owner.name for owner in later.owners], [owner.name for owner in later.departed]) == (
        ["bob"],
        ["ann"],
    )


def test_the_owner_of_a_dag_is_told_only_to_who_may_read_it(world: Any, db: Any) -> None:
    from airflow.models.dag import DagModel
    from sqlalchemy import update

    db.execute(update(DagModel).where(DagModel.dag_id == "payroll").values(owners="hr"))
    scope = [entry for entry in every_dataset(session=db) if entry.dataset == SALARIES]
    for dag_ids, expected in ((frozenset({"shop"}), []), (frozenset({"payroll"}), ["hr"])):
        (owned,) = ownership(scope, Access(dag_ids, False), today=today(db), session=db)
        assert [owner.name for owner in owned.owners] == expected

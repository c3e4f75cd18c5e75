from __future__ import annotations

from typing import Any

from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.ownership.pages import list_registered
from airflow_lineage_provider.store.ownership.registration import Target
from tests.store.landscape import Landscape
from tests.store.ownership.test_hand import SHOP, put
from tests.store.stories import dataset


def test_pages_hold_every_owner_once(db: Any) -> None:
    for number in range(7):
        put(db, f"owner{number}")
    seen: list[str] = []
    after, sizes = 0, []
    while True:
        page = list_registered(FULL_ACCESS, after=after, limit=3, session=db)
        seen += [row.owner for row in page.rows]
        sizes.append(len(page.rows))
        if page.next_id is None:
            break
        after = page.next_id
    assert (seen, sizes) == ([f"owner{number}" for number in range(7)], [3, 3, 1])
    assert list_registered(FULL_ACCESS, limit=7, session=db).next_id is None


def test_a_restricted_reader_sees_owners_of_what_they_may_see_and_no_globs(db: Any) -> None:
    land = Landscape(db)
    land.flow("shop.load", outputs="orders")
    land.flow("payroll.load", outputs="salaries")
    put(db, "ann", SHOP)
    for name in ("orders", "salaries"):
        put(db, f"owner of {name}", Target(dataset(name).namespace, dataset(name).name))
    put(db, "nobody saw", Target("n", "unseen"))
    restricted = list_registered(Access(frozenset({"shop"}), False), limit=10, session=db)
    assert [row.owner for row in restricted.rows] == ["owner of orders"]
    assert len(list_registered(FULL_ACCESS, limit=10, session=db).rows) == 4
    assert [row.is_glob for row in list_registered(FULL_ACCESS, limit=2, session=db).rows] == [True, False]

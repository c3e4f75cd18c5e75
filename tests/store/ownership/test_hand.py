from __future__ import annotations

import json
import zlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.ownership.hand import EndedOwner, SetOwner, end_owner, set_owner
from airflow_lineage_provider.store.ownership.registration import (
    InvalidOwner,
    Registration,
    Target,
    UnknownOwner,
)
from airflow_lineage_provider.store.registered_owners import OWNER
from airflow_lineage_provider.store.tables import AuditEntry
from tests.airflow_rows import NOW

ORDERS = Target("postgres://pg:5432", "shop.public.orders")
SHOP = Target("postgres://pg:5432", "shop.*", is_glob=True)
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


def put(
    db: Any,
    owner: str,
    target: Target = ORDERS,
    *,
    replaces: bool = False,
    now: datetime = NOW,
    **values: Any,
) -> SetOwner:
    registration = Registration(target=target, owner=owner, **values)
    return set_owner(registration, replaces=replaces, by="me", via="cli", now=now, session=db)


def end(db: Any, owner: str, target: Target = ORDERS, *, last_day: date | None = None) -> EndedOwner:
    return end_owner(target, owner, last_day=last_day, by="me", via="cli", now=NOW, session=db)


def stored(db: Any, *columns: str) -> list[tuple[Any, ...]]:
    names = columns or ("owner", "valid_to")
    return [tuple(row) for row in db.execute(select(*(OWNER.c[name] for name in names)).order_by(OWNER.c.id))]


def told(db: Any) -> list[dict[str, Any]]:
    entries = db.scalars(select(AuditEntry).where(AuditEntry.kind == "owner").order_by(AuditEntry.id))
    return [
        {"actor": each.actor, "subject": each.subject, **json.loads(zlib.decompress(each.payload))}
        for each in entries
    ]


def test_an_owner_is_registered_once_and_changed_in_place(db: Any) -> None:
    assert put(db, " ann ", channel="#shop", kind="user").action == "created"
    assert put(db, "ann", channel="#shop", kind="user").action == "unchanged"
    assert put(db, "ann", channel="#sales", kind="user", contact=" ").action == "changed"
    digest = DatasetId(ORDERS.namespace, ORDERS.name).digest
    assert stored(db, "owner", "digest", "channel", "contact", "kind", "source", "set_by") == [
        ("ann", digest, "#sales", None, "user", "hand", "me")
    ]
    assert [
        (entry["action"], entry["channel"], entry.get("before", {}).get("channel")) for entry in told(db)
    ] == [
        ("created", "#shop", None),
        ("changed", "#sales", "#shop"),
    ]
    assert {(entry["actor"], entry["subject"], entry["via"]) for entry in told(db)} == {
        ("me", str(ORDERS), "cli")
    }


def test_several_own_a_dataset_until_one_replaces_them(db: Any) -> None:
    put(db, "ann")
    put(db, "bob", valid_from=TODAY)
    put(db, "eve", valid_to=TODAY - timedelta(days=9))
    assert put(db, "cid", replaces=True).ended == ("ann", "bob")
    # Bob would have begun today: he never served.
    assert stored(db) == [("ann", YESTERDAY), ("eve", TODAY - timedelta(days=9)), ("cid", None)]
    assert [entry["action"] for entry in told(db)] == [
        "created",
        "created",
        "created",
        "ended",
        "removed",
        "created",
    ]
    assert put(db, "dan", replaces=True, valid_from=TODAY + timedelta(days=30)).ended == ("cid",)
    assert stored(db)[2:] == [("cid", TODAY + timedelta(days=29)), ("dan", None)]


def test_of_two_globs_the_one_registered_later_comes_last_and_owners_of_one_glob_stay_together(
    db: Any,
) -> None:
    put(db, "ann", SHOP)
    put(db, "bob", Target("*", "*", is_glob=True))
    put(db, "cid", SHOP)
    assert stored(db, "owner", "position", "digest") == [("ann", 1, None), ("bob", 2, None), ("cid", 1, None)]


def test_an_owner_ends_at_once_or_on_a_day(db: Any) -> None:
    put(db, "ann")
    put(db, "bob", SHOP)
    put(db, "eve", valid_from=TODAY + timedelta(days=5))
    assert end(db, "ann").last_day == YESTERDAY
    assert end(db, "bob", SHOP, last_day=TODAY + timedelta(days=10)).last_day == TODAY + timedelta(days=10)
    assert end(db, "eve").last_day is None
    assert stored(db) == [("ann", YESTERDAY), ("bob", TODAY + timedelta(days=10))]
    assert [(entry["action"], entry["owner"]) for entry in told(db)[3:]] == [
        ("ended", "ann"), ("ended", "bob"), ("removed", "eve"),
    ]  # fmt: skip
    with pytest.raises(UnknownOwner, match=r"ended already, on 2026-06-14"):
        end(db, "ann")
    assert end(db, "ann", last_day=YESTERDAY - timedelta(days=1)).last_day == YESTERDAY - timedelta(days=1)


def test_who_cannot_be_ended_and_what_to_do(db: Any) -> None:
    with pytest.raises(UnknownOwner, match=r"nobody is\. Owners by contract"):
        end(db, "ann")
    put(db, "bob")
    with pytest.raises(UnknownOwner, match="registered are: bob"):
        end(db, "ann")
    db.execute(
        OWNER.insert().values(
            namespace=SHOP.namespace,
            name=SHOP.name,
            owner="ann",
            source="/etc/OWNERS",
            position=7,
            set_at=NOW,
        )
    )
    with pytest.raises(UnknownOwner, match=r"stands in /etc/OWNERS, line 7: change it there"):
        end(db, "ann", SHOP)
    assert len(told(db)) == 1


def test_names_are_stored_as_datasets_are(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "AIRFLOW__LINEAGE_PROVIDER__NAMESPACE_ALIASES",
        json.dumps({"postgres://old:5432": "postgres://pg:5432"}),
    )
    put(db, "ann", Target("postgres://user:secret@old", "shop.public.orders"))
    put(db, "bob", Target("postgres://old", "shop.*", is_glob=True))
    put(db, "cid", Target("postgres://old", "shop.public.x", is_glob=True))
    put(db, "dan", Target("postgres://ol?", "shop.public.x", is_glob=True))
    assert stored(db, "namespace", "name") == [
        ("postgres://pg:5432", "shop.public.orders"),
        ("postgres://pg:5432", "shop.*"),
        ("postgres://pg:5432", "shop.public.x"),
        ("postgres://ol?", "shop.public.x"),
    ]
    assert end(db, "ann", Target("postgres://pg:5432", "shop.public.orders")).owner == "ann"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"owner": "airflow"}, "'airflow' is what Airflow writes"),
        ({"owner": " "}, "the owner is empty"),
        ({"owner": "a" * 251}, "at most 250"),
        ({"owner": "a\nb"}, "control character"),
        ({"kind": "robot"}, "must be user or team"),
        ({"channel": "x" * 1001}, "channel has 1001 characters"),
        ({"target": Target(" ", "x")}, "namespace is empty"),
        ({"target": Target("n", "x\x00")}, "name holds a control character"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)}, "before it begins"),
        ({"valid_from": date.min}, "years 1970 to 8999"),
        ({"valid_to": date.max}, "years 1970 to 8999"),
    ],
)
def test_what_cannot_be_registered(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidOwner, match=said):
        Registration(**{"target": ORDERS, "owner": "ann", **values}).checked()

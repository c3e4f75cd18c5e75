from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.store.decisions.approval import InvalidDecision, Request, UnknownDecision
from airflow_lineage_provider.store.decisions.waiver_requests import (
    WaiverScope,
    approve_waiver,
    create_waiver,
    find_waiver,
    list_waivers,
    revoke_waiver,
)
from airflow_lineage_provider.store.tables import AuditEntry

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONGEST = timedelta(days=90)
ORDERS = WaiverScope("contract-missing", "postgres://shop:5432", "shop.public.orders")


def ask(
    db: Any, scope: WaiverScope = ORDERS, *, author: str = "ann", days: float = 14, reason: str = "soon"
) -> int:
    request = Request(reason, author, NOW + timedelta(days=days), "DATA-7")
    return create_waiver(scope, request, longest=LONGEST, now=NOW, session=db)


def state(db: Any, waiver_id: int, now: datetime = NOW) -> str:
    found = find_waiver(waiver_id, now=now, session=db)
    assert found is not None
    return found.state


def test_a_waiver_holds_from_its_approval_until_it_expires(db: Any) -> None:
    waiver = ask(db)
    assert state(db, waiver) == "pending"
    approve_waiver(waiver, by="bob", now=NOW, session=db)
    assert state(db, waiver) == "active"
    assert state(db, waiver, NOW + timedelta(days=14)) == "expired"


def test_nobody_approves_what_they_asked_for(db: Any) -> None:
    waiver = ask(db, author="Ann")
    for name in ("Ann", "ann", " ANN "):
        with pytest.raises(InvalidDecision, match="somebody else"):
            approve_waiver(waiver, by=name, now=NOW, session=db)
    assert state(db, waiver) == "pending"


@pytest.mark.parametrize(
    ("author", "other"),
    [
        ("ann", "\uff41\uff4e\uff4e"),
        ("Jos\u00e9", "Jose\u0301"),
        ("ann lee", "ann  lee"),
        ("o\ufb00er", "OFFER"),
        ("STRASSE", "stra\u00dfe"),
    ],
    ids=["wide", "composed", "spaces", "ligature", "capitals"],
)
def test_nobody_approves_what_they_asked_for_under_another_spelling(db: Any, author: str, other: str) -> None:
    waiver = ask(db, author=author)

    with pytest.raises(InvalidDecision, match="somebody else"):
        approve_waiver(waiver, by=other, now=NOW, session=db)


def test_what_is_over_cannot_be_approved(db: Any) -> None:
    revoked, approved = ask(db), ask(db)
    revoke_waiver(revoked, by="bob", now=NOW, session=db)
    approve_waiver(approved, by="bob", now=NOW, session=db)
    for waiver, now, word in (
        (revoked, NOW, "revoked"),
        (approved, NOW, "active"),
        (ask(db), NOW + timedelta(days=15), "expired"),
    ):
        with pytest.raises(InvalidDecision, match=word):
            approve_waiver(waiver, by="cid", now=now, session=db)


def test_a_waiver_is_revoked_once(db: Any) -> None:
    waiver = ask(db)
    revoke_waiver(waiver, by="bob", now=NOW, session=db)
    with pytest.raises(InvalidDecision, match=r"already revoked.*by bob"):
        revoke_waiver(waiver, by="cid", now=NOW, session=db)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"days": 91}, "90 days at most"),
        ({"days": 0}, "expired already"),
        ({"reason": "  "}, "reason"),
        ({"author": ""}, "who decides"),
        ({"author": "a\nb"}, "who decides"),
        ({"scope": WaiverScope("contract-mising", name="x")}, "Did you mean 'contract-missing'"),
        ({"scope": WaiverScope("contract-missing")}, "switch the rule off"),
        ({"scope": WaiverScope("contract-missing", namespace="*", name="*")}, "switch the rule off"),
        ({"scope": WaiverScope("contract-missing", name="")}, "name must be"),
        ({"scope": WaiverScope("contract-missing", subject="x" * 1001)}, "subject must be"),
    ],
)
def test_what_cannot_be_a_waiver_is_refused_with_the_reason(
    db: Any, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidDecision, match=message):
        ask(db, **change)
    assert list_waivers(now=NOW, session=db) == []


def test_an_unknown_waiver_is_said_to_be_unknown(db: Any) -> None:
    with pytest.raises(UnknownDecision, match="no waiver 77"):
        approve_waiver(77, by="bob", now=NOW, session=db)


def test_waivers_are_listed_newest_first_by_state_rule_and_dag(db: Any) -> None:
    first = ask(db)
    second = ask(db, WaiverScope("owner-missing", dag_id="shop"))
    approve_waiver(second, by="bob", now=NOW, session=db)
    assert [waiver.id for waiver in list_waivers(now=NOW, session=db)] == [second, first]
    assert [waiver.id for waiver in list_waivers(now=NOW, states=("pending",), session=db)] == [first]
    assert [waiver.id for waiver in list_waivers(now=NOW, rule="owner-missing", session=db)] == [second]
    assert [waiver.id for waiver in list_waivers(now=NOW, dag_ids={"shop"}, session=db)] == [second]
    assert [waiver.id for waiver in list_waivers(now=NOW, before=second, session=db)] == [first]
    assert [waiver.id for waiver in list_waivers(now=NOW, limit=1, session=db)] == [second]


def test_every_step_is_in_the_audit(db: Any) -> None:
    waiver = ask(db)
    approve_waiver(waiver, by="bob", now=NOW, session=db)
    revoke_waiver(waiver, by="cid", now=NOW, session=db)
    rows = db.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    told = [json.loads(zlib.decompress(row.payload)) for row in rows]
    assert [(row.kind, row.actor, payload["action"]) for row, payload in zip(rows, told, strict=True)] == [
        ("waiver", "ann", "created"),
        ("waiver", "bob", "approved"),
        ("waiver", "cid", "revoked"),
    ]
    assert {payload["waiver"] for payload in told} == {waiver}
    assert told[0]["reason"] == "soon"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_database_takes_is_refused(db: Any, text: str) -> None:
    with pytest.raises(InvalidDecision, match="NUL"):
        ask(db, reason=text)
    with pytest.raises(InvalidDecision, match="NUL"):
        create_waiver(
            ORDERS,
            Request("soon", "ann", NOW + timedelta(days=1), text),
            longest=LONGEST,
            now=NOW,
            session=db,
        )

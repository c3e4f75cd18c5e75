from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.store.decisions.approval import InvalidDecision, Request, UnknownDecision
from airflow_lineage_provider.store.decisions.grant_requests import (
    approve_grant,
    create_grant,
    find_grant,
    grant_named,
    list_grants,
    revoke_grant,
)
from airflow_lineage_provider.store.tables import AuditEntry

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def ask(db: Any, name: str = "quarter-end", dag_id: str = "finance_*", most_uses: int | None = None) -> int:
    request = Request("close the books", "ann", NOW + timedelta(days=3))
    return create_grant(
        name, dag_id, request, most_uses=most_uses, longest=timedelta(days=90), now=NOW, session=db
    )


def test_a_grant_holds_once_somebody_else_has_approved_it(db: Any) -> None:
    grant = ask(db)
    with pytest.raises(InvalidDecision, match="somebody else"):
        approve_grant(grant, by="ann", now=NOW, session=db)
    approve_grant(grant, by="bob", now=NOW, session=db)
    found = find_grant(grant, now=NOW, session=db)
    assert found is not None
    assert (found.state, found.approver, found.uses, found.dag_id) == ("active", "bob", 0, "finance_*")
    revoke_grant(grant, by="cid", now=NOW, session=db)
    assert [grant.state for grant in list_grants(now=NOW, session=db)] == ["revoked"]


def test_a_name_is_used_once_also_after_it_was_revoked(db: Any) -> None:
    revoke_grant(ask(db), by="bob", now=NOW, session=db)
    with pytest.raises(InvalidDecision, match="already"):
        ask(db)
    assert len(list_grants(now=NOW, session=db)) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "name of a grant"),
        ({"name": "x" * 129}, "name of a grant"),
        ({"dag_id": ""}, "DAG of a grant"),
        ({"most_uses": 0}, "1 to 10000 DAG runs"),
    ],
)
def test_what_cannot_be_a_grant_is_refused_with_the_reason(
    db: Any, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidDecision, match=message):
        ask(db, **change)


def test_an_unknown_grant_is_said_to_be_unknown(db: Any) -> None:
    with pytest.raises(UnknownDecision, match="no grant named 'x'"):
        grant_named("x", session=db)
    with pytest.raises(UnknownDecision, match="no grant 7"):
        revoke_grant(7, by="bob", now=NOW, session=db)


def test_a_grant_is_found_by_its_whole_name(db: Any) -> None:
    ids = {name: ask(db, name) for name in ("quarter-end", "quarter-end/2026", "12")}
    assert {name: grant_named(name, session=db) for name in ids} == ids


def test_every_step_is_in_the_audit(db: Any) -> None:
    grant = ask(db, most_uses=3)
    approve_grant(grant, by="bob", now=NOW, session=db)
    revoke_grant(grant, by="cid", now=NOW, session=db)
    rows = db.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    told = [json.loads(zlib.decompress(row.payload)) for row in rows]
    assert [(row.kind, row.actor, payload["action"]) for row, payload in zip(rows, told, strict=True)] == [
        ("grant", "ann", "created"),
        ("grant", "bob", "approved"),
        ("grant", "cid", "revoked"),
    ]
    assert {row.subject for row in rows} == {"grant quarter-end"}
    assert [payload["grant"] for payload in told] == [grant] * 3
    assert {key: told[0][key] for key in ("reason", "dag_id", "author", "most_uses", "expires_at")} == {
        "reason": "close the books",
        "dag_id": "finance_*",
        "author": "ann",
        "most_uses": 3,
        "expires_at": (NOW + timedelta(days=3)).isoformat(),
    }


def test_what_is_refused_is_not_in_the_audit(db: Any) -> None:
    grant = ask(db)
    with pytest.raises(InvalidDecision):
        approve_grant(grant, by="ann", now=NOW, session=db)
    with pytest.raises(InvalidDecision):
        ask(db)
    assert len(db.execute(select(AuditEntry.__table__)).all()) == 1

"""Contracts in the tables: versions, bindings, retraction, and what the audit is told."""

from __future__ import annotations

import json
import threading
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.contract_bodies import BodyCache
from airflow_lineage_provider.store.contract_problems import file_problems, forget_problems, note_problem
from airflow_lineage_provider.store.contracts import (
    BoundSchema,
    current_for,
    loose_contracts,
    previous_versions,
    retract,
    save,
    summaries,
    versions,
)
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.tables import AuditEntry, Contract
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.stories import dataset

ORDERS = dataset("orders")


def body(version: str = "1.0.0", contract_id: str = "orders", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v3.1.0", "id": contract_id, "version": version, "status": "active", **more}


def put(session: Any, data: dict[str, Any], *bindings: BoundSchema, minute: int = 0, **options: Any) -> str:
    return save(
        data,
        bindings or [BoundSchema("o", ORDERS, "server")],
        source=options.pop("source", None),
        applied_by="ann",
        now=NOW + timedelta(minutes=minute),
        session=session,
        **options,
    )


def told(session: Any) -> list[dict[str, Any]]:
    rows = session.execute(
        select(AuditEntry.payload).where(AuditEntry.kind == "contract").order_by(AuditEntry.id)
    )
    return [json.loads(zlib.decompress(row.payload)) for row in rows]


def test_a_contract_tells_what_was_in_force_before_it(db: Any):
    put(db, body("1.0.0", status="draft"))
    put(db, body("2.0.0"), minute=1)
    put(db, body("3.0.0"), minute=2)
    (found,) = current_for([ORDERS.digest], session=db)[ORDERS.digest]
    assert (found.version, found.schema_name, found.origin, found.bound_by) == (
        "3.0.0",
        "o",
        "odcs",
        "server",
    )
    assert len(found.content_hash) == 64
    assert found.previous is not None
    assert (found.previous.version, found.previous.status) == ("2.0.0", "active")
    assert found.previous.body == body("2.0.0")


def test_after_a_return_to_an_old_version_the_one_that_was_left_is_the_previous(db: Any):
    put(db, body("1.0.0"))
    put(db, body("2.0.0"), minute=1)
    assert put(db, body("1.0.0"), minute=2) == "restored"
    (found,) = current_for([ORDERS.digest], session=db)[ORDERS.digest]
    assert (found.version, found.previous.version if found.previous else None) == ("1.0.0", "2.0.0")
    assert [(each.version, each.is_current) for each in versions("orders", session=db)] == [
        ("1.0.0", True),
        ("2.0.0", False),
    ]


def test_the_first_version_has_no_previous(db: Any):
    put(db, body())
    (found,) = current_for([ORDERS.digest], session=db)[ORDERS.digest]
    assert found.previous is None
    row_ids = [each.row_id for each in summaries(session=db)]
    assert previous_versions([*row_ids, 10**9], session=db) == {}


def test_each_schema_object_that_is_bound_stands_for_itself(db: Any):
    put(db, body(), BoundSchema("a", ORDERS, "server"), BoundSchema("b", ORDERS, "custom-property"))
    found = current_for([ORDERS.digest], session=db)[ORDERS.digest]
    assert [(each.schema_name, each.bound_by) for each in found] == [
        ("a", "server"),
        ("b", "custom-property"),
    ]


def test_thousands_of_digests_take_few_statements_and_each_body_is_parsed_once(db: Any):
    for number in range(30):
        data = body(contract_id=f"c{number}")
        put(db, data, BoundSchema("o", dataset(f"d{number}"), "server"))
        put(db, {**data, "version": "2"}, BoundSchema("o", dataset(f"d{number}"), "server"), minute=1)
    digests = [dataset(f"d{number}").digest for number in range(1_000)]
    statements: list[str] = []

    def count(_: Any, __: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    engine = db.get_bind()
    assert len(current_for(digests, session=db)) == 30
    event.listen(engine, "before_cursor_execute", count)
    try:
        current_for(digests, session=db)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 2  # one for all digests, one for what was before; no body is read again
    assert not any("body" in statement for statement in statements)


def test_a_retracted_contract_speaks_for_nothing_and_can_be_restored(db: Any):
    put(db, body(), source="/contracts/o.yaml")
    (gone,) = retract(["orders", "nobody"], reason="test", actor="bob", now=NOW, session=db)
    assert (gone.contract_id, gone.version, gone.source) == ("orders", "1.0.0", "/contracts/o.yaml")
    assert (current_for([ORDERS.digest], session=db), summaries(session=db)) == ({}, [])
    assert retract(["orders"], reason="test", actor="bob", now=NOW, session=db) == []
    assert put(db, body(), minute=1) == "restored"


def test_only_the_folder_that_manages_a_contract_retracts_it(db: Any):
    put(db, body(), managed_by="/a")
    assert retract(["orders"], reason="", actor=None, managed_by="/b", now=NOW, session=db) == []
    assert len(retract(["orders"], reason="", actor=None, managed_by="/a", now=NOW, session=db)) == 1


def test_the_audit_is_told_of_every_change_and_of_nothing_else(db: Any):
    put(db, body(), source="/c.yaml")
    put(db, body(), source="/c.yaml", minute=1)
    put(db, body(), BoundSchema("o", dataset("other"), "server"), source="/c.yaml", minute=2)
    put(db, body("2.0.0"), minute=3)
    retract(["orders"], reason="its file is gone", actor="bob", now=NOW, session=db)
    assert [(each["action"], each["version"]) for each in told(db)] == [
        ("created", "1.0.0"),
        ("rebound", "1.0.0"),
        ("updated", "2.0.0"),
        ("retracted", "2.0.0"),
    ]
    first, *_, last = told(db)
    assert first["bindings"] == [
        {"schema": "o", "namespace": "s3://lake", "name": "orders", "bound_by": "server", "detail": None}
    ]
    assert (first["source"], last["reason"]) == ("/c.yaml", "its file is gone")


def test_what_an_asset_binds_stays_when_another_version_names_no_dataset(db: Any):
    put(db, body(), BoundSchema("o", ORDERS, "asset", "asset orders"))
    put(db, body("2.0.0"), BoundSchema("o", None, "unbound", "no server"), minute=1)
    (found,) = current_for([ORDERS.digest], session=db)[ORDERS.digest]
    assert (found.version, found.bound_by) == ("2.0.0", "asset")


def test_loose_contracts_tell_the_reason_and_what_is_close(db: Any):
    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("shop/orders", "shop/customers"))
    schema = [{"name": "o", "physicalName": "ordrs"}, {"name": "p"}]
    put(
        db,
        body(schema=schema),
        BoundSchema("o", None, "unbound", "no server"),
        BoundSchema("p", ORDERS, "server"),
    )
    put(db, body(contract_id="old", status="retired"), BoundSchema("x", None, "unbound", "no server"))
    note_problem(
        "/c/bad.odcs.yaml",
        [{"line": 7, "path": "schema[0].name", "message": "is missing"}],
        managed_by="/c",
        contract_id="orders",
        now=NOW,
        session=db,
    )
    unbound, file = loose_contracts(session=db)
    assert (unbound.contract_id, unbound.schema_name, unbound.reason) == ("orders", "o", "no server")
    assert unbound.closest == (dataset("shop/orders"),)
    assert unbound.body is not None
    assert (file.source, file.contract_id, file.version) == ("/c/bad.odcs.yaml", "orders", "1.0.0")
    assert file.problems == ("line 7, schema[0].name: is missing",)
    assert file.reason == "1 problem in /c/bad.odcs.yaml; version 1.0.0 stays in force"


def test_a_file_that_was_wrong_twice_is_one_problem_until_it_is_forgotten(db: Any):
    for number in (1, 2):
        note_problem(
            "/c/bad", [{"message": str(number)}], managed_by="/c", contract_id=None, now=NOW, session=db
        )
    (problem,) = file_problems(session=db)
    assert problem.lines() == ("2",)
    assert forget_problems(["/c/bad", "/c/good"], session=db) == 1
    assert file_problems(session=db) == []


def test_bodies_are_forgotten_when_they_take_too_much_room():
    cache = BodyCache(most_bytes=50)
    for number in range(10):
        cache.read(str(number), zlib.compress(json.dumps({"id": "x" * 10, "n": number}).encode()))
    assert len(cache) == 1
    assert cache.get("9") == {"id": "x" * 10, "n": 9}
    assert cache.get("0") is None


@pytest.mark.parametrize("what", ["same", "different"])
def test_servers_that_apply_at_once_leave_one_version_in_force(committed: Any, what: str):
    transactions = OwnTransactions(lambda: Session(committed))
    errors: list[Exception] = []
    ready = threading.Barrier(4)

    def apply(number: int) -> None:
        ready.wait()
        for step in range(5):
            version = str(step if what == "same" else number * 100 + step)
            try:
                with transactions.writing() as session:
                    put(session, body(version), minute=step)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=apply, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Session(committed) as session:
        current = session.scalars(select(Contract.version).where(Contract.is_current.is_(True))).all()
        assert len(current) == 1
        assert len(session.scalars(select(Contract.id)).all()) == (5 if what == "same" else 20)

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.serialized_dag import SerializedDagModel
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance import sweep as sweeping
from airflow_lineage_provider.governance.sweep import SweepReport, sweep
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.tables import AuditEntry, BaselineEntry, Owner, Run, Verdict, Waiver
from tests.governance.world import NOW, World

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")
RULES = {"input-undeclared": {"options": {"always": True}}}


def at(**later: float) -> datetime:
    return NOW + timedelta(**later)


class Town:
    """A committed world on each database."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    @contextmanager
    def world(self) -> Iterator[World]:
        with Session(self.engine) as session, session.begin():
            session.execute(delete(DagBundleModel).where(DagBundleModel.name == "tests"))
            yield World(session)
            session.execute(update(DagModel).values(is_stale=False))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def sweep(self, now: datetime = NOW, **fields: Any) -> SweepReport:
        return sweep(now=now, session_factory=lambda: Session(self.engine), **fields)

    def open(self) -> set[tuple[str, str, str]]:
        """(rule, last part of the dataset's name, DAG) of open findings that are failures."""
        with self.session() as session:
            rows = session.execute(
                select(FINDING).where(FINDING.c.resolved_at.is_(None), FINDING.c.result == "fail")
            )
            return {(row.rule, (row.name or "").rpartition(".")[2], row.dag_id or "") for row in rows}

    def count(self, table: Any) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def town(committed: Any) -> Iterator[Town]:
    found = Town(committed)
    clear(committed)
    yield found
    clear(committed)


def clear(engine: Any) -> None:
    from airflow.models.dag_version import DagVersion

    with Session(engine) as session, session.begin():
        for model in (SerializedDagModel, DagVersion, DagModel, DagBundleModel):
            session.execute(delete(model))


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """DAGs that declare nothing are asked as well: it is a finding about a DAG that is easy to make."""
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps(RULES))


@pytest.fixture
def shop(town: Town) -> Town:
    with town.world() as world:
        world.dag("shop", "load >> report")
        world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
    return town


def test_findings_open_without_anybody_asking(shop: Town) -> None:
    report = shop.sweep()

    assert report.is_complete, report
    assert (report.datasets, report.dags) == (1, 1)
    assert report.opened == shop.count(FINDING) > 0
    assert shop.open() >= {
        ("owner-missing", "orders", ""),
        ("contract-missing", "orders", ""),
        ("input-undeclared", "orders", "shop"),
    }
    assert shop.count(Verdict) == 0


def test_a_dag_that_does_nothing_to_be_told_is_judged_by_what_it_does_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.world() as world:
        world.dag("shop", "load")
        world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
        world.dag("well", "load", owners="ann")
        world.inlet(world.asset("postgres://pg:5432/shop/public/stock"), "well", "load")
        world.record("well", "load", "r1", reads=(STOCK,), writes=(ORDERS,), dag_run_id=101)
    gathered: list[str | None] = []

    def gather(*args: Any, **fields: Any) -> Any:
        gathered.append(fields["asker"].dag_id if fields.get("asker") else None)
        return whole(*args, **fields)

    whole = sweeping.gather
    monkeypatch.setattr(sweeping, "gather", gather)
    town.sweep()

    assert ("input-undeclared", "orders", "shop") in town.open()
    assert not {row for row in town.open() if row[2] == "well"}
    assert set(gathered) == {None, "shop"}


def test_they_resolve_as_well(shop: Town) -> None:
    shop.sweep()
    with shop.session() as session:
        world = World.__new__(World)
        world.session = session
        world.contract(ORDERS, owner="ann")
    report = shop.sweep(at(minutes=1))

    assert report.resolved >= 2
    assert not {rule for rule, name, _ in shop.open() if name == "orders"} & {
        "owner-missing",
        "contract-missing",
    }


def test_a_sweep_that_finds_nothing_new_writes_nothing(shop: Town) -> None:
    shop.sweep()
    written: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            written.append(statement)

    event.listen(shop.engine, "before_cursor_execute", note)
    try:
        report = shop.sweep(at(minutes=1))
    finally:
        event.remove(shop.engine, "before_cursor_execute", note)

    assert (report.opened, report.reopened, report.resolved) == (0, 0, 0)
    assert [statement for statement in written if "lineage_finding" in statement] == []


def test_an_old_finding_is_seen_again_once_an_hour(shop: Town) -> None:
    def last_seen() -> set[datetime]:
        with shop.session() as session:
            return set(session.scalars(select(FINDING.c.last_seen_at)))

    shop.sweep()
    first = last_seen()
    shop.sweep(at(minutes=30))
    assert last_seen() == first
    shop.sweep(at(hours=2))
    assert min(last_seen()) >= at(hours=2)


def test_a_contract_that_speaks_for_nothing_is_found_and_lost(shop: Town) -> None:
    from airflow_lineage_provider.store.contracts import BoundSchema, save

    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "loose",
        "version": "1.0.0",
        "status": "active",
    }
    with shop.session() as session:
        loose = BoundSchema("items", None, "unbound", "no server")
        save(contract, [loose], source=None, applied_by=None, now=NOW, session=session)
    shop.sweep()
    assert "contract-unbound" in {rule for rule, _, _ in shop.open()}

    with shop.session() as session:
        bound = BoundSchema("items", STOCK, "server")
        save(
            {**contract, "version": "1.1.0"}, [bound], source=None, applied_by=None, now=NOW, session=session
        )
    shop.sweep(at(minutes=1))
    assert "contract-unbound" not in {rule for rule, _, _ in shop.open()}


def test_a_rule_that_is_switched_off_finds_nothing_any_more(
    shop: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sweep()
    off = json.dumps({"owner-missing": "off", "input-undeclared": "off"})
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", off)
    shop.sweep(at(minutes=1))

    assert not {rule for rule, _, _ in shop.open()} & {"owner-missing", "input-undeclared"}
    assert ("contract-missing", "orders", "") in shop.open()


def test_what_a_dag_stopped_reading_is_forgotten_after_a_week(shop: Town) -> None:
    shop.sweep()
    with shop.session() as session:
        session.execute(delete(DagModel))
        session.execute(delete(SerializedDagModel))
    shop.sweep(at(days=1))
    assert shop.open() != set()
    shop.sweep(at(days=8))
    assert shop.open() == set()


def test_that_nothing_is_known_is_only_of_interest_to_who_asks(town: Town) -> None:
    with town.world() as world:
        world.dag("idle", "sleep")
        world.dag("asks", "validate >> load")
        world.ask("asks")
    town.sweep()

    assert {found for found in town.open() if found[0] == "upstream-unknown"} == {
        ("upstream-unknown", "", "asks")
    }


def test_that_nothing_is_known_is_told_where_that_is_configured(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {"upstream-unknown": {"scopes": [{"dags": ["finance_*"], "level": "warn"}]}}
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps(rules))
    with town.world() as world:
        world.dag("finance_close", "sleep")
        world.dag("idle", "sleep")
    town.sweep()
    assert {found for found in town.open() if found[0] == "upstream-unknown"} == {
        ("upstream-unknown", "", "finance_close")
    }


def test_between_two_passes_only_what_something_happened_to_is_judged(town: Town) -> None:
    with town.world() as world:
        for name in "ab":
            world.dag(name, "load")
            world.record(name, "load", "r0", reads=(DatasetId("s3://lake", name),), dag_run_id=ord(name))
    assert town.sweep(at(minutes=5)).is_full
    idle = town.sweep(at(minutes=8))
    assert (idle.is_full, idle.datasets_due, idle.dags_due, idle.is_complete) == (False, 0, 0, True)

    with town.session() as session:
        world = World.__new__(World)
        world.session = session
        world.record("b", "load", "r1", reads=(DatasetId("s3://lake", "b"),), dag_run_id=200)
        session.execute(update(Run).where(Run.run_id == "r1").values(recorded_at=at(minutes=8.5)))
    heard = town.sweep(at(minutes=9))
    assert (heard.is_full, heard.datasets, heard.dags) == (False, 1, 1)
    assert town.sweep(at(minutes=21)).is_full


@pytest.mark.parametrize("change", ["rule", "waiver", "owner", "contract", "baseline"])
def test_what_people_decide_begins_a_pass(shop: Town, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.sweep(at(minutes=5))
    assert not shop.sweep(at(minutes=8)).is_full
    decided: dict[str, Any] = {
        "waiver": Waiver(
            rule="owner-missing", reason="r", author="ann", created_at=NOW, approver="ben", approved_at=NOW,
            expires_at=at(days=1),
        ),
        "owner": Owner(namespace="*", name="*", owner="ann", source="cli", set_at=NOW),
        "baseline": BaselineEntry(key="k" * 64, rule="owner-missing", subject="", created_at=NOW),
    }  # fmt: skip
    if change == "rule":
        monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps({"owner-missing": "warn"}))
    with shop.session() as session:
        if change == "contract":
            world = World.__new__(World)
            world.session = session
            world.contract(ORDERS)
        elif change in decided:
            session.add(decided[change])
    assert shop.sweep(at(minutes=9)).is_full
    assert not shop.sweep(at(minutes=12)).is_full


def test_what_changed_is_audited_and_nothing_else(shop: Town) -> None:
    shop.sweep()
    shop.sweep(at(minutes=1))
    with shop.session() as session:
        entries = [
            json.loads(zlib.decompress(payload))
            for payload in session.scalars(select(AuditEntry.payload).where(AuditEntry.kind == "verdict"))
        ]

    assert {entry["gate"] for entry in entries} == {"sweep"}
    assert sum(entry["changes"] for entry in entries) == shop.count(FINDING)
    named = {finding["key"] for entry in entries for finding in entry["findings"]}
    with shop.session() as session:
        assert named == set(session.scalars(select(FINDING.c.key)))


def test_a_sweep_that_is_out_of_time_goes_on_where_it_stopped(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 1)
    with town.world() as world:
        for name in "abc":
            world.dag(name, "load")
            world.record(name, "load", "r0", reads=(DatasetId("s3://lake", name),), dag_run_id=ord(name))
    judged: list[Any] = []
    gathered = sweeping.gather

    def one(scope: Any, **fields: Any) -> Any:
        judged.extend(entry.dataset.name for entry in scope if "asker" not in fields)
        return gathered(scope, **fields)

    monkeypatch.setattr(sweeping, "gather", one)
    looks: list[float] = []

    def is_over(self: Any, seconds: float) -> bool:
        looks.append(seconds)
        return looks.count(seconds) > 1

    monkeypatch.setattr(sweeping._Sweep, "_is_over", is_over)
    due = []
    for minute in range(3):
        looks.clear()
        report = town.sweep(at(minutes=minute))
        assert (report.datasets, report.dags, report.is_full) == (1, 1, True)
        due.append((report.datasets_due, report.dags_due, report.is_complete))

    assert due == [(3, 3, False), (2, 2, False), (1, 1, True)]
    assert sorted(judged) == ["a", "b", "c"]
    assert {(rule, dag) for rule, _, dag in town.open() if dag} == {
        ("input-undeclared", name) for name in "abc"
    }


def test_a_sweep_that_is_stopped_leaves_the_rest_to_the_next_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "CHUNK", 1)
    with town.world() as world:
        for name in "abc":
            world.dag(name, "load")
            world.record(name, "load", "r0", reads=(DatasetId("s3://lake", name),), dag_run_id=ord(name))
    asked: list[bool] = []

    def after_one() -> bool:
        asked.append(True)
        return len(asked) > 1

    report = town.sweep(is_stopped=after_one)
    assert (report.is_full, report.datasets, report.dags) == (True, 1, 0)
    report = town.sweep(at(minutes=1))
    assert (report.datasets, report.is_complete) == (2, True)

    with town.session() as session:
        session.execute(update(Run).values(recorded_at=at(minutes=2)))
    report = town.sweep(at(minutes=3), is_stopped=lambda: True)
    assert (report.is_full, report.datasets, report.datasets_due) == (False, 0, 3)
    report = town.sweep(at(minutes=4))
    assert (report.datasets, report.datasets_due) == (3, 3)


def test_a_chunk_that_fails_fails_alone(shop: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **fields: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(sweeping, "asker_of", broken)
    report = shop.sweep()

    assert (report.failed, report.is_complete, report.dags) == (1, False, 0)
    assert ("owner-missing", "orders", "") in shop.open()


def test_what_the_database_says_of_a_chunk_is_told_without_values(
    shop: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*args: Any, **fields: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception('invalid input syntax for type date: "of a person"'))

    monkeypatch.setattr(sweeping, "asker_of", refused)
    with caplog.at_level(logging.INFO):
        shop.sweep()

    assert "invalid input syntax" in caplog.text
    assert "of a person" not in caplog.text


def test_a_sweep_and_an_operator_make_one_finding(shop: Town) -> None:
    shop.sweep()
    before = shop.count(FINDING)
    with shop.session() as session:
        world = World.__new__(World)
        world.session, world.clock = session, 0
        assert world.ask("shop")["blocks"] is True
    assert shop.count(FINDING) == before


def test_a_database_without_anything_is_swept(town: Town) -> None:
    report = town.sweep()

    assert (report.datasets, report.dags, report.failed, report.is_complete) == (0, 0, 0, True)
    assert town.count(Run) == 0

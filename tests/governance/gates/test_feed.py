"""Of what is heard, and to whom it is news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from airflow.models.dag import DagModel, DagTag
from airflow.models.taskinstance import TaskInstance
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from airflow_lineage_provider import lineage
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store import gate_changes
from airflow_lineage_provider.store.audit import append
from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.contract_writes import BoundSchema, rebind
from airflow_lineage_provider.store.decisions import baseline_entries
from airflow_lineage_provider.store.decisions.approval import Request
from airflow_lineage_provider.store.decisions.waiver_requests import (
    WaiverScope,
    approve_waiver,
    create_waiver,
    revoke_waiver,
)
from airflow_lineage_provider.store.ownership.hand import set_owner
from airflow_lineage_provider.store.ownership.registration import Registration, Target
from airflow_lineage_provider.store.tables import DatasetFacet, DatasetSchema, Facet, Run, Schema, core_table
from tests.governance.gates.kept_town import KeptTown, clear
from tests.governance.world import BUNDLE, NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "depot.public.stock")


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps({"contract-missing": "warn"}))


@pytest.fixture
def town(committed: Any) -> Iterator[KeptTown]:
    """``shop`` reads orders, ``depot`` reads stock, and ``load`` writes orders."""
    clear(committed)
    town = KeptTown(committed)
    with town.world() as world:
        world.dag("shop", "report")
        world.dag("depot", "count")
        world.dag("load", "write", owners="ann")
        world.record("load", "write", "r0", writes=(ORDERS,), dag_run_id=99)
        world.record("shop", "report", "r0", reads=(ORDERS,), dag_run_id=100)
        world.record("depot", "count", "r0", reads=(STOCK,), dag_run_id=101)
    town.keeper.step()
    assert town.step(seconds=3).judged == 0
    yield town
    clear(committed)


def judged(town: KeptTown, before: dict[str, Any]) -> set[str]:
    """DAGs that the next step judges."""
    town.step(seconds=3)
    return {dag_id for dag_id, at in moments(town).items() if at != before[dag_id]}


def moments(town: KeptTown) -> dict[str, Any]:
    return {dag_id: gate.judged_at for dag_id in ("shop", "depot", "load") if (gate := town.gate(dag_id))}


def levels(town: KeptTown, dag_id: str) -> dict[str, Level]:
    gate = town.gate(dag_id)
    assert gate is not None
    return {each.rule: each.level for each in gate.findings}


@pytest.mark.parametrize(
    "query",
    [
        "runs_heard_since",
        "touched_by",
        "marks_of",
        "newest_entry",
        "decided_since",
        "datasets_of_contracts_named",
        "tasks_under_way",
        "serialized_since",
        "live_dags",
    ],
)
def test_what_was_heard_before_a_query_failed_is_heard_again(
    query: str, town: KeptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **fields: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    before = moments(town)
    with town.world() as world:
        world.record("load", "write", "r1", writes=(ORDERS,), dag_run_id=130)
        world.record("shop", "report", "r1", reads=(ORDERS,), dag_run_id=131)
        world.session.execute(update(Run).where(Run.dag_run_id >= 130).values(recorded_at=town.now))
        world.contract(STOCK, owner="ann")
    with monkeypatch.context() as patch:
        patch.setattr(gate_changes, query, broken)
        town.later(seconds=10)
        with pytest.raises(OperationalError):
            town.keeper.step()
    assert judged(town, before) == {"shop", "depot", "load"}


def test_of_what_no_dag_reads_nothing_is_remembered(town: KeptTown) -> None:
    with town.world() as world:
        for number in range(3):
            dataset = DatasetId("s3://lake", f"day={number}")
            world.record("gone", "look", f"r{number}", reads=(dataset, ORDERS), dag_run_id=140 + number)
        world.session.execute(update(Run).where(Run.dag_run_id >= 140).values(recorded_at=town.now))
    town.step(seconds=3)
    marks = town.keeper._feed._heard.marks
    assert [ORDERS.digest in digests for digests, _ in marks.values()] == [True]


def test_entries_that_decide_nothing_are_read_once(town: KeptTown, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    decided_since = gate_changes.decided_since

    def spy(entry_id: int, *, session: Any) -> Any:
        asked.append(entry_id)
        return decided_since(entry_id, session=session)

    monkeypatch.setattr(gate_changes, "decided_since", spy)
    with town.session() as session:
        for _ in range(gate_changes.ENTRIES_BACK + 100):
            append("verdict", {}, actor="dag-run", subject="x", now=town.now, session=session)
        last = gate_changes.newest_entry(session=session)
    town.step(seconds=3)
    town.step(seconds=3)
    assert asked[1] == last - gate_changes.ENTRIES_BACK > asked[0]


def test_a_contract_that_moves_is_news_to_who_reads_what_it_left(town: KeptTown) -> None:
    with town.world() as world:
        world.contract(ORDERS, owner="ann")
    town.step(seconds=3)
    before = moments(town)
    with town.session() as session:
        version = session.execute(select(CONTRACT.c.id, CONTRACT.c.version)).one()
        moved = rebind(
            version.id,
            [BoundSchema("o", STOCK, "server")],
            contract_id="orders",
            version=version.version,
            actor="me",
            now=town.now,
            session=session,
        )
    assert moved
    assert judged(town, before) == {"shop", "depot"}
    assert levels(town, "shop")["contract-missing"] is Level.WARN


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target(ORDERS.namespace, ORDERS.name, is_glob=False), {"shop"}),
        (Target("postgres://*", "depot.*", is_glob=True), {"depot"}),
        (Target("*", "*", is_glob=True), {"shop", "depot"}),
        (Target("s3://*", "*", is_glob=True), set()),
    ],
)
def test_an_owner_is_news_to_who_reads_what_he_owns(town: KeptTown, target: Target, told: set[str]) -> None:
    before = moments(town)
    with town.session() as session:
        set_owner(
            Registration(target=target, owner="bob"), by="me", via="test", now=town.now, session=session
        )
    assert judged(town, before) == told
    assert ("owner-missing" in levels(town, "depot")) is ("depot" not in told)


def test_a_waiver_is_news_to_whom_it_may_let_pass(town: KeptTown) -> None:
    before = moments(town)
    with town.session() as session:
        waiver = create_waiver(
            WaiverScope("owner-missing", name="depot.*"),
            Request("they move", "ann", town.now + timedelta(days=3), None),
            longest=timedelta(days=90),
            now=town.now,
            session=session,
        )
        approve_waiver(waiver, by="bob", now=town.now, session=session)
    assert judged(town, before) == {"depot"}, "only there nobody owns anything"
    assert levels(town, "depot")["owner-missing"] is Level.OBSERVE

    with town.session() as session:
        revoke_waiver(waiver, by="bob", now=town.now, session=session)
    town.step(seconds=3)
    assert levels(town, "depot")["owner-missing"] is Level.BLOCK


def test_a_waiver_that_ends_ends_at_once(town: KeptTown) -> None:
    with town.session() as session:
        waiver = create_waiver(
            WaiverScope("owner-missing", name="depot.*"),
            Request("they move", "ann", town.now + timedelta(minutes=10), None),
            longest=timedelta(days=90),
            now=town.now,
            session=session,
        )
        approve_waiver(waiver, by="bob", now=town.now, session=session)
    town.step(seconds=3)
    assert levels(town, "depot")["owner-missing"] is Level.OBSERVE
    town.step(minutes=9)
    assert levels(town, "depot")["owner-missing"] is Level.OBSERVE
    town.step(minutes=1)
    assert levels(town, "depot")["owner-missing"] is Level.BLOCK


def test_the_baseline_is_news_to_all_with_findings(town: KeptTown) -> None:
    with town.session() as session:
        baseline_entries.take(by="me", now=town.now, session=session)
    town.step(seconds=3)
    assert set(levels(town, "depot").values()) == {Level.OBSERVE}
    gate = town.gate("depot")
    assert gate is not None
    assert gate.result == "pass"


def test_a_producer_that_begins_and_ends_is_news(town: KeptTown) -> None:
    with town.world() as world:
        world.run("load", "r5")
        world.attempt("load", "write", "r5", state="running")
    before = moments(town)
    assert judged(town, before) == {"shop"}
    assert "upstream-running" in levels(town, "shop")

    before = moments(town)
    assert judged(town, before) == set()
    with town.session() as session:
        session.execute(update(TaskInstance).values(state="success"))
    assert judged(town, before) == {"shop"}
    assert "upstream-running" not in levels(town, "shop")


def test_who_reads_the_same_is_not_news_to_others(town: KeptTown) -> None:
    with town.world() as world:
        world.dag("other", "look")
        world.record("other", "look", "r0", reads=(ORDERS,), dag_run_id=110)
        world.session.execute(update(Run).where(Run.dag_run_id == 110).values(recorded_at=town.now))
    town.step(seconds=10)  # it is new, and so is that anybody but shop reads orders
    before = moments(town)
    with town.world() as world:
        world.record("other", "look", "r1", reads=(ORDERS,), dag_run_id=111)
        world.session.execute(update(Run).where(Run.dag_run_id == 111).values(recorded_at=town.now))
    assert judged(town, before) == set()


def test_what_a_reader_finds_out_is_news_to_the_others(town: KeptTown) -> None:
    """Columns, and results of checks, come with reads as well."""
    with town.world() as world:
        stock, session = world.dataset(STOCK), world.session
        session.execute(insert(core_table(Facet)), [{"id": 1, "content_hash": "a" * 64, "body": b"x"}])
        session.execute(insert(core_table(Schema)), [{"id": 1, "content_hash": "b" * 64, "columns": "[]"}])
        world.dag("other", "check")
        world.record("other", "check", "r0", reads=(STOCK,), dag_run_id=120)
        session.execute(update(Run).where(Run.dag_run_id == 120).values(recorded_at=town.now))
    town.step(seconds=10)
    tables: tuple[tuple[Any, dict[str, Any]], ...] = (
        (DatasetFacet, {"name": "someFacet", "facet_id": 1}),
        (DatasetSchema, {"schema_id": 1, "valid_from": NOW}),
    )
    for number, (table, columns) in enumerate(tables, 121):
        before = moments(town)
        with town.world() as world:
            world.session.execute(insert(core_table(table)).values(dataset_id=stock, **columns))
            world.record("other", "check", f"r{number}", reads=(STOCK,), dag_run_id=number)
            world.session.execute(update(Run).where(Run.dag_run_id == number).values(recorded_at=town.now))
        assert judged(town, before) == {"depot"}


def test_the_owner_of_a_dag_that_writes_is_news_to_who_reads(town: KeptTown) -> None:
    assert "owner-missing" not in levels(town, "shop")
    before = moments(town)
    with town.world() as world:
        world.dag("load", "write >> more")
        world.session.execute(update(DagModel).where(DagModel.dag_id == "load").values(owners="airflow"))
    assert judged(town, before) == {"load", "shop"}
    assert "owner-missing" in levels(town, "shop")


def serialize(town: KeptTown, dag: DAG) -> None:
    from airflow.models.serialized_dag import SerializedDagModel

    with town.world() as world:
        SerializedDagModel.write_dag(
            LazyDeserializedDAG.from_dag(dag),
            bundle_name=BUNDLE,
            min_update_interval=0,
            session=world.session,
        )
        for tag in dag.tags:
            world.session.execute(insert(DagTag.__table__).values(dag_id=dag.dag_id, name=tag))


def test_a_tag_makes_its_gate_stricter(town: KeptTown) -> None:
    assert levels(town, "depot")["contract-missing"] is Level.WARN
    with DAG(
        "depot", schedule=None, start_date=NOW, tags=["lineage-gate:block", "lineage-gate:shout"]
    ) as dag:
        BaseOperator(task_id="count")
    serialize(town, dag)
    town.step(seconds=3)

    assert levels(town, "depot")["contract-missing"] is Level.BLOCK
    gate = town.gate("depot")
    assert gate is not None
    assert "Not followed: tag lineage-gate:shout asks for 'shout', which is nothing" in gate.message


def test_a_policy_makes_its_gate_stricter_and_switching_capture_off_reaches_it(town: KeptTown) -> None:
    params = lineage.policy(capture=False, gate="block").params
    with DAG("depot", schedule=None, start_date=NOW, params=params) as dag:
        BaseOperator(task_id="count")
    serialize(town, dag)
    town.step(seconds=3)

    assert levels(town, "depot")["capture-off"] is Level.BLOCK
    assert levels(town, "depot")["contract-missing"] is Level.BLOCK


def test_findings_about_datasets_stand_as_for_everybody_whatever_a_dag_tightens(town: KeptTown) -> None:
    from airflow_lineage_provider.store.findings import FINDING

    with DAG("depot", schedule=None, start_date=NOW, tags=["lineage-gate:block"]) as dag:
        BaseOperator(task_id="count")
    serialize(town, dag)
    town.step(seconds=3)
    with town.session() as session:
        query = select(FINDING.c.level).where(FINDING.c.rule == "contract-missing")
        assert set(session.scalars(query)) == {"warn"}

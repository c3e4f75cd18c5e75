"""The dag-run gate in Airflow's own scheduler, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates import dag_run_gate
from airflow_lineage_provider.governance.gates.loop_budget import SECONDS
from airflow_lineage_provider.governance.gates.run_note import BEGIN
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.tables import AuditEntry, Finding, Grant, Verdict, VerdictFinding
from airflow_lineage_provider.store.verdicts import read_body
from tests.governance.gates.scheduler import Scheduler, a_scheduler
from tests.governance.gates.states import finding, keep

HELD = "upstream_failed"


@pytest.fixture
def scheduler(committed: Any) -> Iterator[Scheduler]:
    with a_scheduler(committed) as found:
        yield found


@pytest.fixture(autouse=True)
def may_block(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, dag_run_gate="block")


def configure(monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    for name, value in options.items():
        monkeypatch.setenv(f"AIRFLOW__LINEAGE_PROVIDER__{name.upper()}", value)


def shop(*more: str, **settings: Any) -> DAG:
    """A DAG of two tasks, and more that begin by themselves."""
    with DAG("shop", schedule=None, **settings) as dag:
        EmptyOperator(task_id="read") >> EmptyOperator(task_id="write")
        for task_id in more:
            EmptyOperator(task_id=task_id)
    return dag


def start(
    scheduler: Scheduler, run_id: str = "r1", *, dag: DAG | None = None, **queued: Any
) -> dict[str, Any]:
    """Queue a run and let the scheduler start it; returns the states of its tasks."""
    dag = dag or shop()
    scheduler.store(dag)
    scheduler.queue(dag.dag_id, run_id, **queued)
    scheduler.loop()
    return scheduler.states(dag.dag_id, run_id)


def verdicts(scheduler: Scheduler) -> list[Any]:
    with Session(scheduler.engine) as session:
        return list(session.scalars(select(Verdict).where(Verdict.gate == "dag-run").order_by(Verdict.id)))


def audited(scheduler: Scheduler, kind: str = "verdict") -> list[dict[str, Any]]:
    with Session(scheduler.engine) as session:
        query = select(AuditEntry.payload).where(AuditEntry.kind == kind, AuditEntry.actor == "dag-run")
        return [json.loads(zlib.decompress(payload)) for payload in session.scalars(query)]


@contextmanager
def gone(scheduler: Scheduler, *tables: str) -> Iterator[None]:
    """Tables that are not there."""
    with scheduler.engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))
    try:
        yield
    finally:
        with scheduler.engine.begin() as connection:
            for table in tables:
                connection.execute(text(f"ALTER TABLE gone_{table} RENAME TO {table}"))


def test_a_blocked_run_fails_before_its_first_task(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    assert start(scheduler) == {"read": HELD, "write": HELD}
    assert scheduler.run_state("shop", "r1") == "failed"
    assert scheduler.executor.queued == []
    assert scheduler.heard.said == [("running", "r1"), ("failed", "r1")]
    assert "this run was blocked" in (scheduler.note("shop", "r1") or "")


def test_its_verdict_has_the_evidence_and_the_findings_of_the_kept_one(scheduler: Scheduler) -> None:
    kept = keep(scheduler.engine, "shop", finding())
    start(scheduler)
    (verdict,) = verdicts(scheduler)
    assert (verdict.dag_id, verdict.run_id, verdict.result, verdict.datasets) == ("shop", "r1", "fail", 1)
    assert verdict.message.startswith("Dag-run gate: this run was blocked")
    assert "owner-missing" in verdict.message
    answer = read_body(verdict.body)
    assert answer is not None
    assert [each["rule"] for each in answer["findings"]] == ["owner-missing"]
    with Session(scheduler.engine) as session:
        links = session.execute(
            select(VerdictFinding.verdict_id, VerdictFinding.level).order_by(VerdictFinding.verdict_id)
        ).all()
    assert links == [(kept, "block"), (verdict.id, "block")]
    (entry,) = audited(scheduler)
    assert (entry["verdict_id"], entry["kept_verdict_id"]) == (verdict.id, kept)
    assert (entry["blocks"], entry["held"], entry["mode"]) == (True, 2, "block")
    assert (entry["gate"], entry["dag_id"], entry["run_id"], entry["task_id"]) == (
        "dag-run",
        "shop",
        "r1",
        None,
    )


def test_the_callback_of_the_dag_is_sent(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    start(scheduler, dag=shop(on_failure_callback=print))
    (callback,) = scheduler.executor.callbacks
    assert (callback.run_id, callback.is_failure_callback) == ("r1", True)


def test_no_task_starts_whatever_its_trigger_rule(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "always", finding())
    with DAG("always", schedule=None) as dag:
        read = EmptyOperator(task_id="read")
        read >> EmptyOperator(task_id="all_done", trigger_rule="all_done")
        read >> EmptyOperator(task_id="one_failed", trigger_rule="one_failed")
        EmptyOperator(task_id="always", trigger_rule="always")
        create = EmptyOperator(task_id="create").as_setup()
        create >> EmptyOperator(task_id="use") >> EmptyOperator(task_id="drop").as_teardown(setups=create)
        EmptyOperator.partial(task_id="mapped").expand(task_display_name=["a", "b"])
    states = start(scheduler, dag=dag)
    assert set(states.values()) == {HELD}
    assert len(states) == 8
    scheduler.loop()
    assert scheduler.run_state("always", "r1") == "failed"
    assert scheduler.executor.queued == []


def test_a_run_whose_data_is_well_goes_on_and_leaves_a_short_verdict(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop")
    assert start(scheduler)["read"] == "scheduled" or scheduler.run_state("shop", "r1") == "running"
    (verdict,) = verdicts(scheduler)
    assert (verdict.result, verdict.body) == ("pass", None)
    assert scheduler.note("shop", "r1") is None
    assert audited(scheduler) == []


@pytest.mark.parametrize("mode", ["off", "observe", "warn"])
def test_nothing_is_held_back_where_the_gate_may_not_block(
    mode: str, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, dag_run_gate=mode)
    keep(scheduler.engine, "shop", finding())
    assert HELD not in start(scheduler).values()
    note, found = scheduler.note("shop", "r1"), verdicts(scheduler)
    if mode == "off":
        assert (note, found) == (None, [])
        return
    (verdict,) = found
    assert verdict.result == "fail"
    assert f"would be blocked, but the gate may only {mode} here" in verdict.message
    assert (verdict.body is not None, note is not None) == (mode == "warn", mode == "warn")
    assert [(entry["blocks"], entry["held"]) for entry in audited(scheduler)] == [(False, 0)]
    assert scheduler.count(VerdictFinding) == 2


def test_what_asks_for_less_than_the_mode_gets_less(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding(Level.WARN))
    assert HELD not in start(scheduler).values()
    assert "this run goes on" in (scheduler.note("shop", "r1") or "")


def test_of_a_cleared_run_only_what_has_not_begun_is_held_back(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop")
    start(scheduler)
    scheduler.finish("shop", "r1", "success", "read")
    scheduler.finish("shop", "r1", "failed", "write")
    scheduler.loop()
    assert scheduler.run_state("shop", "r1") == "failed"
    keep(scheduler.engine, "shop", finding())
    scheduler.clear("shop", "r1", "write")
    scheduler.loop()
    assert scheduler.states("shop", "r1") == {"read": "success", "write": HELD}
    assert scheduler.run_state("shop", "r1") == "failed"


def test_a_run_of_which_a_middle_task_alone_is_held_back_ends_as_its_last_tasks_did(
    scheduler: Scheduler,
) -> None:
    keep(scheduler.engine, "shop")
    with DAG("shop", schedule=None) as dag:
        EmptyOperator(task_id="read") >> EmptyOperator(task_id="check") >> EmptyOperator(task_id="write")
    start(scheduler, dag=dag)
    for task_id in ("read", "check", "write"):
        scheduler.finish("shop", "r1", "success", task_id)
    scheduler.loop()
    assert scheduler.run_state("shop", "r1") == "success"
    keep(scheduler.engine, "shop", finding())
    scheduler.clear("shop", "r1", "check")
    scheduler.loop()
    assert scheduler.states("shop", "r1") == {"read": "success", "check": HELD, "write": "success"}
    assert scheduler.run_state("shop", "r1") == "success"
    assert "this run was blocked" in (scheduler.note("shop", "r1") or "")
    assert [verdict.result for verdict in verdicts(scheduler)] == ["pass", "fail"]


def test_a_blocked_run_that_is_fixed_and_cleared_passes_and_says_so(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    start(scheduler)
    keep(scheduler.engine, "shop")
    scheduler.clear("shop", "r1")
    scheduler.loop()
    assert scheduler.run_state("shop", "r1") == "running"
    assert HELD not in scheduler.states("shop", "r1").values()
    assert "passed on" in (scheduler.note("shop", "r1") or "")
    assert [verdict.result for verdict in verdicts(scheduler)] == ["fail", "pass"]
    assert [entry["result"] for entry in audited(scheduler)] == ["fail", "pass"]


def test_a_note_says_what_everybody_may_read_and_the_verdict_all(scheduler: Scheduler) -> None:
    keep(
        scheduler.engine,
        "shop",
        finding(message="hr_payroll writes it"),
        shown="1 finding.\n1. x\n  (hidden)",
    )
    start(scheduler)
    note = scheduler.note("shop", "r1") or ""
    assert "(hidden)" in note
    assert "hr_payroll" not in note
    (verdict,) = verdicts(scheduler)
    assert "hr_payroll" in verdict.message


@pytest.mark.parametrize("is_expired", [False, True])
def test_a_blocked_run_that_goes_on_because_the_gate_may_only_observe_has_not_passed(
    is_expired: bool, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(scheduler.engine, "shop", finding())
    start(scheduler)
    configure(monkeypatch, dag_run_gate="observe")
    if is_expired:
        keep(scheduler.engine, "shop", finding(), valid=timedelta(0))
    scheduler.clear("shop", "r1")
    scheduler.loop()
    assert HELD not in scheduler.states("shop", "r1").values()
    note = scheduler.note("shop", "r1") or ""
    told = "could not judge" if is_expired else "would be blocked, but the gate may only observe here"
    assert told in note
    assert "passed" not in note
    assert "was blocked" not in note
    assert note.count(BEGIN) == 1


def test_a_run_that_is_blocked_again_has_one_note(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    start(scheduler)
    scheduler.clear("shop", "r1")
    scheduler.loop()
    assert scheduler.run_state("shop", "r1") == "failed"
    assert (scheduler.note("shop", "r1") or "").count(BEGIN) == 1


def test_a_persons_note_is_kept_beside_a_reason_of_10_kb(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding(message="why " * 2_500))
    scheduler.store(shop())
    scheduler.queue("shop", "r1")
    scheduler.write_note("shop", "r1", "Ask Ana first.")
    scheduler.loop()
    note = scheduler.note("shop", "r1") or ""
    assert note.startswith("Ask Ana first.\n\n")
    assert "fix: register an owner" in note
    assert len(note) <= 1_000
    assert scheduler.run_state("shop", "r1") == "failed"
    assert len(verdicts(scheduler)[0].message) > 9_000


def test_another_listeners_note_of_the_same_moment_is_kept(scheduler: Scheduler) -> None:
    def write(dag_run: Any) -> None:
        dag_run.note = "written by our listener"

    scheduler.heard.on_running = write
    keep(scheduler.engine, "shop", finding())
    start(scheduler)
    assert scheduler.run_state("shop", "r1") == "failed"
    assert "written by our listener" in (scheduler.note("shop", "r1") or "")


def test_with_one_active_run_at_most_the_next_run_has_its_turn(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    scheduler.store(shop(max_active_runs=1))
    scheduler.queue("shop", "r1", age=2)
    scheduler.queue("shop", "r2", age=1)
    scheduler.loop()
    assert (scheduler.run_state("shop", "r1"), scheduler.run_state("shop", "r2")) == ("failed", "queued")
    keep(scheduler.engine, "shop")
    scheduler.loop()
    assert scheduler.run_state("shop", "r2") == "running"


def test_a_task_that_the_dag_got_since_the_run_was_made_does_not_start_either(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    scheduler.store(shop())
    scheduler.queue("shop", "r1")
    scheduler.store(shop("new_one", "new_two"))
    scheduler.loop()
    scheduler.loop()
    assert scheduler.states("shop", "r1") == dict.fromkeys(("read", "write", "new_one", "new_two"), HELD)
    assert scheduler.run_state("shop", "r1") == "failed"
    keep(scheduler.engine, "shop")
    scheduler.clear("shop", "r1")
    scheduler.loop()
    assert HELD not in scheduler.states("shop", "r1").values()


@pytest.mark.parametrize("on_error", ["open", "closed"])
@pytest.mark.parametrize("known", ["never", "expired"])
def test_a_run_of_which_nothing_is_known_goes_on_unless_configured_closed(
    known: str, on_error: str, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, on_error=on_error)
    if known == "expired":
        keep(scheduler.engine, "shop", finding(), valid=timedelta(seconds=-1))
    states = start(scheduler)
    assert (set(states.values()) == {HELD}) is (on_error == "closed")
    (verdict,) = verdicts(scheduler)
    assert verdict.result == "error"
    assert "fix:" in verdict.message
    assert f"on_error is {on_error}" in (scheduler.note("shop", "r1") or "")
    assert [entry["result"] for entry in audited(scheduler)] == ["error"]


def test_an_error_does_not_block_where_the_mode_is_milder(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, on_error="closed", dag_run_gate="observe")
    assert HELD not in start(scheduler).values()
    assert [verdict.result for verdict in verdicts(scheduler)] == ["error"]
    assert scheduler.note("shop", "r1") is None


@pytest.mark.parametrize("on_error", ["open", "closed"])
@pytest.mark.parametrize(
    "tables",
    [
        ("lineage_gate_state",),
        ("lineage_gate_state", "lineage_verdict", "lineage_audit"),
    ],
)
def test_tables_that_are_missing_stop_no_scheduler(
    tables: tuple[str, ...],
    on_error: str,
    scheduler: Scheduler,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    configure(monkeypatch, on_error=on_error)
    scheduler.store(shop())
    for number in range(5):
        scheduler.queue("shop", f"r{number}")
    with gone(scheduler, *tables), caplog.at_level(logging.WARNING, dag_run_gate.__name__):
        scheduler.loop()
    for number in range(5):
        assert (set(scheduler.states("shop", f"r{number}").values()) == {HELD}) is (on_error == "closed")
        assert f"on_error is {on_error}" in (scheduler.note("shop", f"r{number}") or "")
    said = [record for record in caplog.records if record.name == dag_run_gate.__name__]
    assert len(said) == (1 if len(tables) == 1 else 2)
    assert [verdict.result for verdict in verdicts(scheduler)] == (["error"] * 5 if len(tables) == 1 else [])


def test_a_known_block_stands_although_no_verdict_can_be_written(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    with gone(scheduler, "lineage_verdict"):
        assert start(scheduler) == {"read": HELD, "write": HELD}
    assert scheduler.run_state("shop", "r1") == "failed"
    assert "owner-missing" in (scheduler.note("shop", "r1") or "")


def test_an_answer_that_cannot_be_read_is_an_error_and_no_crash(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    with scheduler.engine.begin() as connection:
        connection.execute(text("UPDATE lineage_gate_state SET findings = 'no JSON'"))
    assert HELD not in start(scheduler).values()
    assert [verdict.result for verdict in verdicts(scheduler)] == ["error"]


def test_a_kept_verdict_that_was_cleaned_away_is_not_missed(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    with Session(scheduler.engine) as session, session.begin():
        session.execute(delete(Verdict))
    assert start(scheduler) == {"read": HELD, "write": HELD}
    (verdict,) = verdicts(scheduler)
    assert (verdict.result, verdict.body) == ("fail", None)


def test_a_loop_that_took_too_long_leaves_the_rest_unjudged_and_says_so(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dag_run_gate.gate_of
    asked: list[str] = []

    def slow(dag_id: str, **where: Any) -> Any:
        asked.append(dag_id)
        time.sleep(SECONDS + 0.05)
        return real(dag_id, **where)

    monkeypatch.setattr(dag_run_gate, "gate_of", slow)
    keep(scheduler.engine, "shop", finding())
    scheduler.store(shop())
    for number in range(4):
        scheduler.queue("shop", f"r{number}", age=10 - number)
    scheduler.loop()
    assert len(asked) == 1
    assert [verdict.result for verdict in verdicts(scheduler)] == ["fail", "error", "error", "error"]
    assert "of this loop of the scheduler" in verdicts(scheduler)[1].message
    scheduler.queue("shop", "r4")
    scheduler.loop()
    assert len(asked) == 2


def a_grant(scheduler: Scheduler, **fields: Any) -> None:
    now = datetime.now(UTC)
    row = {
        "name": "night-shift", "dag_id": "sh*", "reason": "quarter end", "author": "ana", "created_at": now,
        "approver": "bob", "approved_at": now, "expires_at": now + timedelta(days=1), "uses": 0, "most_uses": 1,
    }  # fmt: skip
    with Session(scheduler.engine) as session, session.begin():
        session.execute(insert(Grant).values(**{**row, **fields}))


def test_a_break_glass_grant_lets_a_run_go_on_and_is_counted_once(scheduler: Scheduler) -> None:
    a_grant(scheduler)
    keep(scheduler.engine, "shop", finding())
    conf = {"lineage_break_glass": "night-shift"}
    assert HELD not in start(scheduler, conf=conf).values()
    (verdict,) = verdicts(scheduler)
    assert (verdict.result, verdict.grant_id is not None) == ("fail", True)
    assert "break-glass grant night-shift" in (scheduler.note("shop", "r1") or "")
    assert [entry["run_id"] for entry in audited(scheduler, "grant")] == ["r1"]
    scheduler.finish("shop", "r1", "failed")
    with scheduler.session() as session, session.begin():
        from airflow.models.dagrun import DagRun

        session.execute(update(DagRun).values(_state="failed"))
    scheduler.clear("shop", "r1")
    scheduler.loop()
    assert HELD not in scheduler.states("shop", "r1").values()
    scheduler.queue("shop", "r2", conf=conf)
    scheduler.loop()
    assert set(scheduler.states("shop", "r2").values()) == {HELD}
    assert "night-shift is no break-glass grant in force" in (scheduler.note("shop", "r2") or "")
    with Session(scheduler.engine) as session:
        assert session.scalar(select(Grant.uses)) == 1


def test_a_grant_for_another_dag_opens_nothing(scheduler: Scheduler) -> None:
    a_grant(scheduler, dag_id="finance_*")
    keep(scheduler.engine, "shop", finding())
    states = start(scheduler, conf={"lineage_break_glass": "night-shift"})
    assert set(states.values()) == {HELD}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_grant_that_another_scheduler_uses_opens_all_the_same(scheduler: Scheduler) -> None:
    """That one holds the row until its loop ends."""
    a_grant(scheduler, most_uses=None)
    keep(scheduler.engine, "shop", finding())
    scheduler.store(shop(max_active_runs=32))
    for number in range(20):
        scheduler.queue("shop", f"r{number}", conf={"lineage_break_glass": "night-shift"})
    with scheduler.engine.connect() as other, other.begin():
        other.execute(select(Grant.id).with_for_update())
        began = time.monotonic()
        scheduler.loop()
        took = time.monotonic() - began
    assert took < 3, "it waits once"
    started = [scheduler.states("shop", f"r{number}") for number in range(20)]
    assert [states for states in started if HELD in states.values()] == []
    assert "approved until" in (scheduler.note("shop", "r1") or "")
    assert [(verdict.result, verdict.grant_id is None) for verdict in verdicts(scheduler)] == [
        ("fail", False)
    ] * 20
    assert [entry["is_counted"] for entry in audited(scheduler, "grant")] == [False] * 20
    scheduler.queue("shop", "r20", conf={"lineage_break_glass": "night-shift"})
    scheduler.loop()
    assert HELD not in scheduler.states("shop", "r20").values()
    with Session(scheduler.engine) as session:
        assert session.scalar(select(Grant.uses)) == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_grant_opens_although_no_verdict_can_be_written(scheduler: Scheduler) -> None:
    a_grant(scheduler)
    keep(scheduler.engine, "shop", finding())
    with gone(scheduler, "lineage_audit"):
        states = start(scheduler, conf={"lineage_break_glass": "night-shift"})
    assert HELD not in states.values()
    assert "goes on by break-glass grant night-shift" in (scheduler.note("shop", "r1") or "")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("on_error", ["open", "closed"])
def test_of_a_grant_that_cannot_be_read_the_option_decides(
    on_error: str, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, on_error=on_error)
    a_grant(scheduler)
    keep(scheduler.engine, "shop", finding())
    with scheduler.engine.connect() as somebody, somebody.begin():
        somebody.execute(text("LOCK TABLE lineage_grant IN ACCESS EXCLUSIVE MODE"))
        states = start(scheduler, conf={"lineage_break_glass": "night-shift"})
    assert (HELD in states.values()) is (on_error == "closed")
    assert [verdict.result for verdict in verdicts(scheduler)] == ["error"]
    assert "the break-glass grant that it names" in (scheduler.note("shop", "r1") or "")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["lineage_gate_state", "lineage_verdict"])
def test_a_table_that_somebody_locks_holds_up_no_scheduler(table: str, scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    scheduler.store(shop())
    for number in range(10):
        scheduler.queue("shop", f"r{number}")
    with scheduler.engine.connect() as somebody, somebody.begin():
        somebody.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        scheduler.loop()
        took = time.monotonic() - began
    assert took < 10
    states = {tuple(scheduler.states("shop", f"r{number}").values()) for number in range(10)}
    assert ((HELD, HELD) in states) is (table == "lineage_verdict")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_finding_that_a_server_is_writing_is_not_waited_for(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    with scheduler.engine.connect() as server, server.begin():
        server.execute(select(Finding.id).with_for_update())
        assert start(scheduler) == {"read": HELD, "write": HELD}
    assert [verdict.result for verdict in verdicts(scheduler)] == ["fail"]
    assert scheduler.count(VerdictFinding) == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_schedulers_own_waits_are_as_long_as_before(scheduler: Scheduler) -> None:
    keep(scheduler.engine, "shop", finding())
    waits: list[str] = []

    def look(dag_run: Any) -> None:
        from sqlalchemy.orm import object_session

        session = object_session(dag_run)
        assert session is not None
        waits.append(session.connection().scalar(text("SHOW lock_timeout")))

    scheduler.heard.on_running = look
    start(scheduler)
    assert waits == ["0"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("level", "mode", "expected"),
    [
        (Level.OFF, "block", ["begin", "read", "verdict", "end"]),
        (Level.BLOCK, "observe", ["begin", "read", "verdict", "findings", "audit", "end"]),
        (Level.BLOCK, "warn", ["begin", "read", "note", "verdict", "findings", "audit", "end"]),
        (
            Level.BLOCK,
            "block",
            [
                "begin", "read", "hold", "begin", "new tasks", "end", "note", "verdict", "findings", "audit",
                "end",
            ],
        ),
    ],
)  # fmt: skip
def test_a_run_costs_few_round_trips(
    level: Level, mode: str, expected: list[str], scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {
        "SAVEPOINT ": "begin",
        "RELEASE ": "end",
        "SELECT set_config": "end",
        "SELECT lineage_gate_state": "read",
        "UPDATE task_instance": "hold",
        "SELECT anon_1.id": "new tasks",
        "INSERT INTO dag_run_note": "note",
        "INSERT INTO lineage_verdict ": "verdict",
        "INSERT INTO lineage_verdict_finding": "findings",
        "INSERT INTO lineage_audit": "audit",
    }
    configure(monkeypatch, dag_run_gate=mode)
    keep(scheduler.engine, "shop", *([finding()] if level is Level.BLOCK else []))
    scheduler.store(shop())
    scheduler.queue("shop", "r1")
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(next((word for begin, word in words.items() if statement.startswith(begin)), statement))

    event.listen(scheduler.engine, "before_cursor_execute", note)
    try:
        scheduler.loop()
    finally:
        event.remove(scheduler.engine, "before_cursor_execute", note)
    first = sent.index("begin")
    last = len(sent) - sent[::-1].index("end")
    assert sent[first:last] == expected

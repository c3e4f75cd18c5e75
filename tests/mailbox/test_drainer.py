from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.mailbox import drainer as drainer_module
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.store.tables import Run
from tests.airflow_rows import add_state
from tests.mailbox.office import Office
from tests.store.stories import core, entry, late, sql

CORE = MailboxKey(1, "core")
BOOKKEEPING = ("lineage_dead_letter", "lineage_watermark")


def test_good_rows_are_ingested_and_gone(office: Office) -> None:
    ti_id = office.attempt()
    office.post_record(core(ti_id, awaits=("late",), outputs=[entry("t")]))
    office.post_record(late(ti_id, outputs=[entry("u")]))
    done = office.drainer.drain()
    assert (done.ingested, done.buried) == (2, 0)
    assert office.keys() == []
    assert office.count("lineage_run") == 1
    assert office.count("lineage_run_io") == 2
    assert not office.drainer.drain()


def test_rows_of_other_users_of_the_state_store_are_left_alone(office: Office) -> None:
    others = [
        "job_id",
        "airflow_lineage_providers/1/core",
        "airflow-lineage-provider/1/core",
        "airflowXlineageXprovider/1/core",
        "AIRFLOW_LINEAGE_PROVIDER/1/core",
        "my/airflow_lineage_provider/1/core",
    ]
    for key in others:
        office.post(key, "garbage")
    done = office.drainer.drain()
    assert (done.ingested, done.buried) == (0, 0)
    assert office.keys() == others


BAD_VALUES = {
    "garbage": "garbage",
    "empty": "",
    "a text": '"text"',
    "a list": "[]",
    "null": "null",
    "NaN": '{"v": 1, "kind": "core", "outcome": "success", "ti_id": "x", "capture_ms": NaN}',
    "NUL": '{"v": 1, "kind": "core", "operator": "a\\u0000b"}',
    "half a surrogate": '{"v": 1, "operator": "\\ud83d"}',
    "nesting": "[" * 100_000,
    "nested objects": '{"a":' * 100_000,
    "statements that are no list": '{"statements": 5}',
    "statements that are an object": '{"v": 1, "statements": {"sql": "x"}}',
    "another version": '{"v": 2}',
    "no id": '{"v": 1, "kind": "core", "outcome": "success", "ti_id": "nobody"}',
    "an unknown id": json.dumps({"v": 1, "kind": "core", "outcome": "success", "ti_id": str(uuid4())}),
    "another kind": '{"v": 1, "kind": "late", "outcome": "success", "ti_id": "x"}',
    "a long line of backslashes": "\\" * 10_000,
}


@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_bad_value_is_a_dead_letter_and_changes_nothing_else(office: Office, value: str) -> None:
    office.attempt()
    before = office.counts(*BOOKKEEPING)
    office.post(CORE, value)
    done = office.drainer.drain()
    assert (done.ingested, done.buried) == (0, 1)
    assert office.keys() == []
    ((key, reason),) = office.letters()
    assert key == str(CORE)
    assert reason
    assert office.counts(*BOOKKEEPING) == before


@pytest.mark.parametrize(
    "key",
    [
        "airflow_lineage_provider/",
        "airflow_lineage_provider/x/core",
        "airflow_lineage_provider/1/nonsense",
        "airflow_lineage_provider/1/core-",
        "airflow_lineage_provider/2/core",
        "airflow_lineage_provider/1/late",
    ],
)
def test_a_good_record_under_a_wrong_key_is_a_dead_letter(office: Office, key: str) -> None:
    office.post(key, core(office.attempt()).to_wire())
    assert office.drainer.drain().buried == 1
    assert office.count("lineage_run") == 0


def test_a_record_that_names_somebody_elses_task_instance_is_a_dead_letter(office: Office) -> None:
    office.attempt()
    other = office.attempt("other")
    office.post_record(core(other, outputs=[entry("t")]), task_id="load")
    assert office.drainer.drain().buried == 1
    ((_, reason),) = office.letters()
    assert "another task's" in reason
    assert office.count("lineage_run") == 0


def test_a_huge_value_is_a_dead_letter_of_which_the_head_is_kept(office: Office) -> None:
    size = 50_000_000
    office.post(CORE, '{"v": 1, "context": {"a": "' + "x" * size + '"}}')
    assert office.drainer.drain().buried == 1
    ((_, reason),) = office.letters()
    assert "larger than" in reason
    (text,) = office.letter_texts()
    assert len(text) < 100_000
    with office.session() as session:
        (kept,) = session.execute(drainer_module_letters()).all()
    assert kept.payload_bytes > size


def drainer_module_letters() -> Any:
    from airflow_lineage_provider.store.dead_letters import DEAD

    return select(DEAD.c.payload_bytes)


def test_good_rows_behind_bad_ones_are_ingested(office: Office) -> None:
    for number in range(5):
        office.post(MailboxKey(1, "core"), "garbage", map_index=number)
    office.post_record(core(office.attempt()))
    for number in range(5, 9):
        office.post(MailboxKey(1, "core"), "[" * 5000, map_index=number)
    done = office.drainer.drain()
    assert (done.ingested, done.buried) == (1, 9)
    assert office.keys() == []


def test_what_the_database_refuses_is_a_dead_letter_without_the_payload_in_its_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import text

    def refused(record: Any, attempt: Any, *, session: Session, **_: Any) -> int:
        session.execute(text("INSERT INTO lineage_facet (content_hash) VALUES (:hash)"), {"hash": "hunter2"})
        return 0

    monkeypatch.setattr(drainer_module, "ingest_segment", refused)
    office.post_record(core(office.attempt()))
    assert office.drainer.drain().buried == 1
    ((_, reason),) = office.letters()
    assert reason.startswith("ingest failed: ")
    assert "hunter2" not in reason.splitlines()[0]


def test_no_literal_of_a_statement_is_kept_in_a_dead_letter(office: Office) -> None:
    text = "INSERT INTO customers VALUES ('Zwetschgenmus', 4711)"
    facet = {"sql": {"query": text}}
    wire = core(
        uuid4(), run_facets=facet, job_facets=facet, outputs=[entry("t", facets=facet)], **sql(text)
    ).to_wire()
    office.post(CORE, wire)
    office.post(MailboxKey(1, "core"), json.dumps(wire) + "x" * 5_000_000, map_index=1)
    office.post(MailboxKey(1, "core"), json.dumps(wire)[:-5], map_index=2)
    assert office.drainer.drain().buried == 3
    for kept in office.letter_texts():
        assert "Zwetschgenmus" not in kept


def test_a_drainer_that_dies_in_the_middle_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ti_id = office.attempt()
    office.post_record(core(ti_id, inputs=[entry("raw")], outputs=[entry("t")]))
    empty = office.counts("lineage_watermark")
    real = drainer_module.ingest_segment

    def dies(*args: Any, session: Session, **kwargs: Any) -> int:
        real(*args, session=session, **kwargs)
        # The connection goes away with everything written and nothing committed.
        session.connection().connection.dbapi_connection.close()  # type: ignore[union-attr]
        raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    monkeypatch.setattr(drainer_module, "ingest_segment", dies)
    office.drainer.drain()
    monkeypatch.undo()
    assert office.keys() == [str(CORE)]
    assert office.counts("lineage_watermark") == empty
    assert office.new_drainer().drain().ingested == 1
    assert office.count("lineage_run_io") == 2
    assert office.keys() == []


def test_a_deadlock_is_no_fault_of_the_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadlocked(*_: Any, **__: Any) -> int:
        raise OperationalError("UPDATE lineage_edge", {}, Exception("deadlock detected"))

    office.post_record(core(office.attempt()))
    monkeypatch.setattr(drainer_module, "ingest_segment", deadlocked)
    assert not office.drainer.drain()
    monkeypatch.undo()
    assert office.letters() == []
    assert office.drainer.drain().ingested == 1


def test_what_a_database_can_never_hold_becomes_a_dead_letter(office: Office) -> None:
    ti_id = office.attempt()
    # Too many bytes for an index of PostgreSQL; other databases take it.
    wide = "".join(chr(0x20000 + number * 37 % 40_000) for number in range(1000))
    office.post_record(core(ti_id, inputs=[IoEntry(Evidence.HOOK, dataset=DatasetId(wide, "x"))]))
    for _ in range(3):
        office.drainer.drain()
    assert office.keys() == []


def test_a_row_that_others_overtake_for_ever_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> int:
        raise OperationalError("INSERT", {}, Exception("too many of something"))

    office.post_record(core(office.attempt()))
    monkeypatch.setattr(drainer_module, "ingest_segment", never)
    monkeypatch.setattr(drainer_module, "MOST_PASSES", 3)
    for _ in range(12):
        office.drainer.drain()
    assert office.letters() == [(str(CORE), "ingest did not finish in 3 tries")]
    assert office.keys() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interrupted_drainer_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    office.post_record(core(office.attempt()))

    def interrupted(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(drainer_module, "delete_row", interrupted)
    with suppress(KeyboardInterrupt, SystemExit):
        office.drainer.drain()
    monkeypatch.undo()
    assert office.count("lineage_run") == 0
    assert office.new_drainer().drain().ingested == 1


def test_a_row_committed_late_with_a_lower_id_is_found(office: Office) -> None:
    office.attempt()
    office.post("somebody else's", "x", row_id=500)
    office.drainer.drain()
    office.drainer.drain()  # the first pass looks at everything: only the second stands on a watermark
    office.post_record(core(office.attempt("other")), task_id="other", row_id=123)
    assert office.drainer.drain().ingested == 1


def test_a_row_below_the_safety_window_is_found_by_the_full_sweep(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post("somebody else's", "x", row_id=drainer_module.SAFETY_WINDOW + 500)
    office.drainer.drain()
    office.post_record(core(office.attempt()), row_id=3)
    assert office.drainer.drain().ingested == 0
    monkeypatch.setattr(drainer_module, "FULL_SWEEP_EVERY", 0.0)
    assert office.drainer.drain().ingested == 1


def test_a_pass_over_more_rows_than_a_batch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drainer_module, "BATCH", 3)
    for number in range(10):
        office.post_record(core(office.attempt(map_index=number)), map_index=number)
    assert office.drainer.drain().ingested == 10


def test_an_idle_pass_costs_three_statements_at_most(office: Office) -> None:
    office.drainer.drain()
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    try:
        office.drainer.drain()
    finally:
        event.remove(office.engine, "before_cursor_execute", note)
    assert len(statements) <= 3, statements


def test_a_row_that_somebody_holds_is_left_for_them(office: Office) -> None:
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no row locks")
    row_id = office.post_record(core(office.attempt()))
    from airflow_lineage_provider.store.mailbox_rows import hold_row, read_row

    with Session(office.engine) as other, other.begin():
        row = read_row(row_id, limit=1 << 20, session=other)
        assert row is not None
        assert hold_row(row, session=other)
        assert office.drainer.drain().ingested == 0
    assert office.drainer.drain().ingested == 1


def test_answers_nobody_fetched_are_swept(office: Office) -> None:
    now = datetime.now(UTC)
    old, new = (str(MailboxKey(1, "answer", name)) for name in ("old", "new"))
    office.post(old, "{}", updated_at=now - timedelta(hours=2))
    office.post(new, "{}", updated_at=now)
    office.post("other/answer-1", "{}", updated_at=now - timedelta(days=2))
    office.drainer.drain()
    assert office.keys() == [new, "other/answer-1"]


def test_a_dead_letter_is_ingested_once_its_reason_is_gone(office: Office) -> None:
    ti_id = uuid4()
    office.post_record(core(ti_id, outputs=[entry("t")]))
    office.drainer.drain()
    (letter_id,) = letter_ids(office)
    reason = office.drainer.retry_dead_letter(letter_id)
    assert reason is not None
    assert "no task instance" in reason
    assert office.letters() == [(str(CORE), reason)]
    with office.session() as session:
        from airflow.models.taskinstance import TaskInstance

        table: Any = TaskInstance.__table__
        session.execute(
            table.insert().values(
                id=ti_id,
                dag_id="shop",
                run_id="r1",
                task_id="load",
                map_index=-1,
                try_number=1,
                state="success",
                pool="default_pool",
                pool_slots=1,
            )
        )
    assert office.drainer.retry_dead_letter(letter_id) is None
    assert office.letters() == []
    with office.session() as session:
        assert session.scalars(select(Run.ti_id)).all() == [ti_id]
    assert "no dead letter" in str(office.drainer.retry_dead_letter(letter_id))


def test_a_retry_is_counted(office: Office) -> None:
    from airflow_lineage_provider.store.dead_letters import list_letters

    office.post(CORE, "garbage")
    office.drainer.drain()
    (letter_id,) = letter_ids(office)
    office.drainer.retry_dead_letter(letter_id)
    office.drainer.retry_dead_letter(letter_id)
    with office.session() as session:
        assert [letter.retries for letter in list_letters(session=session)] == [2]


def letter_ids(office: Office) -> list[int]:
    from airflow_lineage_provider.store.dead_letters import list_letters

    with office.session() as session:
        return [letter.id for letter in list_letters(session=session)]


def test_the_row_of_a_task_state_survives_what_we_do_with_its_neighbours(office: Office) -> None:
    with office.session() as session:
        add_state(session, office.dag_run_id, "cursor", "42")
    office.post_record(core(office.attempt()))
    office.drainer.drain()
    assert office.keys() == ["cursor"]

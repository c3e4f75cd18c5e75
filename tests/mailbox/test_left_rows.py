"""Rows that a pass leaves, and ids that come back: nothing drops out of sight, nothing comes back for ever."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from airflow_lineage_provider.mailbox import drainer as drainer_module, tries
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.store.mailbox_rows import hold_row, read_row
from airflow_lineage_provider.store.watermarks import WATERMARK
from tests.mailbox.office import Office
from tests.store.stories import core, entry

CORE = MailboxKey(1, "core")
QUESTION = MailboxKey(1, "question", "18c")
FAR = drainer_module.SAFETY_WINDOW + 500


def test_rows_that_get_the_ids_of_deleted_ones_are_found_at_once(office: Office) -> None:
    office.drainer.drain()
    for number in range(3):
        ti_id = office.attempt(map_index=number)
        office.post_record(core(ti_id), map_index=number, row_id=FAR + number)
    assert office.drainer.drain().ingested == 3
    office.post_record(core(office.attempt()), row_id=1)
    if office.engine.dialect.name == "sqlite":
        assert office.drainer.drain().ingested == 1


def test_ids_that_another_server_freed_are_looked_at_again(office: Office) -> None:
    if office.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite hands out ids again")
    office.drainer.drain()
    office.post("somebody else's", "x", row_id=FAR)
    office.drainer.drain()
    with office.session() as session:
        from airflow_lineage_provider.store.mailbox_rows import delete_row

        delete_row(FAR, session=session)
    office.post_record(core(office.attempt()))
    assert office.drainer.drain().ingested == 1


def test_a_waiting_question_is_looked_at_however_far_the_watermark_goes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [None, None, None, {"result": "pass"}]
    monkeypatch.setattr(drainer_module, "answer", lambda *_, **__: answers.pop(0))
    office.drainer.drain()
    office.post(QUESTION, {}, task_id="gate", row_id=1, updated_at=datetime.now(UTC))
    assert office.drainer.drain().waiting == 1
    office.post("somebody else's", "x", row_id=FAR)
    office.drainer.drain()
    assert office.drainer.drain().waiting == 1
    assert office.drainer.drain().answered == 1
    assert office.drainer._left == {}


def test_a_row_that_met_a_deadlock_is_looked_at_however_far_the_watermark_goes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(*_: Any, **__: Any) -> int:
        raise OperationalError("x", {}, Exception("deadlock detected"))

    office.drainer.drain()
    office.post_record(core(office.attempt()), row_id=1)
    with monkeypatch.context() as patch:
        patch.setattr(drainer_module, "ingest_segment", deadlock)
        assert not office.drainer.drain()
    office.post("somebody else's", "x", row_id=FAR)
    with monkeypatch.context() as patch:
        patch.setattr(drainer_module, "ingest_segment", deadlock)
        office.drainer.drain()
        office.drainer.drain()
    assert office.drainer.drain().ingested == 1


def test_a_row_that_keeps_failing_in_an_unforeseen_way_is_buried(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ill(*_: Any, **__: Any) -> None:
        raise RuntimeError("ill")

    office.drainer.drain()
    office.post_record(core(office.attempt()))
    with monkeypatch.context() as patch:
        patch.setattr(drainer_module, "delete_row", ill)
        for _ in range(tries.MOST):
            assert not office.drainer.drain()
    assert office.drainer.drain().buried == 1
    assert office.letters() == [(str(CORE), "ingest did not finish in 3 tries")]
    assert not marks(office)


def test_a_row_that_kills_the_process_is_buried(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    office.post_record(core(office.attempt()))
    with monkeypatch.context() as patch:
        patch.setattr(drainer_module, "ingest_segment", killed)
        for _ in range(tries.MOST):
            with pytest.raises(Killed):
                office.new_drainer().drain()
        # Another server may have begun its try only now.
        assert not office.new_drainer().drain()
        with office.session() as session:
            session.execute(WATERMARK.update().values(updated_at=datetime.now(UTC) - tries.REST))
        assert office.new_drainer().drain().buried == 1
    assert office.keys() == []
    assert office.letters() == [(str(CORE), "ingest did not finish in 3 tries")]


def test_a_large_row_is_counted_and_a_normal_one_is_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = drainer_module.ingest_segment

    def noting(*args: Any, **kwargs: Any) -> int:
        seen.append(read_marks(kwargs["session"]))
        return real(*args, **kwargs)

    monkeypatch.setattr(drainer_module, "ingest_segment", noting)
    office.drainer.drain()
    office.post_record(core(office.attempt()))
    large = core(office.attempt("large"), context={"k": "x" * tries.LARGE})
    office.post_record(large, task_id="large")
    assert office.drainer.drain().ingested == 2
    assert [len(names) for names in seen] == [0, 1]
    assert not marks(office)


def test_counts_of_rows_that_are_gone_are_swept(office: Office) -> None:
    with office.session() as session:
        for name, days in (("row-1-2.0", 2), ("row-3-4.0", 0), ("reconcile", 9)):
            moment = datetime.now(UTC) - timedelta(days=days)
            session.execute(WATERMARK.insert().values(name=name, value=1, updated_at=moment))
    office.drainer.drain()
    assert marks(office) == ["row-3-4.0"]


def test_a_row_that_was_written_anew_since_it_was_read_is_left(office: Office) -> None:
    row_id = office.post(CORE, "{}")
    with office.session() as session:
        row = read_row(row_id, limit=100, session=session)
        assert row is not None
        assert hold_row(row, session=session)
    with office.session() as session:
        from airflow_lineage_provider.store.mailbox_rows import ROWS

        session.execute(ROWS.update().values(updated_at=datetime.now(UTC)))
    with office.session() as session:
        assert not hold_row(row, session=session)


def test_decoding_needs_no_lock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow_lineage_provider.mailbox import parcel

    if office.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite locks the whole file")
    real = parcel.prepare_segment

    def writes_meanwhile(*args: Any, **kwargs: Any) -> Any:
        office.post("somebody else's", "x")
        return real(*args, **kwargs)

    monkeypatch.setattr(parcel, "prepare_segment", writes_meanwhile)
    office.post_record(core(office.attempt(), outputs=[entry("t")]))
    assert office.drainer.drain().ingested == 1


@pytest.mark.parametrize("where", ["ingest_segment", "delete_row"])
@pytest.mark.parametrize("chained", [False, True])
def test_the_log_shows_no_parameter_of_a_statement(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    where: str,
    chained: bool,
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        error = IntegrityError("INSERT", {"sql": "hunter2"}, Exception("refused\nDETAIL: hunter2"))
        if chained:
            raise RuntimeError("ill") from error
        raise error

    monkeypatch.setattr(drainer_module, where, refused)
    office.post_record(core(office.attempt()))
    with caplog.at_level(logging.DEBUG):
        office.drainer.drain()
    assert "hunter2" not in caplog.text
    assert "refused" in caplog.text


def marks(office: Office) -> list[str]:
    with office.session() as session:
        return read_marks(session)


def read_marks(session: Any) -> list[str]:
    from sqlalchemy import select

    return [name for name in session.scalars(select(WATERMARK.c.name)) if name.startswith("row-")]

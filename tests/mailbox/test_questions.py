from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.models.task_state_store import TaskStateStoreModel
from sqlalchemy import select

from airflow_lineage_provider.mailbox import drainer as drainer_module
from airflow_lineage_provider.mailbox.key import MailboxKey
from tests.mailbox.office import Office
from tests.store.stories import core, entry

QUESTION = MailboxKey(2, "question", "18c")
ANSWER = MailboxKey(2, "answer", "18c")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any, bool]]:
    """What the judge was asked; it answers with the name of the asking task."""
    calls: list[tuple[Any, Any, bool]] = []

    def answer(asker: Any, question: Any, *, give_up: bool, session: Any) -> dict[str, Any] | None:
        calls.append((asker, question, give_up))
        if question.get("wait") and not give_up:
            return None
        return {"asked by": asker.task_id}

    monkeypatch.setattr(drainer_module, "answer", answer)
    return calls


def values(office: Office) -> dict[str, Any]:
    with office.session() as session:
        rows = session.execute(select(TaskStateStoreModel.key, TaskStateStoreModel.value))
        return {row[0]: json.loads(row[1]) for row in rows}


def test_an_answer_stands_where_the_asking_task_looks(office: Office, asked: list[Any]) -> None:
    office.post(QUESTION, {"datasets": []}, task_id="gate", map_index=4, updated_at=datetime.now(UTC))
    done = office.drainer.drain()
    assert (done.answered, done.buried) == (1, 0)
    assert values(office) == {str(ANSWER): {"asked by": "gate"}}
    ((asker, question, give_up),) = asked
    assert (asker.dag_id, asker.run_id, asker.task_id) == ("shop", "r1", "gate")
    assert (asker.map_index, asker.try_number) == (4, 2)
    assert question == {"datasets": []}
    assert not give_up
    assert not office.drainer.drain()  # an answer is nobody's question


def test_a_question_waits_until_upstream_records_came_or_time_is_up(
    office: Office, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = office.post(QUESTION, {"wait": True}, task_id="gate", updated_at=datetime.now(UTC))
    done = office.drainer.drain()
    assert (done.answered, done.waiting) == (0, 1)
    assert not done
    assert list(values(office)) == [str(QUESTION)]
    with office.session() as session:
        table: Any = TaskStateStoreModel.__table__
        session.execute(
            table.update()
            .where(table.c.id == row_id)
            .values(updated_at=datetime.now(UTC) - timedelta(minutes=1))
        )
    assert office.drainer.drain().answered == 1
    assert [give_up for _, _, give_up in asked] == [False, True]


def test_records_are_ingested_before_the_questions_of_the_same_pass(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def answer(*_: Any, **__: Any) -> dict[str, Any]:
        runs.append(office.count("lineage_run") if office.engine.dialect.name != "sqlite" else 1)
        return {}

    monkeypatch.setattr(drainer_module, "answer", answer)
    office.post(QUESTION, {}, task_id="gate")
    office.post_record(core(office.attempt(), outputs=[entry("t")]))
    office.drainer.drain()
    assert runs == [1]


def test_a_question_nobody_can_read_is_a_dead_letter(office: Office, asked: list[Any]) -> None:
    office.post(QUESTION, "[1]", task_id="gate")
    office.post(MailboxKey(2, "question", "19c"), "garbage", task_id="gate")
    assert office.drainer.drain().buried == 2
    assert asked == []
    assert office.keys() == []


def test_a_judge_that_fails_leaves_a_reason_and_nothing_half_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.store.tables import Watermark

    def answer(*_: Any, session: Any, **__: Any) -> dict[str, Any]:
        session.add(Watermark(name="half", value=1, updated_at=datetime.now(UTC)))
        session.flush()
        raise RuntimeError("the judge is ill")

    monkeypatch.setattr(drainer_module, "answer", answer)
    office.post(QUESTION, {}, task_id="gate")
    assert office.drainer.drain().buried == 1
    assert office.letters() == [(str(QUESTION), "ingest failed: RuntimeError: the judge is ill")]
    with office.session() as session:
        assert session.get(Watermark, "half") is None


@pytest.mark.parametrize(
    ("on_error", "level", "blocks"),
    [("open", "block", False), ("closed", "block", True), ("closed", "warn", False)],
)
def test_a_judge_that_breaks_says_so_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, on_error: str, level: str, blocks: bool
) -> None:
    def answer(*_: Any, **__: Any) -> dict[str, Any]:
        raise KeyError("a rule that broke")

    monkeypatch.setattr(drainer_module, "answer", answer)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", on_error)
    office.post(QUESTION, {"level": level}, task_id="gate")

    assert office.drainer.drain().buried == 1

    told = values(office)[str(ANSWER)]
    assert (told["result"], told["blocks"], told["verdict_id"]) == ("error", blocks, None)
    assert "KeyError" in told["message"]

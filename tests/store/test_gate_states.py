from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import (
    LONGEST_MESSAGE,
    MOST_FINDINGS,
    GateFinding,
    StoredGate,
    count_gates,
    dags_with_gates,
    delete_ahead,
    delete_gates,
    ending_gates,
    gate_of,
    gates_after,
    gates_of,
    renew_gates,
    save_gate,
    save_gates,
)
from tests.airflow_rows import NOW

HOUR = timedelta(hours=1)


def gate(dag_id: str = "shop", *, after: timedelta = timedelta(0), **fields: Any) -> StoredGate:
    known: dict[str, Any] = {
        "result": "fail",
        "level": Level.BLOCK,
        "message": "1 finding on 1 upstream dataset; result: fail.",
        "shown": None,
        "findings": (GateFinding("0" * 64, "owner-missing", Level.BLOCK),),
        "findings_total": 1,
        "datasets": 1,
        "fingerprint": "f" * 64,
        "verdict_id": 7,
        "judged_at": NOW + after,
        "valid_until": NOW + after + HOUR,
    }
    return StoredGate(dag_id, **{**known, **fields})


def test_an_answer_is_read_as_it_was_written(db: Any) -> None:
    kept = gate()
    save_gate(kept, session=db)

    assert gate_of("shop", connection=db) == kept
    assert gate_of("shop", connection=db.connection()) == kept
    assert gate_of("other", connection=db) is None
    assert gates_of(["shop", "other"], session=db) == {"shop": kept}


def test_it_is_one_statement_that_commits_nothing(db: Any) -> None:
    save_gate(gate(), session=db)
    asked: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    with db.connection().begin_nested():
        gate_of("shop", connection=db.connection())
    assert len([each for each in asked if each.startswith("SELECT")]) == 1


def test_it_counts_until_its_end(db: Any) -> None:
    kept = gate()
    assert not kept.is_expired(NOW + HOUR - timedelta(microseconds=1))
    assert kept.is_expired(NOW + HOUR)


def test_what_a_clock_that_was_ahead_said_is_no_answer(db: Any) -> None:
    minute = timedelta(minutes=1)
    save_gates([gate("a", after=5 * minute), gate("b", after=6 * minute)], session=db)
    found = gates_of(["a", "b"], session=db)
    assert [found[each].is_expired(NOW) for each in "ab"] == [False, True]
    assert count_gates(NOW, session=db) == (2, 1)
    assert set(ending_gates(NOW, now=NOW, session=db)) == {"b"}
    delete_ahead(["a", "b"], now=NOW, session=db)
    assert dags_with_gates(session=db) == {"a"}


def test_what_is_long_is_bounded(db: Any) -> None:
    many = tuple(GateFinding(f"{number:064d}", "owner-missing", Level.WARN) for number in range(80))
    save_gate(gate(message="ä" * 50_000, findings=many, findings_total=80), session=db)

    found = gate_of("shop", connection=db)
    assert found is not None
    assert len(found.message) == LONGEST_MESSAGE
    assert (found.findings, found.findings_total) == (many[:MOST_FINDINGS], 80)


@given(order=st.permutations([0, 1, 2, 3, 4]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_newest_answer_stands_in_whatever_order_they_come(db: Any, order: list[int]) -> None:
    delete_gates(["shop"], session=db)
    answers = [
        gate(after=minute * timedelta(minutes=1), fingerprint=f"{minute:064d}", verdict_id=minute)
        for minute in range(5)
    ]
    for place in order:
        save_gate(answers[place], session=db)
    assert gate_of("shop", connection=db) == answers[4]


def test_an_answer_holds_on_unless_somebody_said_more_since(db: Any) -> None:
    save_gates([gate("a"), gate("b"), gate("c", after=timedelta(minutes=5))], session=db)
    now = NOW + timedelta(minutes=30)

    renewed = renew_gates(["a", "c", "gone"], seen_at=NOW, now=now, valid_until=now + HOUR, session=db)

    assert renewed == 1
    found = gates_of(["a", "b", "c"], session=db)
    assert {dag_id: each.judged_at for dag_id, each in found.items()} == {
        "a": now, "b": NOW, "c": NOW + timedelta(minutes=5),
    }  # fmt: skip
    assert found["a"].valid_until == now + HOUR
    assert found["a"].fingerprint == gate().fingerprint


def test_lists_go_by_dag_in_pages(db: Any) -> None:
    save_gates([gate("a"), gate("b", level=Level.OFF, result="pass"), gate("c"), gate("d")], session=db)

    assert [each.dag_id for each in gates_after("a", limit=2, session=db)] == ["b", "c"]
    assert [each.dag_id for each in gates_after(limit=9, level="off", session=db)] == ["b"]
    assert [each.dag_id for each in gates_after("a", limit=9, result="fail", session=db)] == ["c", "d"]


def test_what_ends_what_is_expired_and_what_is_gone(db: Any) -> None:
    save_gates([gate("a"), gate("b", after=timedelta(minutes=30))], session=db)
    assert dags_with_gates(session=db) >= {"a", "b"}
    assert ending_gates(NOW + HOUR, now=NOW + HOUR, session=db) == {"a": NOW}
    assert count_gates(NOW + HOUR, session=db) == (2, 1)
    delete_gates(["a"], session=db)
    assert dags_with_gates(session=db) == {"b"}


def test_many_are_written_at_once(db: Any) -> None:
    save_gates([gate(f"dag_{number:04d}") for number in range(450)], session=db)
    names = {f"dag_{number:04d}" for number in range(450)}
    assert dags_with_gates(session=db) == names
    assert renew_gates(names, seen_at=NOW, now=NOW + HOUR, valid_until=NOW + 2 * HOUR, session=db) == 450
    delete_gates(names, session=db)
    assert dags_with_gates(session=db) == set()

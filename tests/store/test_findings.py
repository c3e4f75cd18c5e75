from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.findings import (
    FINDING,
    Folded,
    Judged,
    SeenFinding,
    fold,
    is_folded,
    resolve_forgotten,
)
from airflow_lineage_provider.store.verdicts import VERDICT, VERDICT_FINDING, Gate, read_body, save_verdict
from airflow_lineage_provider.store.watermarks import take_write_lock
from tests.airflow_rows import NOW
from tests.databases import empty

ORDERS, STOCK = "0" * 64, "5" * 64
RULES = frozenset({"owner-missing", "column-missing"})
OF_DAG = frozenset({"input-undeclared"})
ALL = Judged(digests=frozenset({ORDERS, STOCK}), rules=RULES)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def seen(
    number: int = 0, digest: str | None = ORDERS, rule: str = "owner-missing", **fields: Any
) -> SeenFinding:
    key = f"{number:04x}".ljust(64, "a")
    base = SeenFinding(
        key, rule, "block", "fail", f"finding {number}", digest=digest, namespace="n", name="d"
    )
    return replace(base, **fields)


def row(session: Session, number: int = 0) -> Any:
    key = f"{number:04x}".ljust(64, "a")
    return session.execute(select(FINDING).where(FINDING.c.key == key)).one()


def test_what_is_seen_first_is_opened(db: Session) -> None:
    folded = fold([seen()], ALL, now=at(0), session=db)

    found = row(db)
    assert folded == Folded({found.key: found.id}, opened=(found.key,))
    assert (found.opened_at, found.last_seen_at, found.resolved_at, found.reopened) == (at(0), at(0), None, 0)
    assert (found.rule, found.level, found.result, found.message) == (
        "owner-missing",
        "block",
        "fail",
        "finding 0",
    )


def test_what_is_seen_again_stays_open_and_says_what_was_said_last(db: Session) -> None:
    fold([seen()], ALL, now=at(0), session=db)
    said = {"message": "worse", "level": "warn", "owner": "ann", "is_baselined": True, "evidence": '{"a":1}'}
    folded = fold([seen(**said)], ALL, now=at(5), session=db)

    found = row(db)
    assert not folded.has_changed
    assert (found.opened_at, found.last_seen_at, found.resolved_at) == (at(0), at(5), None)
    assert {name: getattr(found, name) for name in said} == said


def test_what_is_found_no_more_is_resolved_and_stays_as_it_was(db: Session) -> None:
    fold([seen()], ALL, now=at(0), session=db)
    folded = fold([], ALL, now=at(5), session=db)

    found = row(db)
    assert folded.resolved == (found.key,)
    assert (found.last_seen_at, found.resolved_at) == (at(0), at(5))
    assert not fold([], ALL, now=at(6), session=db).has_changed
    assert row(db).resolved_at == at(5)


def test_what_comes_back_is_the_same_finding_reopened(db: Session) -> None:
    for minute, findings in enumerate([[seen()], [], [seen()], [], [seen()]]):
        folded = fold(findings, ALL, now=at(minute), session=db)

    found = row(db)
    assert folded.reopened == (found.key,)
    assert (found.opened_at, found.last_seen_at, found.resolved_at, found.reopened) == (at(0), at(4), None, 2)


def test_what_the_same_verdict_says_twice_is_one_finding(db: Session) -> None:
    fold([seen(message="first"), seen(message="second")], ALL, now=at(0), session=db)

    assert db.scalar(select(func.count()).select_from(FINDING)) == 1
    assert row(db).message == "first"


@pytest.mark.parametrize(
    ("finding", "judged"),
    [
        pytest.param(seen(), Judged(frozenset({STOCK}), RULES), id="another dataset"),
        pytest.param(seen(), Judged(frozenset({ORDERS}), frozenset({"column-missing"})), id="another rule"),
        pytest.param(
            seen(), Judged(frozenset({ORDERS}), RULES, left_out=frozenset({("owner-missing", ORDERS)})), id="left out"
        ),
        pytest.param(
            seen(rule="input-undeclared", dag_id="a"),
            Judged(frozenset({ORDERS}), RULES, "b", OF_DAG),
            id="what another DAG does",
        ),
        pytest.param(
            seen(rule="input-undeclared", dag_id="a"),
            Judged(frozenset({ORDERS}), RULES | OF_DAG),
            id="what a DAG does, asked by none",
        ),
        pytest.param(
            seen(rule="capture-off", dag_id="a", digest=None),
            Judged(dag_id="b", whole_rules=frozenset({"capture-off"})),
            id="the whole of another DAG",
        ),
        pytest.param(
            seen(rule="contract-unbound", digest=None),
            Judged(dag_id="b", whole_rules=frozenset({"contract-unbound"})),
            id="everything, asked by a DAG",
        ),
        pytest.param(
            seen(rule="contract-unbound", digest=None),
            Judged(frozenset({ORDERS}), frozenset({"contract-unbound"})),
            id="no dataset",
        ),
    ],
)  # fmt: skip
def test_what_was_not_judged_stays_open(db: Session, finding: SeenFinding, judged: Judged) -> None:
    fold([finding], Judged(), now=at(0), session=db)

    assert not fold([], judged, now=at(1), session=db).has_changed
    assert row(db).resolved_at is None


@pytest.mark.parametrize(
    ("finding", "judged"),
    [
        (seen(rule="input-undeclared", dag_id="a"), Judged(frozenset({ORDERS}), RULES, "a", OF_DAG)),
        (
            seen(rule="capture-off", dag_id="a", digest=None),
            Judged(dag_id="a", whole_rules=frozenset({"capture-off"})),
        ),
        (seen(rule="contract-unbound", digest=None), Judged(whole_rules=frozenset({"contract-unbound"}))),
        (
            seen(rule="upstream-failed", dag_id="a"),
            Judged(dag_id="a", whole_rules=frozenset({"upstream-failed"})),
        ),
    ],
)
def test_what_was_judged_and_not_found_is_gone(db: Session, finding: SeenFinding, judged: Judged) -> None:
    fold([finding], Judged(), now=at(0), session=db)

    assert fold([], judged, now=at(1), session=db).resolved == (finding.key,)


def test_what_was_seen_later_stays_as_it_was_seen(db: Session) -> None:
    """Verdicts may be written in another order than they were made."""
    fold([seen(message="later")], ALL, now=at(10), session=db)
    assert not fold([seen(message="before")], ALL, now=at(5), session=db).has_changed
    assert (row(db).message, row(db).last_seen_at) == ("later", at(10))
    assert not fold([], ALL, now=at(5), session=db).has_changed
    fold([], ALL, now=at(20), session=db)
    assert not fold([seen(message="before")], ALL, now=at(15), session=db).has_changed
    assert row(db).resolved_at == at(20)


def test_nothing_is_to_be_done_where_all_stands_there(db: Session) -> None:
    findings = [seen(0), seen(1, STOCK)]
    fold(findings, ALL, now=at(0), session=db)

    assert is_folded(findings, ALL, since=at(0), session=db)
    assert not is_folded(findings, ALL, since=at(1), session=db), "it was seen long ago"
    assert not is_folded(findings[:1], ALL, since=at(0), session=db), "one is gone"
    assert not is_folded([*findings, seen(2)], ALL, since=at(0), session=db), "one is new"
    assert not is_folded([seen(0, level="warn"), findings[1]], ALL, since=at(0), session=db), "one changed"


def test_what_nobody_knows_any_more_is_resolved_in_time(db: Session) -> None:
    findings = [
        seen(0),
        seen(1, STOCK),
        seen(2, None, dag_id="gone"),
        seen(3, ORDERS, dag_id="here"),
        seen(4, None, rule="contract-unbound"),
        seen(5, None, rule="upstream-record-absent", dag_id="here"),
    ]
    fold(findings, Judged(), now=at(0), session=db)
    known = {
        "digests": frozenset({ORDERS}),
        "dag_ids": frozenset({"here"}),
        "rules": RULES | {"contract-unbound"},
    }

    assert resolve_forgotten(**known, before=at(0), now=at(9), session=db) == []
    resolved = resolve_forgotten(**known, before=at(1), now=at(9), session=db)
    assert resolved == [findings[number].key for number in (1, 2, 5)]
    assert row(db, 1).resolved_at == at(9)


def test_two_thousand_findings_take_few_statements(db: Session) -> None:
    findings = [seen(number, ORDERS if number % 2 else STOCK) for number in range(2_000)]
    counted: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        counted.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", count)
    try:
        gate = Gate("operator", "shop", "r1")
        said = {"result": "fail", "message": "", "datasets": 2, "judged": ALL, "session": db}
        first, _ = save_verdict(gate, findings=findings, now=at(0), **said)
        opened = len(counted)
        second, folded = save_verdict(gate, findings=findings[:1_000], now=at(1), **said)
    finally:
        event.remove(db.get_bind(), "before_cursor_execute", count)

    assert opened < 40
    assert len(counted) - opened < 40
    assert len(folded.resolved) == 1_000
    links = select(func.count()).select_from(VERDICT_FINDING)
    assert db.scalar(links.where(VERDICT_FINDING.c.verdict_id == first)) == 2_000
    assert db.scalar(links.where(VERDICT_FINDING.c.verdict_id == second)) == 1_000


def test_a_verdict_keeps_the_level_that_a_finding_had_in_it(db: Session) -> None:
    said = {"result": "fail", "message": "", "datasets": 1, "judged": ALL, "session": db}
    save_verdict(Gate("ci"), findings=[seen(level="block")], now=at(0), **said)
    save_verdict(Gate("ci"), findings=[seen(level="warn")], now=at(1), **said)

    levels = db.scalars(select(VERDICT_FINDING.c.level).order_by(VERDICT_FINDING.c.verdict_id)).all()
    assert levels == ["block", "warn"]
    assert row(db).level == "warn"


def test_a_body_that_grew_too_large_loses_its_facts_and_not_its_answer(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airflow_lineage_provider.store.verdicts.LARGEST_BODY", 100)
    said = {"result": "pass", "message": "", "datasets": 1, "judged": ALL, "findings": [], "session": db}
    small, _ = save_verdict(Gate("ci"), body={"v": 1}, facts=["x"], now=at(0), **said)
    large, _ = save_verdict(Gate("ci"), body={"v": 1}, facts=["x" * 100], now=at(0), **said)
    bodies = dict(db.execute(select(VERDICT.c.id, VERDICT.c.body)).all())

    assert read_body(bodies[small]) == {"v": 1, "facts": ["x"]}
    assert read_body(bodies[large]) == {"v": 1, "facts": None}
    assert read_body(None) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(
        st.tuples(st.integers(0, 30), st.sets(st.integers(0, 5)), st.sampled_from([ORDERS, STOCK, "both"])),
        max_size=12,
    )
)
def test_folding_is_what_a_list_of_verdicts_in_order_says(db: Session, told: list[Any]) -> None:
    """Against a model that knows nothing of tables: numbers below 3 are about one dataset, the rest about the other."""
    expected: dict[int, list[Any]] = {}
    minute = 0
    nested = db.begin_nested()
    for pause, found, of in told:
        minute += pause + 1
        digests = {ORDERS, STOCK} if of == "both" else {of}
        here = {number for number in range(6) if (ORDERS if number < 3 else STOCK) in digests}
        findings = [seen(number, ORDERS if number < 3 else STOCK) for number in found & here]
        fold(findings, Judged(frozenset(digests), RULES), now=at(minute), session=db)
        for number in here:
            if number in found:
                state = expected.setdefault(number, [at(minute), None, None, 0])
                if state[2] is not None:
                    state[2], state[3] = None, state[3] + 1
                state[1] = at(minute)
            elif number in expected and expected[number][2] is None:
                expected[number][2] = at(minute)
    for number, state in expected.items():
        found_row = row(db, number)
        assert [
            found_row.opened_at, found_row.last_seen_at, found_row.resolved_at, found_row.reopened
        ] == state  # fmt: skip
    assert db.scalar(select(func.count()).select_from(FINDING)) == len(expected)
    nested.rollback()


def test_verdicts_of_many_servers_at_once_make_one_finding_each_and_never_deadlock(committed: Any) -> None:
    """Each sees other findings of the same dataset, in another order, and resolves what the others see."""
    empty(committed)
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def judge(number: int) -> None:
        start.wait()
        try:
            for turn in range(12):
                mine = [seen(each) for each in range(40) if (each + number + turn) % 3]
                if number % 2:
                    mine.reverse()
                with Session(committed) as session, session.begin():
                    take_write_lock(session=session)
                    save_verdict(
                        Gate("operator", f"dag{number}"), result="fail", message="", datasets=1, findings=mine,
                        judged=ALL, now=at(turn + number / 10), session=session,
                    )  # fmt: skip
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=judge, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert errors == []
    with Session(committed) as session:
        keys = session.scalars(select(FINDING.c.key)).all()
        assert len(keys) == len(set(keys)) == 40
        assert session.scalar(select(func.count()).select_from(VERDICT)) == 48

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.governance.gates.parse_gate import FAILING, HELD, ParseGate
from airflow_lineage_provider.model.level import Level

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Write = Callable[..., Path]


def state(level: str = "block", result: str = "fail", **changes: Any) -> dict[str, Any]:
    return {
        "result": result,
        "level": level,
        "message": "1 finding\n1. owner-missing (block): orders\n  nobody owns orders\n  fix: name an owner",
        "told": "1. owner-missing (block): orders\n  fix: name an owner",
        "findings": [],
        "findings_total": 1,
        "judged_at": NOW.isoformat(),
        "valid_until": (NOW + timedelta(hours=1)).isoformat(),
        "has_running_runs": False,
        **changes,
    }


def dag(dag_id: str = "shop") -> Any:
    return SimpleNamespace(dag_id=dag_id, doc_md="What it does.", tags={"sales"}, max_active_runs=16)


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE", "block")
    path = tmp_path / "gates.json"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__GATE_SNAPSHOT", str(path))

    def write(states: dict[str, Any], written_at: datetime = NOW) -> Path:
        path.write_text(json.dumps({"v": 1, "written_at": written_at.isoformat(), "dags": states}))
        return path

    return write


def test_a_dag_that_fails_is_held_back_and_says_why(snapshot: Write):
    snapshot({"shop": state()})
    parsed = dag()

    assert ParseGate().look(parsed, now=NOW) is Level.BLOCK

    assert parsed.max_active_runs == 0
    assert parsed.tags == {"sales", HELD}
    assert parsed.doc_md.startswith("**Held back")
    assert ">   fix: name an owner" in parsed.doc_md
    assert parsed.doc_md.endswith("What it does.\n")


def test_its_docs_change_only_with_what_is_found(snapshot: Write):
    told = []
    for message in ("the last write was 9 hours ago", "the last write was 10 hours ago"):
        snapshot({"shop": state(message=message)})
        parsed = dag()
        ParseGate().look(parsed, now=NOW)
        told.append(parsed.doc_md)
    assert told[0] == told[1]


def test_a_file_of_before_names_no_findings(snapshot: Write):
    old = state()
    del old["told"]
    snapshot({"shop": old})
    parsed = dag()

    assert ParseGate().look(parsed, now=NOW) is Level.BLOCK
    assert (
        parsed.doc_md == "**Held back: its runs wait in the queue until this is mended.**\n\nWhat it does.\n"
    )


def test_its_siblings_stay_as_they_are(snapshot: Write):
    snapshot({"shop": state(), "fine": state(level="off", result="pass")})
    gate, sibling, unknown = ParseGate(), dag("fine"), dag("new")

    assert gate.look(sibling, now=NOW) is Level.OFF
    assert gate.look(unknown, now=NOW) is Level.OFF
    assert sibling == dag("fine")
    assert unknown == dag("new")


def test_a_dag_with_runs_under_way_is_marked_and_not_held(snapshot: Write):
    snapshot({"shop": state(has_running_runs=True)})
    parsed = dag()

    assert ParseGate().look(parsed, now=NOW) is Level.WARN
    assert parsed.max_active_runs == 16
    assert parsed.tags == {"sales", FAILING}


@pytest.mark.parametrize(
    ("most", "level", "done"),
    [
        ("block", "block", Level.BLOCK),
        ("block", "warn", Level.WARN),
        ("block", "observe", Level.OFF),
        ("warn", "block", Level.WARN),
        ("observe", "block", Level.OFF),
        ("off", "block", Level.OFF),
    ],
)
def test_it_does_the_milder_of_what_is_configured_and_what_was_found(
    snapshot: Write, monkeypatch: pytest.MonkeyPatch, most: str, level: str, done: Level
):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE", most)
    snapshot({"shop": state(level)})

    assert ParseGate().look(dag(), now=NOW) is done


@pytest.mark.parametrize("result", ["error", "unknown", "pass", "skip"])
def test_only_what_failed_holds_a_dag_back(snapshot: Write, result: str):
    snapshot({"shop": state(result=result)})

    assert ParseGate().look(dag(), now=NOW) is Level.OFF


def test_an_answer_that_expired_is_no_answer(snapshot: Write):
    snapshot({"shop": state(valid_until=(NOW - timedelta(seconds=1)).isoformat())})

    assert ParseGate().look(dag(), now=NOW) is Level.OFF


def test_a_file_that_nobody_writes_any_more_is_told_once_and_lets_pass(
    snapshot: Write, caplog: pytest.LogCaptureFixture
):
    snapshot({"shop": state(valid_until=(NOW + timedelta(days=9)).isoformat())}, NOW - timedelta(hours=2))
    gate = ParseGate()

    with caplog.at_level(logging.WARNING):
        assert [gate.look(dag(), now=NOW) for _ in range(3)] == [Level.OFF] * 3

    assert len(caplog.records) == 1
    assert "was written at" in caplog.text


def test_a_file_of_a_clock_that_is_wrong_is_told_once_and_lets_pass(
    snapshot: Write, caplog: pytest.LogCaptureFixture
):
    snapshot({"shop": state()}, NOW + timedelta(minutes=6))
    gate = ParseGate()

    with caplog.at_level(logging.WARNING):
        assert [gate.look(dag(), now=NOW) for _ in range(3)] == [Level.OFF] * 3

    assert len(caplog.records) == 1
    assert "has not come yet" in caplog.text


@pytest.mark.parametrize(("minutes", "done"), [(4, Level.BLOCK), (6, Level.OFF)])
def test_an_answer_of_a_clock_that_is_wrong_is_no_answer(snapshot: Write, minutes: int, done: Level):
    ahead = NOW + timedelta(minutes=minutes)
    snapshot(
        {"shop": state(judged_at=ahead.isoformat(), valid_until=(ahead + timedelta(hours=1)).isoformat())}
    )

    assert ParseGate().look(dag(), now=NOW) is done


def test_clocks_may_differ_a_little(snapshot: Write):
    snapshot({"shop": state()}, NOW + timedelta(minutes=4))

    assert ParseGate().look(dag(), now=NOW) is Level.BLOCK


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("", "is no snapshot"),
        ("[]", "is no snapshot"),
        ('{"v": 2}', "has version 2"),
        ('{"v": 1, "written_at": "2026-11-21T12:00:00", "dags": {}}', "is no snapshot"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_once_and_lets_pass(
    snapshot: Write, caplog: pytest.LogCaptureFixture, text: str | None, says: str
):
    path = snapshot({})
    path.unlink() if text is None else path.write_text(text)
    gate = ParseGate()

    with caplog.at_level(logging.WARNING):
        assert [gate.look(dag(), now=NOW) for _ in range(3)] == [Level.OFF] * 3

    assert len(caplog.records) == 1
    assert says in caplog.text


def test_a_gate_that_is_on_without_a_file_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__PARSE_GATE", "block")

    with caplog.at_level(logging.WARNING):
        assert ParseGate().look(dag(), now=NOW) is Level.OFF

    assert "gate_snapshot names no file" in caplog.text


def test_a_file_that_changes_is_read_again(snapshot: Write):
    snapshot({"shop": state()})
    gate = ParseGate()
    assert gate.look(dag(), now=NOW) is Level.BLOCK

    path = snapshot({"shop": state(level="off", result="pass")})
    os.utime(path, (1, 1))

    assert gate.look(dag(), now=NOW) is Level.OFF


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    broken=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["result", "level", "message", "judged_at", "valid_until", "has_running_runs", "x"]
                ),
                inner,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_stands_in_the_file_no_dag_vanishes(snapshot: Write, broken: Any):
    snapshot({"shop": broken})

    assert ParseGate().look(dag(), now=NOW) in Level

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_lineage_provider.store.retention.lease import take_lease
from tests.cli.upkeep import old_runs, run_clean

DOOMED = 5  # of 17: ten newest, and the first, which has the schema
RUNS = 16


def test_a_dry_run_lists_every_kind_and_deletes_nothing(office: Any, capsys: Any) -> None:
    history = old_runs(RUNS)
    run_clean(dry_run=True)
    table = capsys.readouterr().out
    assert "would be deleted" in table
    for kind in ("runs", "events", "dead-letters", "facets", "columns"):
        assert kind in table
    assert "365 days" in table
    assert "schemas" not in table  # kept for ever
    assert history.size("lineage_run") == RUNS


def test_json_has_counts_and_ages(office: Any, capsys: Any) -> None:
    history = old_runs(RUNS)
    run_clean(dry_run=True, output="json")
    forecast = {row["kind"]: row for row in json.loads(capsys.readouterr().out)}
    run_clean(yes=True, output="json")
    done = {row["kind"]: row for row in json.loads(capsys.readouterr().out)}
    assert {kind: row["rows"] for kind, row in forecast.items()} == {
        kind: row["rows"] for kind, row in done.items()
    }
    assert done["runs"]["rows"] == DOOMED
    assert (done["runs"]["deleted"], forecast["runs"]["deleted"]) == (True, False)
    assert datetime.fromisoformat(done["runs"]["before"]) < datetime.now(UTC)
    assert done["facets"]["before"] is None
    assert history.size("lineage_run") == RUNS - DOOMED


@pytest.mark.parametrize(("answer", "left"), [("y\n", RUNS - DOOMED), ("n\n", RUNS), ("", RUNS)])
def test_it_asks_first(
    office: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    history = old_runs(RUNS)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    if left == RUNS:
        with pytest.raises(SystemExit) as ended:
            run_clean()
        assert ended.value.code == 1
    else:
        run_clean()
    printed = capsys.readouterr()
    assert f"Delete {DOOMED * 2} rows for good?" in printed.err
    assert f"runs: {DOOMED}" in printed.err
    assert history.size("lineage_run") == left


def test_one_kind_of_many(office: Any, capsys: Any) -> None:
    history = old_runs(RUNS)
    run_clean(kind=["facets"], yes=True, output="json")
    assert [row["kind"] for row in json.loads(capsys.readouterr().out)] == ["facets"]
    assert history.size("lineage_run") == RUNS


def test_unused_ones_are_named_only_where_asked_for(office: Any, capsys: Any) -> None:
    run_clean(unused=True, dry_run=True, output="json")
    assert {"jobs", "datasets"} <= {row["kind"] for row in json.loads(capsys.readouterr().out)}


def test_somebody_else_is_cleaning(office: Any, capsys: Any) -> None:
    with office.session() as session:
        take_lease(now=datetime.now(UTC), session=session)
    with pytest.raises(SystemExit):
        run_clean(yes=True)
    assert "Somebody else is cleaning" in capsys.readouterr().err


def test_the_configuration_decides(office: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    history = old_runs(RUNS)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_RUNS", "0")
    run_clean(yes=True)
    assert history.size("lineage_run") == RUNS
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_RUNS", "30")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__KEEP_LAST_RUNS", "1")
    run_clean(yes=True)
    assert history.size("lineage_run") == 2

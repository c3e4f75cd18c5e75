from __future__ import annotations

import json

import pytest

from airflow_lineage_provider.governance.gates.mode import mode_of
from airflow_lineage_provider.model.level import Level

OFF, OBSERVE, WARN, BLOCK = Level


def configure(monkeypatch: pytest.MonkeyPatch, most: str | None = None, **of_dags: str) -> None:
    if most is not None:
        monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATE", most)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__DAG_RUN_GATES", json.dumps(of_dags))


def test_installed_and_not_configured_it_only_observes() -> None:
    assert mode_of("shop") is OBSERVE


@pytest.mark.parametrize("level", list(Level))
def test_one_option_speaks_for_all_dags(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, level.value)
    assert mode_of("shop") is level


def test_the_last_glob_that_matches_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "block", **{"*": "observe", "finance_*": "block", "finance_trial": "warn"})
    assert [mode_of(dag_id) for dag_id in ("shop", "finance_daily", "finance_trial")] == [
        OBSERVE,
        BLOCK,
        WARN,
    ]


@pytest.mark.parametrize(("most", "expected"), [("off", OFF), ("observe", OBSERVE), ("warn", WARN)])
def test_no_dag_has_more_than_the_ceiling(
    most: str, expected: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, most, **{"finance_*": "block"})
    assert mode_of("finance_daily") is expected


def test_a_dag_id_that_looks_like_a_glob_is_matched_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "block", **{"*": "observe", "load[1]": "warn"})
    assert mode_of("load[1]") is WARN

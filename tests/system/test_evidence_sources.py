"""Every source of evidence on a live Airflow, and what a broken one costs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def attempts(live: Lineage) -> dict[tuple[str, int, int], dict[str, Any]]:
    run_id = live.run("evidence_sources")
    return live.settled("evidence_sources", run_id)


def evidence(entries: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {entry["name"].rpartition("/")[2]: entry["evidence"] for entry in entries}


def test_the_operators_own_openlineage_methods_are_asked(attempts: dict[Any, Any]) -> None:
    transfer = attempts["file_transfer", -1, 1]
    assert evidence(transfer["inputs"]) == {"to-read.txt": ["operator", "hook", "runtime"]}
    assert evidence(transfer["outputs"]) == {"transferred.txt": ["operator", "hook", "runtime"]}
    (spoken,) = attempts["speaks", -1, 1]["outputs"]
    assert (spoken["namespace"], spoken["name"]) == ("postgres://spoken:5432", "public.spoken")
    assert spoken["columns"] == [{"name": "id", "type": "bigint"}]


def test_what_hooks_report_is_merged_with_what_is_declared(attempts: dict[Any, Any]) -> None:
    run = attempts["object_storage", -1, 1]
    assert evidence(run["inputs"]) == {"to-read.txt": ["hook", "runtime"]}
    assert evidence(run["outputs"]) == {"declared-too.txt": ["hook", "runtime", "declared"]}


def test_a_lineage_method_that_raises_is_an_error_of_the_record_and_of_nothing_else(
    attempts: dict[Any, Any],
) -> None:
    run = attempts["broken", -1, 1]
    assert (run["state"], run["capture"]) == ("success", "recorded")
    assert run["errors"] == [{"source": "operator", "error": "RuntimeError", "message": "no lineage today"}]
    assert evidence(run["outputs"]) == {"anyway": ["declared"]}


def test_a_lineage_method_that_takes_too_long_is_left_behind_by_name(attempts: dict[Any, Any]) -> None:
    run = attempts["slow", -1, 1]
    assert (run["state"], run["capture"]) == ("success", "recorded")
    assert run["truncated"] == ["operator and observed columns: no answer in 2 s"]

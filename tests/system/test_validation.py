"""The validation operator directly after the task that writes: never wrong because a record was late."""

from __future__ import annotations

import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


@pytest.mark.parametrize("repetitions", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_the_verdict_names_what_the_task_before_has_just_written(live: Lineage, repetitions: int) -> None:
    live.airflow.wait_for_dag("validated")
    ((before,),) = live.query("SELECT coalesce(max(id), 0) FROM lineage_verdict")
    # Of several that create a table at once PostgreSQL fails all but one: the first run comes alone.
    runs = [live.run("validated")]
    runs += [live.airflow.trigger("validated") for _ in range(repetitions - 1)]
    for run_id in runs:
        assert live.airflow.wait_for_run("validated", run_id, 900) == "failed"

    verdicts = live.query(
        "SELECT run_id, result, datasets FROM lineage_verdict WHERE id > :before AND gate = 'operator'",
        before=before,
    )
    assert sorted(verdicts) == sorted((run_id, "fail", 1) for run_id in runs)
    findings = live.query(
        "SELECT v.run_id, f.rule, f.name FROM lineage_verdict_finding l "
        "JOIN lineage_finding f ON f.id = l.finding_id JOIN lineage_verdict v ON v.id = l.verdict_id "
        "WHERE v.id > :before AND v.gate = 'operator' AND l.level = 'block'",
        before=before,
    )
    assert sorted((run_id, rule) for run_id, rule, _ in findings) == sorted(
        (run_id, "contract-missing") for run_id in runs
    )
    assert all(name.endswith(".public.validated_table") for _, _, name in findings)
    attempts = live.settled("validated", runs[0])
    validate = attempts["validate", -1, 1]
    assert [entry["name"] for entry in validate["inputs"]] == [findings[0][2]]
    assert validate["state"] == "failed"
    assert ("validate", -1, 2) not in attempts

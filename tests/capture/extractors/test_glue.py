from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import spark_properties
from airflow_lineage_provider.capture.extractors.registry import extractor_of


def launched(run: RunIdentity, **given: Any) -> dict[str, str]:
    """Arguments with which the operator starts a run of the job, after our extractor has seen it."""
    task = GlueJobOperator(task_id="t", job_name="j", **given)
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    return task._build_script_args({})  # type: ignore[no-any-return, arg-type]


def parent(run: RunIdentity) -> str:
    return " --conf ".join(f"{key}={value}" for key, value in spark_properties(run).items())


def test_a_run_with_properties_gets_more(run: RunIdentity) -> None:
    given = {"--conf": "spark.a=1", "--day": "2026-01-01"}
    assert launched(run, script_args=given)["--conf"] == f"spark.a=1 --conf {parent(run)}"
    assert given == {"--conf": "spark.a=1", "--day": "2026-01-01"}


def test_a_run_does_not_hide_properties_that_the_job_may_have(run: RunIdentity) -> None:
    """An argument of a run replaces the default of the job, and with it what the job needs to work."""
    assert "--conf" not in launched(run, script_args={"--day": "2026-01-01"})
    assert "--conf" not in launched(run, create_job_kwargs={"DefaultArguments": {"--conf": "spark.a=1"}})


def test_a_job_that_the_operator_defines_has_known_properties(run: RunIdentity) -> None:
    def of(**definition: Any) -> str | None:
        return launched(run, update_config=True, create_job_kwargs=definition).get("--conf")

    assert of(GlueVersion="4.0") == parent(run)
    assert of(DefaultArguments={"--conf": "spark.a=1"}) == f"spark.a=1 --conf {parent(run)}"
    assert of(Command={"Name": "pythonshell"}) is None


@pytest.mark.parametrize(
    ("conf", "given"),
    [
        ("spark.openlineage.parentRunId=mine", {}),
        ("spark.openlineage.rootParentRunId=mine", {}),
        ("spark.a=1", {"openlineage_inject_parent_job_info": True}),
    ],
)
def test_a_parent_that_somebody_names_stands(conf: str, given: dict[str, Any], run: RunIdentity) -> None:
    task = GlueJobOperator(task_id="t", job_name="j", script_args={"--conf": conf}, **given)
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    assert task.script_args == {"--conf": conf}


def test_a_name_with_a_space_would_cut_the_argument(run: RunIdentity) -> None:
    assert launched(replace(run, namespace="my airflow"), script_args={"--conf": "spark.a=1"}) == {
        "--conf": "spark.a=1"
    }

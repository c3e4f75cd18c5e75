from __future__ import annotations

import copy
from typing import Any

import pytest
from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator, EmrCreateJobFlowOperator

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import spark_properties
from airflow_lineage_provider.capture.extractors.registry import extractor_of


def step(*arguments: str, jar: str = "command-runner.jar") -> dict[str, Any]:
    return {"Name": "load", "HadoopJarStep": {"Jar": jar, "Args": list(arguments)}}


SUBMIT = step("spark-submit", "--deploy-mode", "cluster", "s3://lake/app.py")


def prepared(task: Any, run: RunIdentity) -> Any:
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    return task


def launched(steps: Any, run: RunIdentity, **given: Any) -> Any:
    """The steps with which the operator asks EMR, after our extractor has seen it."""
    task = prepared(EmrAddStepsOperator(task_id="t", job_flow_id="j", steps=steps, **given), run)
    asked: list[Any] = []

    class Hook:
        conn_region_name, conn_partition, conn = "eu-west-1", "aws", None

        def add_job_flow_steps(self, **arguments: Any) -> list[str]:
            asked.extend(arguments["steps"])
            return []

    task.__dict__["hook"] = Hook()
    task.do_xcom_push = False
    with pytest.MonkeyPatch.context() as patch:
        for link in ("EmrClusterLink", "EmrLogsLink"):
            patch.setattr(f"airflow.providers.amazon.aws.operators.emr.{link}.persist", lambda **_: None)
        patch.setattr("airflow.providers.amazon.aws.operators.emr.get_log_uri", lambda **_: None)
        task.execute({})
    return asked


def conf(run: RunIdentity) -> list[str]:
    return [word for key, value in spark_properties(run).items() for word in ("--conf", f"{key}={value}")]


def test_a_step_that_submits_to_spark_names_its_parent(run: RunIdentity) -> None:
    given = [copy.deepcopy(SUBMIT), step("hive-script", "--run")]
    [submit, hive] = launched(given, run)
    assert submit["HadoopJarStep"]["Args"] == ["spark-submit", *conf(run), "--deploy-mode", "cluster", "s3://lake/app.py"]  # fmt: skip
    assert hive == step("hive-script", "--run")
    assert given == [SUBMIT, step("hive-script", "--run")]


def test_steps_in_a_text_are_read_as_the_operator_reads_them(run: RunIdentity) -> None:
    assert launched(str([SUBMIT]), run) == launched([SUBMIT], run) != [SUBMIT]


@pytest.mark.parametrize(
    "given",
    [
        step("spark-submit", "s3://lake/app.py", jar="s3://lake/own.jar"),
        step("bash", "-c", "spark-submit app.py"),
        step("spark-submit", "--conf", "spark.openlineage.parentRunId=mine", "s3://lake/app.py"),
        step(),
        {"Name": "odd"},
    ],
)
def test_other_steps_stay_as_they_are(given: dict[str, Any], run: RunIdentity) -> None:
    assert launched([given], run) == [given]


def test_the_official_injection_stands_alone(run: RunIdentity) -> None:
    task = EmrAddStepsOperator(
        task_id="t", job_flow_id="j", steps=[SUBMIT], openlineage_inject_parent_job_info=True
    )
    assert prepared(task, run).steps == [SUBMIT]


@pytest.mark.parametrize("as_text", [False, True])
def test_steps_that_a_cluster_begins_with(as_text: bool, run: RunIdentity) -> None:
    given = {"Name": "c", "Steps": [SUBMIT]}
    task = EmrCreateJobFlowOperator(task_id="t", job_flow_overrides=str(given) if as_text else given)
    overrides = prepared(task, run).job_flow_overrides
    assert overrides["Name"] == "c"
    assert overrides["Steps"][0]["HadoopJarStep"]["Args"][1:-3] == conf(run)
    assert given["Steps"] == [SUBMIT]


def test_a_cluster_without_steps_stays_as_it_is(run: RunIdentity) -> None:
    task = EmrCreateJobFlowOperator(task_id="t", job_flow_overrides={"Name": "c"})
    assert prepared(task, run).job_flow_overrides == {"Name": "c"}

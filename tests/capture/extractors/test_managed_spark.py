from __future__ import annotations

import copy
from typing import Any

import pytest
from airflow.providers.amazon.aws.operators.emr import EmrContainerOperator, EmrServerlessStartJobOperator

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import spark_properties
from airflow_lineage_provider.capture.extractors.registry import extractor_of

SPARK = {"sparkSubmit": {"entryPoint": "s3://lake/app.py"}}


def serverless(**given: Any) -> Any:
    known = {"application_id": "a", "execution_role_arn": "r", "job_driver": SPARK}
    return EmrServerlessStartJobOperator(task_id="t", **{**known, **given})


def prepared(task: Any, run: RunIdentity) -> Any:
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    return task


def test_a_job_of_emr_gets_the_defaults_that_name_its_parent(run: RunIdentity) -> None:
    task = prepared(serverless(), run)
    assert task.configuration_overrides == {
        "applicationConfiguration": [
            {"classification": "spark-defaults", "properties": spark_properties(run)}
        ]
    }


def test_what_a_job_of_emr_has_is_kept_and_not_written_to(run: RunIdentity) -> None:
    given = {
        "applicationConfiguration": [
            {"classification": "hive-site", "properties": {"a": "1"}},
            {"classification": "spark-defaults", "properties": {"spark.b": "2"}},
        ],
        "monitoringConfiguration": {"s3": {}},
    }
    before = copy.deepcopy(given)
    task = prepared(serverless(configuration_overrides=given), run)
    assert given == before
    assert task.configuration_overrides == {
        "applicationConfiguration": [
            {"classification": "hive-site", "properties": {"a": "1"}},
            {"classification": "spark-defaults", "properties": {"spark.b": "2", **spark_properties(run)}},
        ],
        "monitoringConfiguration": {"s3": {}},
    }


@pytest.mark.parametrize(
    "given",
    [
        {"job_driver": {"hive": {"query": "s3://lake/q.sql"}}},
        {"openlineage_inject_parent_job_info": True},
        {"client_request_token": "daily-2026-01-01"},
    ],
)
def test_a_job_of_emr_that_must_not_change_does_not(given: dict[str, Any], run: RunIdentity) -> None:
    task = serverless(**given)
    before = copy.deepcopy(task.configuration_overrides)
    assert prepared(task, run).configuration_overrides == before


def test_the_official_injection_leaves_ours_as_it_is(run: RunIdentity) -> None:
    from airflow.providers.openlineage.utils.spark import (
        inject_parent_job_information_into_emr_serverless_properties as official,
    )

    task = prepared(serverless(), run)
    assert official(task.configuration_overrides, {}) == task.configuration_overrides


def test_emr_on_eks_is_told_the_same_way(run: RunIdentity) -> None:
    task = EmrContainerOperator(
        task_id="t", name="n", virtual_cluster_id="v", execution_role_arn="r", release_label="l",
        job_driver={"sparkSubmitJobDriver": {}},
    )  # fmt: skip
    [entry] = prepared(task, run).configuration_overrides["applicationConfiguration"]
    assert entry == {"classification": "spark-defaults", "properties": spark_properties(run)}


def test_a_job_of_dataproc(run: RunIdentity) -> None:
    module = pytest.importorskip("airflow.providers.google.cloud.operators.dataproc")
    job = {"placement": {"cluster_name": "c"}, "pyspark_job": {"main_python_file_uri": "gs://lake/app.py"}}
    task = prepared(module.DataprocSubmitJobOperator(task_id="t", job=job, region="r", project_id="p"), run)
    assert task.job["pyspark_job"]["properties"] == spark_properties(run)
    assert "properties" not in job["pyspark_job"]


def test_a_run_of_databricks(run: RunIdentity) -> None:
    module = pytest.importorskip("airflow.providers.databricks.operators.databricks")
    json = {"tasks": [{"new_cluster": {"spark_conf": {"a": "1"}}}, {"existing_cluster_id": "c"}]}
    task = prepared(module.DatabricksSubmitRunOperator(task_id="t", json=json), run)
    assert task.json["tasks"] == [
        {"new_cluster": {"spark_conf": {"a": "1", **spark_properties(run)}}},
        {"existing_cluster_id": "c"},
    ]
    assert json["tasks"][0] == {"new_cluster": {"spark_conf": {"a": "1"}}}

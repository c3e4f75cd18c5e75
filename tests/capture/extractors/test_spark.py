from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.providers.apache.spark.operators.spark_jdbc import SparkJDBCOperator
from airflow.providers.apache.spark.operators.spark_pipelines import SparkPipelinesOperator
from airflow.providers.apache.spark.operators.spark_sql import SparkSqlOperator
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.capture.extractors.spark import MAX_SQL_FILE, LivyExtractor

PARENT = {
    "spark.openlineage.parentJobNamespace": "prod",
    "spark.openlineage.parentJobName": "shop.load",
    "spark.openlineage.parentRunId": "0192d000-0000-7000-8000-000000000001",
    "spark.openlineage.rootParentJobNamespace": "prod",
    "spark.openlineage.rootParentJobName": "shop",
    "spark.openlineage.rootParentRunId": "0192d000-0000-7000-8000-000000000002",
}


def extractor(task: Any) -> Extractor:
    found = extractor_of(type(task))
    assert found is not None
    return found


def command_of(task: Any) -> list[str]:
    """What the operator's own hook runs."""
    return task._get_hook()._build_spark_submit_command("app.py")


def test_the_properties_are_those_that_the_official_provider_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.openlineage.utils import spark

    for name in ("job_namespace", "job_name", "run_id", "root_run_id", "root_job_name"):
        monkeypatch.setattr(spark, f"lineage_{name}", lambda *args: "")
    assert PARENT.keys() == spark._get_parent_job_information_as_spark_properties({"ti": None}).keys()


def test_a_submitted_job_is_told_its_parent(run: RunIdentity) -> None:
    shared = {"spark.executor.memory": "1g"}
    task = SparkSubmitOperator(task_id="t", application="app.py", conf=shared)
    extractor(task).prepare(task, {}, run)
    assert task.conf == {**shared, **PARENT}
    assert shared == {"spark.executor.memory": "1g"}
    command = command_of(task)
    assert {f"{key}={value}" for key, value in PARENT.items()} <= set(command)


def test_a_job_without_properties_gets_some(run: RunIdentity) -> None:
    task = SparkPipelinesOperator(task_id="t", pipeline_spec="flow.yml")
    extractor(task).prepare(task, {}, run)
    assert task.conf == PARENT


@pytest.mark.parametrize("key", ["spark.openlineage.parentRunId", "spark.openlineage.rootParentRunId"])
def test_a_parent_that_somebody_named_stands(key: str, run: RunIdentity) -> None:
    task = SparkSubmitOperator(task_id="t", application="app.py", conf={key: "mine"})
    extractor(task).prepare(task, {}, run)
    assert task.conf == {key: "mine"}


def test_the_official_provider_is_left_to_it_where_it_names_the_parent(run: RunIdentity) -> None:
    task = SparkSubmitOperator(task_id="t", application="app.py", openlineage_inject_parent_job_info=True)
    extractor(task).prepare(task, {}, run)
    assert task.conf is None


def test_properties_that_are_no_dict_stay_as_they_are(run: RunIdentity) -> None:
    task = SparkSubmitOperator(task_id="t", application="app.py")
    task.conf = "spark.a=1"
    extractor(task).prepare(task, {}, run)
    assert task.conf == "spark.a=1"


def test_a_copy_by_jdbc_is_told_its_parent(run: RunIdentity) -> None:
    task = SparkJDBCOperator(
        task_id="t", cmd_type="jdbc_to_spark", jdbc_table="orders", metastore_table="orders"
    )
    extractor(task).prepare(task, {}, run)
    assert task._spark_conf == PARENT
    assert task._get_hook()._conf == PARENT


def test_files_that_are_sent_along_are_read(extraction: Extraction, tmp_path: Path) -> None:
    task = SparkSubmitOperator(
        task_id="t", application="app.py", files=f"{tmp_path}/a.csv, s3a://lake/b.csv#b,local:///opt/c.csv",
        py_files="/code/lib.zip", archives="hdfs://nn:8020/env.tar.gz#env",
    )  # fmt: skip
    extractor(task).extract(task, {}, extraction, failed=False)
    assert [str(one.dataset) for one in extraction.inputs] == [
        f"file {tmp_path}/a.csv",
        "s3a://lake b.csv",
        "file /code/lib.zip",
        "hdfs://nn:8020 env.tar.gz",
    ]


def test_an_empty_list_of_files_is_none(extraction: Extraction) -> None:
    task = SparkSubmitOperator(task_id="t", application="app.py", files=" , ,#x")
    extractor(task).extract(task, {}, extraction, failed=False)
    assert extraction == Extraction()


@pytest.mark.parametrize("conf", [None, {"spark.a": "1"}, "spark.a=1,spark.b=2", ""])
def test_sql_of_spark_is_told_its_parent_in_the_form_it_was_given(conf: Any, run: RunIdentity) -> None:
    task = SparkSqlOperator(task_id="t", sql="SELECT 1", conf=conf)
    before = task._get_hook()._prepare_command("")
    extractor(task).prepare(task, {}, run)
    after = task._get_hook()._prepare_command("")
    assert {part for part in after if part not in before} - {"--conf"} == {
        f"{k}={v}" for k, v in PARENT.items()
    }
    assert [part for part in after if part in before and part != "--conf"] == [
        p for p in before if p != "--conf"
    ]


def test_sql_of_spark_names_tables_of_its_metastore(extraction: Extraction) -> None:
    task = SparkSqlOperator(
        task_id="t", sql="INSERT INTO mart.daily SELECT * FROM raw.orders",
        conf={"spark.hadoop.hive.metastore.uris": "thrift://meta:9083,thrift://meta2:9083"},
    )  # fmt: skip
    extractor(task).extract(task, {}, extraction, failed=False)
    [(connection, statement)] = extraction.statements
    assert connection.namespace == "hive://meta:9083"
    assert statement.sql.startswith("INSERT INTO mart.daily")
    assert statement.executed


@pytest.mark.parametrize(("conn", "host"), [(None, "yarn"), ("spark://spark-master:7077", "spark-master")])
def test_without_a_metastore_the_master_names_them(
    conn: str | None, host: str, extraction: Extraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    if conn:
        monkeypatch.setenv("AIRFLOW_CONN_SPARK_SQL_DEFAULT", conn)
    task = SparkSqlOperator(task_id="t", sql="SELECT 1")
    extractor(task).extract(task, {}, extraction, failed=True)
    [(connection, statement)] = extraction.statements
    assert connection.host == host
    assert not statement.executed


def test_sql_in_a_file_is_read_from_there(extraction: Extraction, tmp_path: Path) -> None:
    script = tmp_path / "daily.sql"
    script.write_text("SELECT * FROM raw.orders")
    task = SparkSqlOperator(task_id="t", sql="SELECT 1")
    task.sql = str(script)
    extractor(task).extract(task, {}, extraction, failed=False)
    assert [statement.sql for _, statement in extraction.statements] == ["SELECT * FROM raw.orders"]
    assert [str(one.dataset) for one in extraction.inputs] == [f"file {script}"]


@pytest.mark.parametrize("size", [None, MAX_SQL_FILE + 1])
def test_a_script_that_cannot_be_read_is_named(
    size: int | None, extraction: Extraction, tmp_path: Path
) -> None:
    script = tmp_path / "daily.sql"
    if size:
        script.write_text("x" * size)
    task = SparkSqlOperator(task_id="t", sql="SELECT 1")
    task.sql = str(script)
    extractor(task).extract(task, {}, extraction, failed=False)
    assert extraction.statements == []
    assert extraction.truncated == ["operator: what the SQL in daily.sql reads and writes"]


def test_a_batch_of_livy_is_told_its_parent(run: RunIdentity, extraction: Extraction) -> None:
    from airflow.providers.apache.livy.operators import livy as module

    conf = {"spark.a": "1"}
    task = module.LivyOperator(
        task_id="t", file="app.py", conf=conf, files=["s3a://lake/a.csv", "/on/server.csv"]
    )
    assert isinstance(extractor(task), LivyExtractor)
    extractor(task).prepare(task, {}, run)
    assert task.spark_params["conf"] == {"spark.a": "1", **PARENT}
    assert conf == {"spark.a": "1"}
    extractor(task).extract(task, {}, extraction, failed=False)
    assert [str(one.dataset) for one in extraction.inputs] == ["s3a://lake a.csv"]

from __future__ import annotations

import copy
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.providers.cncf.kubernetes.operators.spark_kubernetes import SparkKubernetesOperator

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import spark_properties
from airflow_lineage_provider.capture.extractors.registry import extractor_of

APPLICATION = {
    "apiVersion": "sparkoperator.k8s.io/v1beta2",
    "kind": "SparkApplication",
    "metadata": {"name": "orders"},
    "spec": {"type": "Python", "sparkConf": {"spark.a": "1"}, "driver": {"cores": 1}, "executor": {"cores": 1}},
}  # fmt: skip


def launched(run: RunIdentity, **given: Any) -> Any:
    """The body with which the operator asks Kubernetes for the application, after our extractor has seen it."""
    task = SparkKubernetesOperator(task_id="t", reattach_on_restart=False, random_name_suffix=False, **given)
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    asked: list[Any] = []

    def create(**arguments: Any) -> Any:
        asked.append(arguments["body"])
        return arguments["body"]

    def status(**arguments: Any) -> Any:
        return {"status": {"applicationState": {"state": "RUNNING"}}}

    task.__dict__["client"] = SimpleNamespace()
    task.__dict__["custom_obj_api"] = SimpleNamespace(
        create_namespaced_custom_object=create, get_namespaced_custom_object_status=status
    )
    task.name = task.create_job_name()
    task._setup_spark_configuration({})
    [body] = asked
    return body


def test_the_application_that_is_launched_names_its_parent(run: RunIdentity) -> None:
    given = {"spark": copy.deepcopy(APPLICATION)}
    body = launched(run, template_spec=given)
    assert body["spec"]["sparkConf"] == {"spark.a": "1", **spark_properties(run)}
    assert body["spec"]["driver"]["cores"] == 1
    assert given == {"spark": APPLICATION}


def test_an_application_in_a_text_or_a_file(run: RunIdentity, tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text(yaml.safe_dump(APPLICATION))
    for file in (str(path), json.dumps(APPLICATION), yaml.safe_dump({"spark": APPLICATION})):
        assert launched(run, application_file=file)["spec"]["sparkConf"] == {
            "spark.a": "1",
            **spark_properties(run),
        }


def test_an_application_without_properties_gets_some(run: RunIdentity) -> None:
    specification = {key: value for key, value in APPLICATION["spec"].items() if key != "sparkConf"}  # type: ignore[attr-defined]
    body = launched(run, template_spec={**APPLICATION, "spec": specification})
    assert body["spec"]["sparkConf"] == spark_properties(run)


@pytest.mark.parametrize("key", ["spark.openlineage.parentRunId", "spark.openlineage.rootParentRunId"])
def test_a_parent_that_somebody_named_stands(key: str, run: RunIdentity) -> None:
    specification = {**APPLICATION["spec"], "sparkConf": {key: "mine"}}  # type: ignore[dict-item]
    body = launched(run, template_spec={**APPLICATION, "spec": specification})
    assert body["spec"]["sparkConf"] == {key: "mine"}


def test_another_kind_of_object_stays_as_it_is(run: RunIdentity) -> None:
    assert launched(run, template_spec={**APPLICATION, "kind": "RayJob"})["spec"]["sparkConf"] == {
        "spark.a": "1"
    }


def test_variables_of_a_pod_that_nobody_asks_for_are_not_set(run: RunIdentity) -> None:
    task = SparkKubernetesOperator(task_id="t", template_spec={"spark": APPLICATION})
    before = task.env_vars
    extractor = extractor_of(SparkKubernetesOperator)
    assert extractor is not None
    extractor.prepare(task, {}, run)
    assert task.env_vars == before

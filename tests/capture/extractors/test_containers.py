from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.docker.operators.docker import DockerOperator
from kubernetes.client import models as k8s

from airflow_lineage_provider.capture.extractors.extractor import Extraction, RunIdentity
from airflow_lineage_provider.capture.extractors.registry import extractor_of

ADDED = {
    "OPENLINEAGE_NAMESPACE": "prod",
    "OPENLINEAGE_PARENT_ID": "prod/shop.load/0192d000-0000-7000-8000-000000000001",
    "OPENLINEAGE_ROOT_PARENT_ID": "prod/shop/0192d000-0000-7000-8000-000000000002",
}


def prepared(task: Any, run: RunIdentity) -> Any:
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.prepare(task, {}, run)
    extractor.extract(task, {}, extraction := Extraction(), failed=False)
    assert extraction == Extraction()
    return task


def pod_environment(task: Any) -> dict[str, str]:
    """Variables of the base container in the pod that the operator asks for."""
    # Building the pod asks only where the cluster is.
    task.__dict__["hook"] = SimpleNamespace(is_in_cluster=False, get_namespace=lambda: "default")
    pod = task.build_pod_request_obj()
    [container] = [one for one in pod.spec.containers if one.name == "base"]
    names = [one.name for one in container.env or ()]
    assert len(names) == len(set(names))
    return {one.name: one.value for one in container.env or ()}


@pytest.mark.parametrize("given", [None, {"A": "1"}, [k8s.V1EnvVar(name="A", value="1")]])
def test_a_pod_is_told_its_parent(given: Any, run: RunIdentity) -> None:
    task = prepared(KubernetesPodOperator(task_id="t", name="p", image="i", env_vars=given), run)
    assert pod_environment(task) == {**({"A": "1"} if given else {}), **ADDED}
    assert given in (None, {"A": "1"}, [k8s.V1EnvVar(name="A", value="1")])


def test_a_pod_whose_parent_somebody_named_keeps_it(run: RunIdentity) -> None:
    task = prepared(
        KubernetesPodOperator(task_id="t", name="p", image="i", env_vars={"OPENLINEAGE_PARENT_ID": "mine"}),
        run,
    )
    assert pod_environment(task) == {"OPENLINEAGE_PARENT_ID": "mine", "OPENLINEAGE_NAMESPACE": "prod"}


def test_a_pod_whose_specification_names_a_parent_keeps_it(run: RunIdentity) -> None:
    variable = k8s.V1EnvVar(name="OPENLINEAGE_CONTEXT", value="mine")
    spec = k8s.V1Pod(spec=k8s.V1PodSpec(containers=[k8s.V1Container(name="base", env=[variable])]))
    task = prepared(KubernetesPodOperator(task_id="t", name="p", image="i", full_pod_spec=spec), run)
    assert pod_environment(task) == {"OPENLINEAGE_CONTEXT": "mine", "OPENLINEAGE_NAMESPACE": "prod"}


@pytest.mark.parametrize("as_file", [True, False])
def test_a_pod_whose_template_names_a_parent_keeps_it(
    as_file: bool, run: RunIdentity, tmp_path: Path
) -> None:
    variable = {"name": "OPENLINEAGE_PARENT_ID", "value": "mine"}
    template = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "base", "image": "i", "env": [variable]}]},
    }  # fmt: skip
    (path := tmp_path / "pod.yaml").write_text(json.dumps(template))
    given = {"pod_template_file": str(path)} if as_file else {"pod_template_dict": template}
    task = prepared(KubernetesPodOperator(task_id="t", **given), run)
    assert pod_environment(task)["OPENLINEAGE_PARENT_ID"] == "mine"


def test_names_with_a_slash_are_told_in_a_form_that_survives_it(run: RunIdentity) -> None:
    from openlineage.common.provider.dbt import utils

    slashed = replace(run, namespace="https://airflow.example.com/prod")
    task = prepared(DockerOperator(task_id="t", image="i"), slashed)
    assert task.environment.keys() == {"OPENLINEAGE_NAMESPACE", "OPENLINEAGE_CONTEXT"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENLINEAGE_CONTEXT", task.environment["OPENLINEAGE_CONTEXT"])
        parent = utils.get_parent_run_metadata_from_context()
    assert parent is not None
    assert (parent.job_namespace, parent.job_name, parent.run_id) == (
        slashed.namespace,
        run.job_name,
        run.run_id,
    )
    assert parent.root_parent_run_id == run.root_run_id


def test_what_dbt_reads_is_what_the_container_is_told(run: RunIdentity) -> None:
    from openlineage.common.provider.dbt import utils

    task = prepared(DockerOperator(task_id="t", image="i"), run)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in task.environment.items():
            patch.setenv(name, value)
        parent = utils.get_parent_run_metadata()
    assert (parent.job_namespace, parent.job_name, parent.run_id) == (run.namespace, run.job_name, run.run_id)
    assert (parent.root_parent_job_name, parent.root_parent_run_id) == (run.root_job_name, run.root_run_id)


def test_a_container_of_docker_is_told_its_parent(run: RunIdentity) -> None:
    shared = {"A": "1"}
    task = prepared(DockerOperator(task_id="t", image="i", environment=shared), run)
    assert task.environment == {"A": "1", **ADDED}
    assert shared == {"A": "1"}


@pytest.mark.parametrize(
    "given",
    [
        {"environment": {"OPENLINEAGE_PARENT_ID": "mine"}},
        {"private_environment": {"OPENLINEAGE_PARENT_ID": "mine"}},
        {"env_file": "A=1\nOPENLINEAGE_PARENT_ID=mine"},
    ],
)
def test_a_container_of_docker_whose_parent_somebody_named_keeps_it(given: Any, run: RunIdentity) -> None:
    task = prepared(DockerOperator(task_id="t", image="i", **given), run)
    added = task.environment.keys() - given.get("environment", {}).keys()
    assert added == {"OPENLINEAGE_NAMESPACE"}


def test_the_form_that_the_user_sees_is_not_changed_by_what_runs(run: RunIdentity) -> None:
    # Rendered fields are sent before execute; an operator that sends them again would show ours.
    for operator in (KubernetesPodOperator, DockerOperator):
        assert not operator.overwrite_rtif_after_execution

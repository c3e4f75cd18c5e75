from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator, Param
from airflow.sdk.definitions.param import process_params

from airflow_lineage_provider import lineage
from airflow_lineage_provider.capture.policy import InvalidPolicy, Policy, conf_of, policy_of
from airflow_lineage_provider.model.runtime_source import DEFAULT


def test_a_task_without_a_policy_is_captured_as_configured() -> None:
    policy = policy_of(BaseOperator(task_id="t"))
    assert policy == Policy()
    assert policy.sources_of(DEFAULT) == DEFAULT
    assert policy.left_out("any") is None


def test_a_tasks_own_params_stand_instead_of_its_dags() -> None:
    with DAG("d", params=lineage.policy(capture=False).params):
        own = BaseOperator(task_id="own", params=lineage.policy(sources={"files": False}).params)
        dags = BaseOperator(task_id="dags")
    assert policy_of(own) == Policy(sources={"files": False})
    assert policy_of(dags) == Policy(capture=False)


def test_a_functions_policy_stands_before_params() -> None:
    @lineage.policy(sources={"requests": True})
    def load() -> None: ...

    task = SimpleNamespace(python_callable=load, params={"lineage": {"capture": False}})
    assert policy_of(task).sources_of(DEFAULT) == DEFAULT | {"requests"}


def test_sources_are_switched_on_and_off_against_the_configuration() -> None:
    policy = Policy(sources={"files": False, "httpx": True})
    assert policy.sources_of(frozenset({"files", "pandas"})) == {"pandas", "httpx"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("off", "must be a dict"),
        ({"caputre": False}, "unknown caputre; there are capture, sources, sample and gate"),
        ({"capture": "no"}, "capture is 'no'; it must be True or False"),
        ({"sources": {"spark": True}}, "no source 'spark'; there are files, fsspec"),
        ({"sources": ["files"]}, "it must be a dict"),
        ({"sources": {"files": 0}}, "source 'files' is 0; it must be True or False"),
        ({"sample": 2}, "sample is 2; it must be a number from 0 to 1"),
        ({"sample": True}, "it must be a number from 0 to 1"),
    ],
)
def test_a_policy_that_cannot_be_followed_says_what_is_right(value: Any, words: str) -> None:
    with pytest.raises(InvalidPolicy, match=words):
        Policy.from_param(value)


def test_a_sample_takes_about_its_share_and_the_same_attempt_gets_the_same_answer() -> None:
    policy = Policy(sample=0.25)
    answers = [policy.left_out(f"attempt {number}") for number in range(4_000)]
    assert answers == [policy.left_out(f"attempt {number}") for number in range(4_000)]
    assert 850 < answers.count(None) < 1_150
    assert set(answers) - {None} == {
        "capture: not in the sample of 0.25 that the lineage policy of the task asks for"
    }


def test_a_policy_says_of_itself_what_differs_from_the_default() -> None:
    assert Policy().to_param() == {}
    policy = Policy(capture=False, sources={"files": False}, sample=0.5)
    assert policy.to_param() == {"capture": False, "sources": {"files": False}, "sample": 0.5}
    assert Policy.from_param(policy.to_param()) == policy


SWITCHED_OFF = {"lineage": {"capture": False}}


def triggered(
    conf: dict[str, Any], *, dag: dict[str, Any] | None = None, own: dict[str, Any] | None = None
) -> tuple[BaseOperator, dict[str, Any]]:
    """A task as its capture meets it: Airflow has written the run's conf into its params."""
    with DAG("d", params=dag or {}) as made:
        task = BaseOperator(task_id="t", params=own or {})
    params = process_params(made, task, conf, suppress_exception=False)
    return task, params


@pytest.mark.parametrize("policy", [Policy(sources={"files": True}), Policy(), Policy(sample=0.5)])
@pytest.mark.parametrize("place", ["dag", "own"])
@pytest.mark.parametrize("conf", [SWITCHED_OFF, {"lineage": 5}, {"lineage": None}, {}])
def test_who_triggers_a_run_does_not_change_its_policy(
    policy: Policy, place: str, conf: dict[str, Any]
) -> None:
    said = lineage.policy(capture=policy.capture, sources=policy.sources, sample=policy.sample)
    task, params = triggered(conf, **{place: said.params})
    assert params["lineage"] == {"lineage": policy.to_param(), **conf}["lineage"]  # it did reach the params
    assert policy_of(task, conf) == policy_of(task) == policy


def test_a_plain_dict_in_the_params_of_a_dag_stands_as_it_was_written() -> None:
    task, _ = triggered(SWITCHED_OFF, dag={"lineage": {"sources": {"files": False}}})
    assert policy_of(task, SWITCHED_OFF) == policy_of(task) == Policy(sources={"files": False})


def test_a_plain_dict_of_an_operator_that_conf_has_overwritten_is_told() -> None:
    task, _ = triggered(SWITCHED_OFF, own={"lineage": {"sources": {"files": False}}})
    with pytest.raises(InvalidPolicy, match="the conf of this run has overwritten it"):
        policy_of(task, SWITCHED_OFF)
    task, _ = triggered({"day": 1}, own={"lineage": {"sources": {"files": False}}})
    assert policy_of(task, {"day": 1}) == Policy(sources={"files": False})


def test_conf_alone_is_no_policy() -> None:
    task, params = triggered(SWITCHED_OFF)
    assert params == SWITCHED_OFF
    assert policy_of(task, SWITCHED_OFF) == Policy()


def test_a_param_of_that_name_without_a_value_is_no_policy() -> None:
    with DAG("d", params={"lineage": Param(type=["string", "null"], default=None)}):
        assert policy_of(BaseOperator(task_id="a")) == Policy()
    assert policy_of(BaseOperator(task_id="b", params={"lineage": Param(type="string")})) == Policy()


def test_a_policy_in_params_is_stored_with_the_dag() -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    with DAG("d", schedule=None, params=lineage.policy(capture=False).params) as dag:
        BaseOperator(task_id="t")
    stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert stored.params.dump() == SWITCHED_OFF


@pytest.mark.parametrize(("overrides", "left"), [("True", SWITCHED_OFF), ("False", {})])
def test_conf_counts_where_it_may_overwrite_params(
    monkeypatch: pytest.MonkeyPatch, overrides: str, left: dict[str, Any]
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__DAG_RUN_CONF_OVERRIDES_PARAMS", overrides)
    run = SimpleNamespace(conf=SWITCHED_OFF)
    assert conf_of(SimpleNamespace(_ti_context_from_server=SimpleNamespace(dag_run=run))) == left
    assert conf_of(SimpleNamespace(_ti_context_from_server=None)) == {}

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator

from airflow_lineage_provider import lineage
from airflow_lineage_provider.capture.policy import InvalidPolicy, Policy, policy_of
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
        ({"caputre": False}, "unknown caputre; there are capture, sources and sample"),
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

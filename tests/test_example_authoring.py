from __future__ import annotations

from collections.abc import Iterator

import pytest

from airflow_lineage_provider.capture import notes
from airflow_lineage_provider.capture.policy import Policy, policy_of
from example_dags.authoring import said


@pytest.fixture(autouse=True)
def attempt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgres://u:p@db/crm")
    notes.reset()
    yield
    notes._notes = notes.Notes()


def test_the_example_says_what_its_service_reads_and_writes() -> None:
    said.score.function()
    said.write_mails("2026-11-21")
    taken = notes.taken()
    assert taken.problems == []
    assert [str(entry.identity) for entry in taken.inputs] == [
        "postgres://db:5432 crm.shop.customers",
        "s3://lake scores/today.parquet",
    ]
    assert [str(entry.identity) for entry in taken.outputs] == [
        "s3://lake scores/today.parquet",
        "s3://lake mails/2026-11-21.json",
    ]


def test_the_examples_policies_are_those_of_the_function_and_of_the_dag() -> None:
    dag = said.said()
    assert policy_of(dag.get_task("tidy")) == Policy(sources={"files": False})
    assert policy_of(dag.get_task("score")) == Policy(sources={"requests": True})

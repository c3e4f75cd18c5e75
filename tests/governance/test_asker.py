from __future__ import annotations

from typing import Any

import pytest
from airflow.models.dag import DagOwnerAttributes, DagTag
from airflow.models.serialized_dag import SerializedDagModel
from airflow.sdk import DAG, BaseOperator
from airflow.serialization.serialized_objects import LazyDeserializedDAG

from airflow_lineage_provider import lineage
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.dag_documents import PARAM, PINNED
from tests.governance.facts_of.known import BUNDLE, Known
from tests.store.stories import Story, core, entry

OFF = {"capture": False}


@pytest.fixture
def known(db: Any) -> Known:
    return Known(db)


def serialize(known: Known, dag: DAG) -> None:
    known.dag(dag.dag_id)
    SerializedDagModel.write_dag(
        LazyDeserializedDAG.from_dag(dag), bundle_name=BUNDLE, min_update_interval=0, session=known.session
    )
    known.session.flush()


def test_tasks_whose_params_switch_capture_off(known: Known) -> None:
    with DAG("shop", schedule=None) as dag:
        BaseOperator(task_id="plain", params={"lineage": OFF})
        BaseOperator(task_id="pinned", params=lineage.policy(capture=False).params)
        BaseOperator(task_id="never", params=lineage.policy(sample=0).params)
        BaseOperator(task_id="half", params=lineage.policy(sample=0.5).params)
        BaseOperator(task_id="captured")
    serialize(known, dag)
    assert asker_of("shop", session=known.session).uncaptured == ("never", "pinned", "plain")


def test_a_dag_that_switches_capture_off_and_a_task_that_does_not(known: Known) -> None:
    with DAG("shop", schedule=None, params=lineage.policy(capture=False).params) as dag:
        BaseOperator(task_id="own", params=lineage.policy(capture=True).params)
        BaseOperator(task_id="captured_by_nobody")
    serialize(known, dag)
    assert asker_of("shop", session=known.session).uncaptured == ("captured_by_nobody",)


def test_a_policy_on_a_function_is_known_from_its_last_run(known: Known) -> None:
    with DAG("shop", schedule=None) as dag:
        BaseOperator(task_id="decorated")
        BaseOperator(task_id="captured")
    serialize(known, dag)
    story = Story(known.session)
    for task_id, context in (("decorated", {"policy": OFF}), ("captured", {}), ("removed", {"policy": OFF})):
        attempt = story.attempt(task_id)
        story.ingest(core(attempt, inputs=[entry("orders")], context=context), task_id)
    assert asker_of("shop", session=known.session).uncaptured == ("decorated",)


def test_who_asks(known: Known) -> None:
    with DAG("shop", schedule=None) as dag:
        BaseOperator(task_id="one")
    serialize(known, dag)
    known.session.add_all([DagTag(name="gold", dag_id="shop"), DagTag(name="daily", dag_id="shop")])
    known.session.flush()
    asker = asker_of("shop", run_id="r1", task_id="one", session=known.session)
    assert (asker.dag_id, asker.run_id, asker.task_id) == ("shop", "r1", "one")
    assert asker.tags == {"gold", "daily"}
    assert asker_of("never", session=known.session).uncaptured == ()


def test_the_words_are_those_of_capture() -> None:
    from airflow_lineage_provider.capture import policy

    assert (PARAM, PINNED) == (policy.PARAM, policy._PIN)


def test_owners_of_a_dag_and_where_they_are_reached(known: Known) -> None:
    known.dag("shop", owners="ann, airflow, bob")
    known.session.add(DagOwnerAttributes(dag_id="shop", owner="bob", link="mailto:bob@example.com"))
    known.session.flush()

    owners = asker_of("shop", session=known.session).owners

    assert [(owner.name, owner.source, owner.channel) for owner in owners] == [
        ("ann", "owner of DAG shop", None),
        ("bob", "owner of DAG shop", "mailto:bob@example.com"),
    ]

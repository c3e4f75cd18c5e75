from __future__ import annotations

from typing import Any

import pytest
from airflow.models.asset import AssetModel, TaskInletAssetReference, TaskOutletAssetReference
from sqlalchemy import select

from airflow_lineage_provider.governance.facts import AskerFact, UseFact
from airflow_lineage_provider.governance.facts_of.use import _is_local_file
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from tests.airflow_rows import NOW
from tests.store.stories import Story, core, entry

SHOP = AskerFact("shop")


def declare(known: Any, name: str, task_id: str, *, is_output: bool = False) -> None:
    asset_id = known.session.scalar(select(AssetModel.id).where(AssetModel.name == name))
    if asset_id is None:
        asset = AssetModel(name=name, uri=f"s3://lake/{name}", group="asset", extra={})
        known.session.add(asset)
        known.session.flush()
        asset_id = asset.id
    model = TaskOutletAssetReference if is_output else TaskInletAssetReference
    known.session.add(model(asset_id=asset_id, dag_id="shop", task_id=task_id))
    known.session.flush()


def use(known: Any, name: str = "orders") -> UseFact:
    found = known.facts(name, asker=SHOP).use
    assert found is not None
    return found


def test_nobody_asks_and_nobody_uses(known: Any) -> None:
    assert known.facts("orders").use is None


def test_what_is_declared_and_what_was_seen(known: Any) -> None:
    known.dag("shop")
    declare(known, "orders", "load")
    known.wrote("report", task_id="load", reads=("orders",))
    known.wrote("report", task_id="other", reads=("orders", "items"))
    assert use(known) == UseFact(("load",), (), ("load", "other"), (), (), True)
    assert use(known, "items") == UseFact((), (), ("other",), (), (), True)
    assert use(known, "report") == UseFact((), (), (), ("load", "other"), (), True)


def test_a_declared_dataset_that_was_not_touched_is_idle(known: Any) -> None:
    known.dag("shop")
    declare(known, "orders", "load")
    declare(known, "orders", "unrun")
    story = Story(known.session, "shop", "r1")
    attempt = story.attempt("load")
    inputs = [entry("orders", Evidence.DECLARED), entry("items")]
    story.ingest(core(attempt, inputs=inputs), "load")
    assert (use(known).observed_inputs, use(known).idle) == ((), ("load",))


def test_a_task_that_was_not_seen_whole_is_not_idle(known: Any) -> None:
    known.dag("shop")
    story = Story(known.session)
    for task_id, fields in {
        "late": {"awaits": ("late",)},
        "cut": {"truncated": ["inputs: 3 left out"]},
        "blind": {"inputs": []},
    }.items():
        declare(known, "orders", task_id)
        attempt = story.attempt(task_id)
        story.ingest(core(attempt, **{"inputs": [entry("items")], **fields}), task_id)
    assert use(known).idle == ()


def test_only_the_last_success_counts(known: Any) -> None:
    known.dag("shop")
    known.wrote("report", task_id="load", reads=("orders",))
    known.wrote("report", task_id="load", reads=("items",), ended=NOW)
    known.wrote("report", task_id="load", reads=("orders",), state="failed")
    assert use(known).observed_inputs == ()
    assert use(known, "items").observed_inputs == ("load",)
    assert use(known).is_declaring is False


@pytest.mark.parametrize(
    ("namespace", "is_local"), [("file", True), ("file://host", True), ("filer", False), ("s3://lake", False)]
)
def test_of_local_files_nobody_is_said_to_have_left_them_alone(namespace: str, is_local: bool) -> None:
    assert _is_local_file(DatasetId(namespace, "/srv/a.csv")) is is_local

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from airflow.models.asset import AssetModel, TaskOutletAssetReference
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.contract_problems import file_problems
from airflow_lineage_provider.store.contracts import BoundSchema, save, summaries
from tests.airflow_rows import NOW
from tests.contracts.corpus import COLUMNS, HEAD, head
from tests.contracts.test_watch import SERVER, Server

ASSET = DatasetId("s3://lake", "orders")
INLINE = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "inline",
    "version": "1",
    "status": "active",
    "schema": [{"name": "orders"}],
}


class Airflow(Server):
    """A server, and the assets that DAG files declare."""

    def declare(self, extra: dict[str, Any], name: str = "orders", *, is_mentioned: bool = True) -> None:
        with Session(self.engine) as session, session.begin():
            asset = session.scalar(select(AssetModel).where(AssetModel.name == name))
            if asset is None:
                asset = AssetModel(name=name, uri=f"s3://lake/{name}", group="asset")
                session.add(asset)
                session.flush()
                if is_mentioned:
                    session.add(
                        TaskOutletAssetReference(asset_id=asset.id, dag_id="lake_dag", task_id="write")
                    )
            asset.extra = extra

    def apply(self, text: str, *bindings: BoundSchema) -> None:
        data = load_text(text).data
        with Session(self.engine) as session, session.begin():
            save(data, bindings, source=None, applied_by=None, now=NOW, session=session)

    @property
    def bound(self) -> dict[str, tuple[str, DatasetId | None]]:
        with Session(self.engine) as session:
            return {
                f"{entry.contract_id}.{item.schema_name}": (item.bound_by, item.dataset)
                for entry in summaries(session=session)
                for item in entry.schemas
            }


@pytest.fixture
def airflow(committed: Any) -> Iterator[Airflow]:
    def clear() -> None:
        with Session(committed) as session, session.begin():
            for model in (TaskOutletAssetReference, AssetModel):
                session.execute(delete(model))
            session.execute(delete(DagModel).where(DagModel.dag_id == "lake_dag"))
            session.execute(delete(DagBundleModel).where(DagBundleModel.name == "lake"))

    clear()
    with Session(committed) as session, session.begin():
        session.add(DagBundleModel(name="lake"))
        session.flush()
        session.add(DagModel(dag_id="lake_dag", bundle_name="lake"))
    yield Airflow(committed)
    clear()


def test_a_whole_contract_is_applied_and_speaks_for_the_asset(airflow: Airflow):
    airflow.declare({"contract": INLINE})
    report = airflow.look()
    assert [(each.contract_id, each.action) for each in report.applied] == [("inline", "created")]
    assert airflow.bound == {"inline.orders": ("asset", ASSET)}
    with Session(airflow.engine) as session:
        (entry,) = summaries(session=session)
        assert (entry.origin, entry.managed_by, entry.source) == ("asset", "assets", "asset orders")
    assert airflow.look().applied == ()


def test_a_new_version_is_applied_and_what_no_asset_declares_is_retracted(airflow: Airflow):
    airflow.declare({"contract": INLINE})
    airflow.look()
    airflow.declare({"contract": {**INLINE, "version": "2"}})
    airflow.look()
    assert airflow.in_force == {"inline": "2"}
    airflow.declare({})
    assert [each.contract_id for each in airflow.look().retracted] == ["inline"]


def test_an_invalid_one_is_a_problem_and_the_last_valid_version_stays(airflow: Airflow):
    airflow.declare({"contract": INLINE})
    airflow.look()
    airflow.declare({"contract": {**INLINE, "version": 2}})
    assert len(airflow.look().problems) == 1
    assert airflow.look().problems == ()
    assert airflow.in_force == {"inline": "1"}
    assert list(airflow.wrong) == ["asset orders"]
    assert airflow.wrong["asset orders"][0].startswith("version: must be text")
    airflow.declare({"contract": {**INLINE, "version": "3"}})
    airflow.look()
    assert (airflow.in_force, airflow.wrong) == ({"inline": "3"}, {})


def test_an_asset_that_no_dag_file_mentions_declares_nothing(airflow: Airflow):
    airflow.declare({"contract": INLINE}, is_mentioned=False)
    airflow.look()
    assert airflow.in_force == {}


def test_a_contract_that_is_named_speaks_for_the_asset_as_long_as_it_is_named(airflow: Airflow):
    airflow.apply(HEAD + COLUMNS, BoundSchema("orders", None, "unbound", "no server"))
    airflow.declare({"contract": "orders"})
    airflow.look()
    assert airflow.bound == {"orders.orders": ("asset", ASSET)}
    changes = len(airflow.told)
    airflow.look()
    assert len(airflow.told) == changes
    airflow.declare({})
    airflow.look()
    assert airflow.bound == {"orders.orders": ("unbound", None)}


def test_a_named_contract_with_several_objects_is_bound_where_one_is_called_like_the_asset(airflow: Airflow):
    text = HEAD + "schema:\n  - {name: o, physicalName: lake.orders}\n  - {name: stock}\n"
    unbound = [BoundSchema(name, None, "unbound", "no server") for name in ("o", "stock")]
    airflow.apply(text.replace("lake.orders", "orders"), *unbound)
    airflow.declare({"contract": "orders"})
    airflow.look()
    assert airflow.bound == {"orders.o": ("asset", ASSET), "orders.stock": ("unbound", None)}
    airflow.declare({"contract": "orders"}, "customers")
    airflow.look()
    assert "none is called like the asset" in airflow.wrong["asset customers"][0]


def test_an_object_that_speaks_for_another_dataset_is_not_taken_away(airflow: Airflow):
    other = DatasetId("s3://lake", "other")
    airflow.apply(HEAD + SERVER + COLUMNS, BoundSchema("orders", other, "server"))
    airflow.declare({"contract": "orders"})
    airflow.look()
    assert airflow.bound == {"orders.orders": ("server", other)}
    assert "one object speaks for one dataset" in airflow.wrong["asset orders"][0]


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ("nobody", "no contract 'nobody' is in force"),
        (7, "must be an ODCS document"),
        (["a"], "must be an ODCS"),
    ],
)
def test_what_names_no_contract_is_a_problem(airflow: Airflow, contract: Any, words: str):
    airflow.declare({"contract": contract})
    airflow.look()
    assert words in airflow.wrong["asset orders"][0]


def test_an_asset_does_not_replace_a_contract_that_was_applied_from_elsewhere(airflow: Airflow):
    airflow.apply(head(id="inline") + COLUMNS, BoundSchema("orders", None, "unbound"))
    airflow.declare({"contract": INLINE})
    airflow.look()
    assert airflow.in_force == {"inline": "1.0.0"}
    assert "is already applied from" in airflow.wrong["asset orders"][0]
    with Session(airflow.engine) as session:
        assert [each.contract_id for each in file_problems(session=session)] == ["inline"]

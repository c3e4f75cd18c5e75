from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from airflow_lineage_provider.governance.impact_owners import with_owners
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.store.graph import Key
from airflow_lineage_provider.store.impact import read_impact
from airflow_lineage_provider.store.tables import Dataset
from tests.governance.world import NOW
from tests.store.external.tellings import ds


def owners(world: Any, access: Access = FULL_ACCESS) -> dict[str, tuple[str, ...]]:
    """Node id to owners, of all that comes from ``a``."""
    root = world.session.scalar(select(Dataset.id).where(Dataset.digest == ds("a").digest))
    page = read_impact(Key(False, root), now=NOW, access=access, session=world.session)
    found = with_owners(page, access, today=date(2026, 6, 15), session=world.session)
    return {item.node.id.rpartition(":")[2]: item.owners for item in found.items}


def chain(world: Any) -> None:
    world.dag("d", "one", owners="maya, airflow")
    world.dag("e", "two", owners="leo")
    for dag_id, task_id, source, target in (("d", "one", "a", "b"), ("e", "two", "b", "c")):
        ti_id = world.attempt(dag_id, task_id, "r1") if world.run(dag_id) else None
        world.record(dag_id, task_id, reads=(ds(source),), writes=(ds(target),), ti_id=ti_id)


def test_owners_come_from_the_contract_then_the_asset_then_the_dag(world: Any) -> None:
    chain(world)
    assert owners(world) == {"d.one": ("maya",), "b": ("maya",), "e.two": ("leo",), "c": ("leo",)}
    asset = world.asset("s3://lake/b", extra={"owner": "bob"})
    world.outlet(asset, "d", "one")
    assert owners(world)["b"] == ("bob",)
    world.contract(ds("b"), owner="ann")
    assert owners(world) == {"d.one": ("maya",), "b": ("ann",), "e.two": ("leo",), "c": ("leo",)}


def test_owners_of_dags_that_may_not_be_read_are_not_told(world: Any) -> None:
    chain(world)
    found = owners(world, Access(frozenset({"d"}), True))
    assert found["d.one"] == found["b"] == ("maya",)
    assert "leo" not in str(found)

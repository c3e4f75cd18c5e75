"""What other producers call one dataset changes no verdict."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.external.ingest import ingest_event
from tests.store.external.tellings import LATER, OWN, ds, event, take, told

OPEN = ds("open")
OWNED = {"rules": {"owner-missing": "block", "contract-missing": "off"}}


def read_by_a_task(world: Any, *datasets: DatasetId) -> int:
    world.dag("d", "read >> validate")
    dag_run = int(world.run("d"))
    world.record("d", "read", reads=datasets, dag_run_id=dag_run, ti_id=world.attempt("d", "read"))
    return dag_run


@pytest.mark.parametrize(("name", "other"), [("open", "governed"), ("governed", "open")])
def test_a_symlink_brings_no_contract(world: Any, name: str, other: str) -> None:
    dag_run = read_by_a_task(world, OPEN)
    world.contract(ds("governed"), owner="ann")
    assert world.ask("d", dag_run_id=dag_run)["result"] == "fail"
    take(world.session, event(inputs=[told(name, symlinks=[other])]))
    verdict = world.ask("d", dag_run_id=dag_run)
    assert verdict["result"] == "fail"
    assert [each["contracts"] for each in verdict["datasets"]] == [[]]


@pytest.mark.parametrize(("name", "other"), [("open", "governed"), ("governed", "open")])
def test_a_symlink_that_is_trusted_brings_contract_and_owner(
    world: Any, name: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRUST_SYMLINKS", "True")
    dag_run = read_by_a_task(world, OPEN)
    world.contract(ds("governed"), owner="ann")
    assert world.ask("d", dag_run_id=dag_run)["result"] == "fail"
    take(world.session, event(inputs=[told(name, symlinks=[other])]))
    verdict = world.ask("d", dag_run_id=dag_run)
    assert verdict["result"] == "pass"
    assert [len(each["contracts"]) for each in verdict["datasets"]] == [1]


def test_a_trusted_symlink_is_another_contract_beside_that_of_the_name(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRUST_SYMLINKS", "True")
    dag_run = read_by_a_task(world, OPEN)
    world.contract(OPEN, owner="ann")
    world.contract(ds("governed"), "theirs", owner="bob")
    take(world.session, event(inputs=[told("open", symlinks=["governed"])]))
    found = world.ask("d", dag_run_id=dag_run)
    assert {each["rule"] for each in found["findings"]} >= {"contract-duplicated"}


def test_a_symlink_takes_no_contract_away(world: Any) -> None:
    dag_run = read_by_a_task(world, ds("governed"))
    world.contract(ds("governed"), owner="ann")
    assert world.ask("d", dag_run_id=dag_run)["result"] == "pass"
    take(world.session, event(inputs=[told("a", symlinks=["governed"])]))
    take(world.session, event(run="r2", inputs=[told("governed", symlinks=["b"])]))
    assert world.ask("d", dag_run_id=dag_run)["result"] == "pass"


def test_a_contract_of_a_merged_name_stays_with_the_name(world: Any) -> None:
    world.contract(ds("z"), owner="ann")
    take(
        world.session,
        event(inputs=[told("a"), told("z")]),
        event(run="r2", inputs=[told("a", symlinks=["z"])]),
    )
    world.dag("d", "validate")
    questions = {name: [{"namespace": ds(name).namespace, "name": name}] for name in ("a", "z")}
    results = {name: world.ask("d", datasets=named)["result"] for name, named in questions.items()}
    assert results == {"a": "fail", "z": "pass"}


def test_a_symlink_brings_no_owner_of_an_asset(world: Any) -> None:
    dag_run = read_by_a_task(world, OPEN)
    asset = world.asset("s3://lake/owned", extra={"owner": "bob"})
    world.dag("o", "w")
    world.outlet(asset, "o", "w")
    take(world.session, event(inputs=[told("open", symlinks=["owned"])]))
    assert world.ask("d", dag_run_id=dag_run, **OWNED)["result"] == "fail"


def test_a_symlink_takes_no_inlet_out_of_scope(world: Any) -> None:
    world.dag("d", "read >> validate, write")
    dag_run = world.run("d")
    ti_id = world.attempt("d", "write")
    world.record("d", "write", writes=(ds("own"),), dag_run_id=dag_run, ti_id=ti_id)
    world.inlet(world.asset("s3://lake/input"), "d", "read")
    take(world.session, event(inputs=[told("own", symlinks=["input"])]))
    verdict = world.ask("d", dag_run_id=dag_run)
    assert (verdict["result"], [each["name"] for each in verdict["datasets"]]) == ("fail", ["input"])


OWNERSHIP = {"ownership": {"owners": [{"name": "eve"}]}}


def test_an_ownership_facet_of_who_may_not_write_the_dataset_names_no_owner(world: Any) -> None:
    dag_run = read_by_a_task(world, OPEN)
    ingest_event(
        event(outputs=[told("open", facets=OWNERSHIP)]),
        received_from="key:spark",
        own_namespace=OWN,
        now=LATER,
        may_merge=lambda dataset: False,
        session=world.session,
    )
    verdict = world.ask("d", dag_run_id=dag_run, **OWNED)
    assert (verdict["result"], verdict["datasets"][0]["owners"]) == ("fail", [])


def test_an_ownership_facet_of_who_may_write_the_dataset_names_an_owner_and_says_who_told(world: Any) -> None:
    dag_run = read_by_a_task(world, OPEN)
    take(world.session, event(outputs=[told("open", facets=OWNERSHIP)]))
    verdict = world.ask("d", dag_run_id=dag_run, **OWNED)
    (owner,) = verdict["datasets"][0]["owners"]
    assert (verdict["result"], owner["name"]) == ("pass", "eve")
    assert owner["source"] == "ownership facet that another producer sent"


def test_a_symlink_brings_no_told_owner(world: Any) -> None:
    dag_run = read_by_a_task(world, OPEN)
    take(
        world.session,
        event(outputs=[told("owned", facets=OWNERSHIP)]),
        event(1, run="r2", outputs=[told("owned", symlinks=["open"])]),
        event(2, run="r3", outputs=[told("open", symlinks=["owned"])]),
    )
    assert world.ask("d", dag_run_id=dag_run, **OWNED)["result"] == "fail"

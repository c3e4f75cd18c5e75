"""How far up the answers go that are kept for the gates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.governance.gates.kept_town import KeptTown, clear

HOST = "postgres://pg:5432"
ORDERS, RAW, SOURCE = (DatasetId(HOST, f"shop.public.{name}") for name in ("orders", "raw", "source"))
DEPTH = "AIRFLOW__LINEAGE_PROVIDER__GATE_DEPTH"


@pytest.fixture
def town(committed: Any) -> Iterator[KeptTown]:
    """``shop`` reads orders, which ``load`` makes of raw, which ``fetch`` makes of source; who owns orders is known."""
    clear(committed)
    town = KeptTown(committed)
    with town.world() as world:
        for number, (dag_id, reads, writes) in enumerate(
            (("fetch", SOURCE, RAW), ("load", RAW, ORDERS), ("shop", ORDERS, None))
        ):
            world.dag(dag_id, "task")
            made = {"writes": (writes,)} if writes is not None else {}
            world.record(dag_id, "task", "r0", reads=(reads,), dag_run_id=100 + number, **made)
        world.contract(ORDERS, owner="ann")
    yield town
    clear(committed)


def unowned(town: KeptTown, dag_id: str = "shop") -> set[str]:
    gate = town.gate(dag_id)
    assert gate is not None
    return set(re.findall(r"owner-missing \(block\): \S+ shop\.public\.(\w+)", gate.message))


@pytest.mark.parametrize(
    ("depth", "expected"), [(None, set()), ("1", set()), ("2", {"raw"}), ("3", {"raw", "source"})]
)
def test_what_a_dag_reads_is_judged_and_so_many_steps_further_up(
    town: KeptTown, monkeypatch: pytest.MonkeyPatch, depth: str | None, expected: set[str]
) -> None:
    if depth is not None:
        monkeypatch.setenv(DEPTH, depth)
    town.keeper.step()

    assert unowned(town) == expected
    assert unowned(town, "fetch") == {"source"}


def test_what_changes_further_up_is_heard_of(town: KeptTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEPTH, "2")
    town.keeper.step()
    with town.world() as world:
        world.contract(RAW, contract_id="raw", owner="bob")
    report = town.step()

    assert report.judged == 2, "load, which reads it, and shop, which is below that"
    assert unowned(town) == set()

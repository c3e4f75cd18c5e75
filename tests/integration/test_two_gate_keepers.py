"""Two servers that both take themselves for the one that keeps gate states."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.gates.keeper import Keeper
from airflow_lineage_provider.governance.gates.keeping import GATE
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.findings import FINDING
from airflow_lineage_provider.store.gate_states import gate_of, gates_after
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.verdicts import VERDICT
from tests.governance.gates.kept_town import KeptTown, clear

DAGS = 12


@pytest.fixture
def town(postgres_engine: Any) -> Iterator[KeptTown]:
    from tests.databases import empty

    empty(postgres_engine)
    clear(postgres_engine)
    yield KeptTown(postgres_engine)
    empty(postgres_engine)
    clear(postgres_engine)


def test_they_agree_and_every_finding_is_opened_once(town: KeptTown) -> None:
    shared = DatasetId("postgres://pg:5432", "shop.public.shared")
    with town.world() as world:
        for number in range(DAGS):
            own = DatasetId("postgres://pg:5432", f"shop.public.table_{number}")
            world.dag(f"dag_{number:02d}", "report")
            world.record(f"dag_{number:02d}", "report", "r0", reads=(own, shared), dag_run_id=100 + number)

    def keep(place: int) -> list[str]:
        errors: list[str] = []
        now = town.now + timedelta(milliseconds=place)
        keeper = Keeper(OwnTransactions(lambda: Session(town.engine)), clock=lambda: now)
        for _ in range(4):
            keeper.step()
            errors += keeper.errors.values()
        return errors

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(keep, range(2))] == [[], []]

    with town.session() as session:
        gates = gates_after(limit=100, session=session)
        keys = list(session.scalars(select(FINDING.c.key)))
        by_dag = dict(
            session.execute(
                select(VERDICT.c.dag_id, func.count())
                .where(VERDICT.c.gate == GATE)
                .group_by(VERDICT.c.dag_id)
            ).all()
        )
    assert len(gates) == DAGS
    assert {gate.result for gate in gates} == {"fail"}
    assert len(keys) == len(set(keys))
    assert set(by_dag) == {gate.dag_id for gate in gates}
    assert max(by_dag.values()) <= 2


def test_a_change_reaches_the_row_whoever_sees_it(town: KeptTown) -> None:
    orders = DatasetId("postgres://pg:5432", "shop.public.orders")
    with town.world() as world:
        world.dag("shop", "report")
        world.record("shop", "report", "r0", reads=(orders,), dag_run_id=100)
    other = town.another()
    town.keeper.step()
    town.later(seconds=1)
    other.step()
    with town.world() as world:
        world.contract(orders, owner="ann")
    town.later(seconds=2)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(town.keeper.step), pool.submit(other.step)]:
            assert done.result().failed == 0

    with town.session() as session:
        gate = gate_of("shop", connection=session)
    assert gate is not None
    assert "owner-missing" not in {each.rule for each in gate.findings}

from __future__ import annotations

from airflow_lineage_provider.governance.gates.loop_budget import LoopBudget


class Transaction:
    """Stands for a transaction of the scheduler."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def spend(budget: LoopBudget, clock: Clock, seconds: float) -> None:
    with budget.spending():
        clock.now += seconds


def test_it_is_spent_by_the_runs_of_one_loop_together() -> None:
    clock, loop = Clock(), Transaction()
    budget = LoopBudget(1.0, clock)
    for seconds, is_spent in ((0.6, False), (0.3, False), (0.2, True)):
        budget.enter(loop)
        spend(budget, clock, seconds)
        assert budget.is_spent is is_spent


def test_time_between_runs_is_not_its_own() -> None:
    clock, loop = Clock(), Transaction()
    budget = LoopBudget(1.0, clock)
    budget.enter(loop)
    clock.now += 100
    assert not budget.is_spent


def test_another_transaction_begins_anew() -> None:
    clock, loop = Clock(), Transaction()
    budget = LoopBudget(1.0, clock)
    assert budget.enter(loop)
    assert not budget.enter(loop)
    spend(budget, clock, 2.0)
    budget.has_no_tables = True
    assert budget.enter(Transaction())
    assert not budget.is_spent
    assert not budget.has_no_tables


def test_a_transaction_at_the_place_in_memory_of_a_past_one_is_another() -> None:
    clock = Clock()
    budget = LoopBudget(1.0, clock)
    for _ in range(50):
        transaction = Transaction()
        budget.enter(transaction)
        assert not budget.is_spent
        spend(budget, clock, 2.0)
        del transaction

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.clock_skew import AHEAD
from airflow_lineage_provider.store.lease import Lease, LeaseLost
from airflow_lineage_provider.store.watermarks import take_turn
from tests.airflow_rows import NOW

EVERY = timedelta(minutes=1)
LEASE = Lease("test.lease", timedelta(minutes=10))


def test_a_turn_is_taken_once_in_a_while(db: Any) -> None:
    assert take_turn("test.turn", EVERY, now=NOW, session=db)
    assert not take_turn("test.turn", EVERY, now=NOW + EVERY / 2, session=db)
    assert take_turn("test.turn", EVERY, now=NOW + EVERY, session=db)


def test_clocks_that_differ_a_little_give_nobody_a_second_turn(db: Any) -> None:
    take_turn("test.turn", EVERY, now=NOW + AHEAD, session=db)
    assert not take_turn("test.turn", EVERY, now=NOW, session=db)


def test_a_clock_that_was_far_ahead_keeps_nobody_from_a_turn(db: Any) -> None:
    take_turn("test.turn", EVERY, now=NOW + timedelta(days=365), session=db)
    assert take_turn("test.turn", EVERY, now=NOW, session=db)
    assert not take_turn("test.turn", EVERY, now=NOW, session=db)


def test_a_lease_of_a_clock_that_was_far_ahead_is_over(db: Any) -> None:
    first = LEASE.take(now=NOW + timedelta(days=365), session=db)
    assert first is not None
    second = LEASE.take(now=NOW, session=db)
    assert second is not None
    assert LEASE.take(now=NOW, session=db) is None
    with pytest.raises(LeaseLost):
        LEASE.renew(first, now=NOW, session=db)

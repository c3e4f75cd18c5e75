from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.offline.waivers_file import InvalidWaivers, read_waivers

ROW = {
    "id": 3, "state": "active", "rule": "owner-missing", "namespace": None, "name": "shop.*", "dag_id": None,
    "subject": None, "reason": "moving", "ticket": "DATA-7", "author": "ann", "created_at": "2026-06-01T00:00:00+00:00",
    "approver": "bob", "approved_at": "2026-06-02T00:00:00+00:00", "expires_at": "2026-06-30T00:00:00+00:00",
    "revoked_at": None, "revoked_by": None,
}  # fmt: skip


def test_what_the_waivers_command_writes_is_read() -> None:
    (waiver,) = read_waivers(json.dumps([ROW]))

    assert (waiver.id, waiver.rule, waiver.name, waiver.approver) == (3, "owner-missing", "shop.*", "bob")
    assert waiver.is_in_force(datetime(2026, 6, 15, tzinfo=UTC))
    assert not waiver.is_in_force(datetime(2026, 7, 1, tzinfo=UTC))


def test_the_columns_are_those_of_the_command() -> None:
    from airflow_lineage_provider.store.decisions.waiver_requests import WaiverInfo

    assert set(ROW) == set(WaiverInfo.__slots__)


def test_a_waiver_that_nobody_approved_or_somebody_revoked_is_none() -> None:
    pending = {**ROW, "approved_at": None}
    revoked = {**ROW, "revoked_at": "2026-06-03T00:00:00+00:00"}
    now = datetime(2026, 6, 15, tzinfo=UTC)

    assert not any(waiver.is_in_force(now) for waiver in read_waivers(json.dumps([pending, revoked])))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "3"},
        {"id": True},
        {"rule": 1},
        {"reason": None},
        {"name": 4},
        {"expires_at": None},
        {"approved_at": "x"},
    ],
)
def test_what_is_no_waiver_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidWaivers, match=r"^\[0\]"):
        read_waivers(json.dumps([{**ROW, **change}]))


@given(st.text(max_size=30) | st.recursive(st.none() | st.integers(), st.lists, max_leaves=5).map(json.dumps))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with contextlib.suppress(InvalidWaivers):
        read_waivers(text)

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.contracts.changes.change import Impact
from airflow_lineage_provider.contracts.version import is_raised

MAJOR, MINOR, PATCH = Impact.MAJOR, Impact.MINOR, Impact.PATCH


@pytest.mark.parametrize(
    ("old", "new", "impact", "expected"),
    [
        ("1.0.0", "2.0.0", MAJOR, True), ("1.9.0", "1.10.0", MAJOR, False), ("1.9.0", "1.10.0", MINOR, True),
        ("1.0.0", "1.0.1", MINOR, False), ("1.0.0", "1.0.1", PATCH, True), ("1.0.0", "1.0.0", PATCH, False),
        ("2.0.0", "1.0.0", MAJOR, False), ("v1.2", "v2", MAJOR, True), ("1.1", "1.2", MAJOR, False),
        ("1.1", "1.2", MINOR, True), ("1", "2", MAJOR, True), ("1", "1.1", MINOR, True), ("0.1.0", "0.2.0", MAJOR, True),
        ("0.1.0", "0.1.1", MAJOR, False), ("1.0.0-beta", "1.0.0", PATCH, True), ("1.0.0", "2.0.0-rc.1", MAJOR, True),
        ("2024-05-01", "2024-05-02", MAJOR, True), ("2024-05-01", "2024-05-01", MAJOR, False), ("draft", "1.0.0", MAJOR, True),
        ("final", "final2", MAJOR, True),
    ],
)  # fmt: skip
def test_a_number_says_how_much_changed(old: str, new: str, impact: Impact, expected: bool) -> None:
    assert is_raised(old, new, impact) is expected


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(Impact))
def test_no_version_raises(old: str, new: str, impact: Impact) -> None:
    is_raised(old, new, impact)
    assert not is_raised(old, old, impact)

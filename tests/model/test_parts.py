from __future__ import annotations

from hypothesis import given, strategies as st

from airflow_lineage_provider.model.parts import parts


@given(st.lists(st.integers()), st.integers(1, 5))
def test_the_parts_are_the_whole_and_none_is_empty_or_too_long(values: list[int], size: int) -> None:
    found = list(parts(values, size))
    assert [value for part in found for value in part] == values
    assert all(0 < len(part) <= size for part in found)

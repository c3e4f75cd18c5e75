from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from airflow_lineage_provider.store.catalog.tags import column_tags, tag_names

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["tags", "key", "value", "field", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json)
def test_whatever_a_producer_sends_is_read(facet: Any) -> None:
    names = tag_names({"tags": facet})

    assert all(isinstance(name, str) and name for name in names)
    assert list(names) == sorted(set(names))
    assert all(isinstance(field, str) for field in column_tags({"tags": facet}))


def test_a_value_that_says_no_more_than_yes_is_left_out() -> None:
    tags = [
        {"key": "gold", "value": "True", "source": "DBT"},
        {"key": "tier", "value": "1"},
        {"key": "pii", "value": "true", "field": "mail"},
    ]

    assert tag_names({"tags": {"tags": tags}}) == ("gold", "tier:1")
    assert column_tags({"tags": {"tags": tags}}) == {"mail": ("pii",)}

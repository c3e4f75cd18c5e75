from __future__ import annotations

import pytest

from airflow_lineage_provider.model.namespace_pattern import InvalidPattern, checked_pattern, is_match


@pytest.mark.parametrize(
    ("namespace", "patterns", "expected"),
    [
        ("spark", ["spark"], True),
        ("spark2", ["spark"], False),
        ("spark", ["spark*"], True),
        ("spark-eu", ["dbt", "spark*"], True),
        ("sparc", ["spark*"], False),
        ("Spark", ["spark*"], False),
        ("anything", ["*"], True),
        ("spark", [], False),
    ],
)
def test_a_star_at_the_end_means_any_ending(namespace: str, patterns: list[str], expected: bool) -> None:
    assert is_match(namespace, patterns) is expected


@pytest.mark.parametrize("text", ["", " ", "a*b", "**", "a\nb", "\0", "\ud800", "x" * 1025])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(InvalidPattern):
        checked_pattern(text)

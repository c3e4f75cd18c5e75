from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.contracts.classification import LADDER, is_lower, rank


def test_the_ladder_goes_up() -> None:
    assert [rank(word) for word in LADDER] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("word", "step"),
    [
        ("PII", 2), ("02_GDPR_direct", 2), ("Highly Confidential", 3), ("strictly-confidential", 3), ("non-sensitive", 0),
        ("not_restricted", None), ("no special category", None), ("internal use only", 1), ("sensitive_pii", 3),
        ("C3", None), ("3", None), ("", None), ("blue", None), ("confidential - HR", 2), ("personal data", 2),
    ],
)  # fmt: skip
def test_words(word: str, step: int | None) -> None:
    assert rank(word) == step


@pytest.mark.parametrize(
    ("word", "than", "expected"),
    [
        ("internal", "restricted", True), ("restricted", "internal", False), (None, "restricted", True),
        (None, "public", False), ("public", None, False), ("blue", "restricted", None), ("blue", "Blue", False),
        (None, "blue", True), (None, None, False),
    ],
)  # fmt: skip
def test_what_hides_less(word: str | None, than: str | None, expected: bool | None) -> None:
    assert is_lower(word, than) is expected


@given(st.text(max_size=40))
def test_no_word_raises(word: str) -> None:
    assert rank(word) in (None, 0, 1, 2, 3)

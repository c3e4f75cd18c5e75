from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.evidence import Evidence

MERGED = st.integers(0, 31).map(Evidence)


@given(MERGED)
def test_evidence_survives_its_names(evidence: Evidence) -> None:
    assert Evidence.from_names(evidence.names) == evidence


def test_the_strongest_evidence_is_named_first() -> None:
    assert Evidence(31).names == ("operator", "statement", "hook", "runtime", "declared")


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(ValueError, match="'guess'"):
        Evidence.from_names(["hook", "guess"])

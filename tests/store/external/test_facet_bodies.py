from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.store.external import facet_bodies
from airflow_lineage_provider.store.external.facet_bodies import kept_bodies
from airflow_lineage_provider.store.facet_policy import kept_facets

WORDS = st.sampled_from(
    ["plain", "it's", "SELECT a FROM t WHERE b = 'secret'", "s3://u:secret@bucket/x?sig=1", "int", ""]
)
KEYS = st.sampled_from(["sql", "query", "error", "message", "name", "namespace", "type", "errorMessage", "x"])
VALUES = st.recursive(
    WORDS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_was_met_before_is_kept_as_if_it_were_new(facets: dict[str, Any]) -> None:
    kept = {name: canonical_json(body) for name, body in kept_facets(facets).items()}
    for _ in range(2):
        found = kept_bodies(json.loads(canonical_json(facets)))
        assert {name: facet.text() for name, facet in found.items()} == kept
        assert all(facet.content_hash == content_hash(json.loads(facet.text())) for facet in found.values())


def test_the_same_body_under_another_name_is_cleaned_by_that_name() -> None:
    body = {"name": "x", "parts": ["it's 'me and you'"]}
    assert set(kept_bodies({"note": body})) == {"note"}
    assert kept_bodies({"environmentVariables": body, "sourceCode": body}) == {}


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facet_bodies, "_hashes", {})
    monkeypatch.setattr(facet_bodies, "KEPT_HASHES", 3)
    for number in range(10):
        kept_bodies({"note": {"number": number}})
    assert len(facet_bodies._hashes) == 3

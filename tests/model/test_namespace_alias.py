from __future__ import annotations

import json

import pytest

from airflow_lineage_provider.model.namespace_alias import InvalidAlias, read_aliases, settled_aliases


@pytest.mark.parametrize("namespace", ["", " ", "://", "://x", "jdbc:", "x\0y", "\ud800", "a" * 1025, "a\nb"])
def test_what_no_dataset_can_be_stored_under_is_no_namespace(namespace: str) -> None:
    for wire in ({"postgres://a": namespace}, {namespace: "postgres://a"}):
        with pytest.raises(InvalidAlias, match="is no namespace"):
            read_aliases(json.dumps(wire))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"postgres://a": "x://b", "postgresql://A:5432": "y://c"}', "leads to 'x://b' and to 'y://c'"),
        ('{"postgres://a": "x://b", "postgres://a": "y://c"}', "stands there twice"),
    ],
)
def test_two_targets_of_one_namespace_are_named(text: str, reason: str) -> None:
    with pytest.raises(InvalidAlias, match=reason):
        read_aliases(text)


def test_spellings_may_be_given_together_and_services_have_no_host() -> None:
    text = '{"postgres://a": "bigquery", "postgresql://A:5432": "bigquery", "x": "file", "sqlite:a.db": "s3://b"}'
    assert settled_aliases(read_aliases(text)) == {
        "postgres://a:5432": "bigquery",
        "x": "file",
        "sqlite:a.db": "s3://b",
    }

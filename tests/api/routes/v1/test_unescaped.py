from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.api.routes.v1.unescaped import Reading, readings

words = st.lists(
    st.sampled_from(["a", "", "datasets", "jobs", "versions", "runs", "s3:"]), min_size=1, max_size=6
)


@given(words, words, st.sampled_from(["datasets", "jobs"]))
def test_what_was_meant_is_among_the_readings(namespace: list[str], name: list[str], kind: str) -> None:
    whole_namespace, whole_name = "/".join(namespace), "/".join(name)
    found = list(readings(f"{whole_namespace}/{kind}/{whole_name}"))

    meant = Reading(whole_namespace, kind, whole_name, "", "")
    assert (meant in found) == bool(whole_namespace and whole_name)
    assert all(reading.namespace for reading in found)


@pytest.mark.parametrize(
    ("path", "reading"),
    [
        ("s3://b/datasets//a.csv/versions", Reading("s3://b", "datasets", "/a.csv", "versions", "")),
        ("s3://b/datasets/a/versions/1", Reading("s3://b", "datasets", "a", "version", "1")),
        ("x/jobs/a/b/runs", Reading("x", "jobs", "a/b", "runs", "")),
    ],
)
def test_endings_are_read_as_parts_too(path: str, reading: Reading) -> None:
    assert reading in list(readings(path))

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.instrumentation.sources.target import (
    MAX_FILES,
    bounded,
    name_of,
    names_of,
)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/a/../b.csv", "/b.csv"),
        (Path("/a/b.csv"), "/a/b.csv"),
        ("s3://bucket/a b.csv", "s3://bucket/a b.csv"),
        (
            "abfss://container@account.dfs.core.windows.net/a",
            "abfss://container@account.dfs.core.windows.net/a",
        ),
        ("file:///a/b%20c.csv", "/a/b c.csv"),
        ("file://localhost/a.csv", "/a.csv"),
        ("https://user:pw@host/a.csv?sig=1", "https://host/a.csv"),
        ("az://c/a.parquet?sv=1&sig=x", "az://c/a.parquet"),
        ("s3://bucket/a?.csv", "s3://bucket/a?.csv"),
        ("simplecache::http://[::1]/a.csv", "http://[::1]/a.csv"),
        ("simplecache::s3://bucket/a", "s3://bucket/a"),
        ("zip://inner.csv::/data/a.zip", "/data/a.zip"),
        ("", None),
        ("a\0b", None),
        ("a,b\n1,2\n", None),
        ("x" * 5000, None),
        (b"/a/b.csv", None),
        (3, None),
        (None, None),
        (object(), None),
    ],
)
def test_a_target_has_a_name_if_it_is_a_place(target: Any, name: str | None) -> None:
    assert name_of(target) == name


def test_relative_names_of_open_files_hold_only_where_they_were_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open("a", "w") as handle:
        assert name_of(handle) == str(tmp_path / "a")
        monkeypatch.chdir("/")
        assert name_of(handle) is None
    with open(tmp_path / "a") as handle:
        pass
    assert name_of(handle) == str(tmp_path / "a")


def test_descriptors_and_nameless_files_have_no_name() -> None:
    reading, writing = os.pipe()
    with open(reading) as pipe, open(writing, "w") as other, tempfile.TemporaryFile() as file:
        assert (name_of(pipe), name_of(other), name_of(file)) == (None, None, None)
    with tempfile.NamedTemporaryFile() as named:
        assert name_of(named) == named.name


def test_files_that_look_like_patterns_are_files(tmp_path: Path) -> None:
    (tmp_path / "a[1].csv").touch()
    assert names_of(str(tmp_path / "a[1].csv"), pattern=True) == [str(tmp_path / "a[1].csv")]
    assert names_of(str(tmp_path / "none*.csv"), pattern=True) == [str(tmp_path)]
    assert names_of(str(tmp_path / "*.csv")) == [str(tmp_path / "*.csv")]


def test_many_files_are_their_directories() -> None:
    assert bounded(f"/d/{number}" for number in range(MAX_FILES)) == [
        f"/d/{number}" for number in range(MAX_FILES)
    ]
    assert bounded(f"/d/{number}" for number in range(MAX_FILES + 1)) == ["/d"]
    assert bounded(f"/d/a{number}/x" for number in range(MAX_FILES + 1)) == ["/d"]
    assert bounded(f"s3://b/d/{number}/x" for number in range(MAX_FILES + 1)) == ["s3://b/d"]


@given(st.one_of(st.text(), st.binary(), st.integers(), st.lists(st.text(), max_size=5)))
def test_whatever_it_is_names_are_absolute(target: Any) -> None:
    for name in names_of(target):
        assert name.startswith("/") or "://" in name


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("az://c/a.parquet?sig=x", "az://c/a.parquet"),
        ("s3://bucket/day/a?.csv", "s3://bucket/day"),
        ("s3://bucket/*/a.csv", "s3://bucket"),
        ("http://[::1]/a.csv", "http://[::1]/a.csv"),
        ("http://[::1]/day/*.csv", "http://[::1]/day"),
    ],
)
def test_patterns_in_uris_begin_behind_the_host(pattern: str, name: str) -> None:
    assert names_of(pattern, pattern=True) == [name]

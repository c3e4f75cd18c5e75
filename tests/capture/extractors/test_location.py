from __future__ import annotations

from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.extractors.location import Unnamed, attributes_of, locate
from airflow_lineage_provider.model.dataset_id import DatasetId

S3 = "s3://{bucket}/{key}"


def connection(**parts: Any) -> Any:
    known = {
        "conn_type": "sftp",
        "host": None,
        "port": None,
        "schema": None,
        "login": None,
        "extra_dejson": {},
    }
    return SimpleNamespace(**known | parts)


def names(template: str, /, *, conn: Any = None, **attributes: Any) -> list[str]:
    return [str(one) for one in locate(template, SimpleNamespace(**attributes), lambda conn_id: conn)]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"bucket": "lake", "key": "in/a.csv"}, ["s3://lake in/a.csv"]),
        ({"bucket": "lake", "key": "/in//a.csv"}, ["s3://lake in//a.csv"]),
        ({"bucket": "lake", "key": "in/"}, ["s3://lake in"]),
        ({"bucket": "lake", "key": "what?#50%25.csv"}, ["s3://lake what?#50%25.csv"]),
        ({"bucket": "lake", "key": ["a", "b", "a"]}, ["s3://lake a", "s3://lake b"]),
        ({"bucket": "lake", "key": PurePosixPath("in/a.csv")}, ["s3://lake in/a.csv"]),
        ({"bucket": None, "key": "s3://other/in/a.csv"}, ["s3://other in/a.csv"]),
        ({"bucket": "lake", "key": "s3://other/in/a.csv"}, ["s3://other in/a.csv"]),
    ],
)
def test_a_template_names_what_its_attributes_say(attributes: dict[str, Any], expected: list[str]) -> None:
    assert names(S3, **attributes) == expected


@pytest.mark.parametrize(
    "attributes",
    [{}, {"bucket": "lake"}, {"bucket": "lake", "key": ""}, {"bucket": "", "key": "a"}, {"bucket": 3, "key": "a"},
     {"bucket": "lake", "key": []}, {"bucket": "lake", "key": [None]}],
)  # fmt: skip
def test_an_empty_attribute_leaves_no_half_name(attributes: dict[str, Any]) -> None:
    with pytest.raises(Unnamed, match="is empty"):
        names(S3, **attributes)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("in/2026/", "s3://lake in/2026"),
        ("in/part-*.csv", "s3://lake in"),
        ("export_{}.json", "s3://lake export_"),
        ("other_{}.json", "s3://lake other_"),
        ("a*/x.csv", "s3://lake a"),
        ("in/out_{}.json", "s3://lake in"),
        ("", "s3://lake /"),
        (None, "s3://lake /"),
    ],
)
def test_a_pattern_means_the_folder_above_it(prefix: str | None, expected: str) -> None:
    assert names("s3://{bucket}/{prefix*}", bucket="lake", prefix=prefix) == [expected]


@pytest.mark.parametrize("prefix", ["*.csv", "{}.json", "/*", "*"])
def test_a_pattern_over_all_of_a_bucket_names_nothing(prefix: str) -> None:
    with pytest.raises(Unnamed, match="names no folder"):
        names("s3://{bucket}/{prefix*}", bucket="lake", prefix=prefix)


@pytest.mark.parametrize(
    ("files", "renamed", "expected"),
    [
        (None, None, ["s3://lake in"]),
        ("*", None, ["s3://lake in"]),
        (["a", "b"], None, ["s3://lake in/a", "s3://lake in/b"]),
        (["a", "b"], ["x", "y"], ["s3://lake in/x", "s3://lake in/y"]),
        ("part", "copy", ["s3://lake in"]),
    ],
)
def test_files_are_named_where_they_are_listed(files: Any, renamed: Any, expected: list[str]) -> None:
    template = "s3://{bucket}/{key}{renamed|files+}"
    assert names(template, bucket="lake", key="in/", files=files, renamed=renamed) == expected


def test_a_connection_gives_the_server() -> None:
    template = "file://{conn_id@server~host}/{path}"
    sftp = connection(host="files.example.com")
    assert names(template, conn=sftp, conn_id="sftp", path="/in/a") == ["file://files.example.com:22 /in/a"]
    assert names(template, conn=sftp, conn_id="sftp", path="in/a", host="b") == ["file://b:22 /in/a"]
    with pytest.raises(Unnamed):
        names(template, conn=connection(), conn_id="sftp", path="/in/a")
    with pytest.raises(Unnamed):
        names(template, conn=sftp, conn_id=None, path="/in/a")


@pytest.mark.parametrize(
    ("web", "endpoint", "expected"),
    [
        (connection(host="api.example.com"), "v1/x?token=hunter2", "http://api.example.com v1/x"),
        (connection(host="https://api.example.com/base/"), "/v1", "https://api.example.com base/v1"),
        (
            connection(host="api.example.com", schema="https", port=8443),
            None,
            "https://api.example.com:8443 /",
        ),
        (connection(host="https://me:hunter2@api.example.com"), "v1", "https://api.example.com v1"),
    ],
)
def test_an_address_of_a_service_keeps_no_secret(web: Any, endpoint: str | None, expected: str) -> None:
    assert names("{conn_id@url}/{endpoint?}", conn=web, conn_id="api", endpoint=endpoint) == [expected]


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        (connection(login="shop"), "shop"),
        (connection(login="app-id", host="https://shop.blob.core.windows.net"), "shop"),
        (connection(host="shop.blob.core.windows.net"), "shop"),
        (connection(extra_dejson={"connection_string": "x=1;AccountName=shop;AccountKey=hunter2"}), "shop"),
    ],
)
def test_a_storage_account_is_found_wherever_the_connection_has_it(blob: Any, expected: str) -> None:
    template = "wasbs://{container}@{conn_id@account}/{blob}"
    assert names(template, conn=blob, conn_id="wasb", container="raw", blob="a.csv") == [
        f"wasbs://raw@{expected} a.csv"
    ]


def test_a_local_path_is_a_file_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert names("local:{files?}", files=["a.csv", "/in/../b.csv", "s3://lake/c.csv"]) == [
        f"file {tmp_path}/a.csv",
        "file /b.csv",
        "s3://lake c.csv",
    ]
    assert names("local:{files?}", files=None) == []


def test_the_attributes_of_a_template_are_known() -> None:
    assert list(attributes_of("file://{conn@server~host}/{path|other*}{files+}")) == [
        "conn",
        "host",
        "path",
        "other",
        "files",
    ]


@given(bucket=st.text(max_size=20), key=st.text(max_size=40) | st.lists(st.text(max_size=9), max_size=3))
def test_any_attributes_give_whole_names_or_none(bucket: str, key: Any) -> None:
    try:
        found = locate("s3://{bucket}/{key}", SimpleNamespace(bucket=bucket, key=key), lambda conn_id: None)
    except Unnamed:
        assert (
            not bucket
            or not key
            or not all([key] if isinstance(key, str) else key)
            or "://" in str(key) + bucket
        )
        return
    assert all(isinstance(one, DatasetId) and one.namespace and one.name for one in found)
    assert found

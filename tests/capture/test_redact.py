from __future__ import annotations

import json
from collections import deque
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from airflow.sdk.log import mask_secret
from hypothesis import given

from airflow_lineage_provider.capture.redact import mask
from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.model.record_reader import decode_payload, read_segment
from tests.model.records import records


def test_a_secret_learned_after_our_import_is_masked_wherever_it_stands() -> None:
    mask_secret("Zwetschgenmus")
    wire = {
        "sql": "SET password = 'Zwetschgenmus'",
        "nested": [{"deep": ("x", "a Zwetschgenmus b")}],
        "Zwetschgenmus as key": 1,
        "rows": 3,
        "flag": True,
        "none": None,
    }
    masked = mask(wire)
    assert "Zwetschgenmus" not in json.dumps(masked)
    assert masked["sql"] == "SET password = '***'"
    assert (masked["rows"], masked["flag"], masked["none"]) == (3, True, None)
    assert wire["sql"] == "SET password = 'Zwetschgenmus'"  # a copy was masked


def test_a_secret_that_is_learned_between_two_records_is_masked_in_the_second() -> None:
    assert mask({"a": "Quittengelee"}) == {"a": "Quittengelee"}
    mask_secret("Quittengelee")
    assert mask({"a": "Quittengelee"}) == {"a": "***"}


def test_user_info_and_query_leave_every_uri() -> None:
    wire = {
        "uri": "s3://key:pw@bucket/a?sig=1",
        "dataset": {"namespace": "postgres://u:pw@db:5432", "name": "a?b"},
        "host": "https://u:pw@host/x?token=1",
    }
    assert mask(wire) == {
        "uri": "s3://bucket/a",
        "dataset": {"namespace": "postgres://db:5432", "name": "a?b"},
        "host": "https://host/x",
    }


def test_a_weak_secret_takes_neither_our_words_nor_the_name_of_a_database() -> None:
    for weak in ("postgres", "success", "warehouse"):
        mask_secret(weak)
    wire = {
        "kind": "core",
        "outcome": "success",
        "operator": "airflow.providers.x",
        "connections": [
            {"conn_id": "postgres", "conn_type": "postgres", "host": "postgres", "database": "warehouse"}
        ],
        "statements": [{"sql": "SELECT 'warehouse' AS secret", "connection": 0}],
        "truncated": ["the warehouse password"],
    }
    masked = mask(wire)
    assert {key: masked[key] for key in ("kind", "outcome", "operator", "connections")} == {
        key: wire[key] for key in ("kind", "outcome", "operator", "connections")
    }
    assert masked["statements"][0]["sql"] == "SELECT '***' AS secret"
    assert masked["truncated"] == ["the *** password"]


def test_a_signature_leaves_the_names_too() -> None:
    wire = {
        "outputs": [
            {"uri": "https://u:pw@host/c/x.csv?sig=1", "asset_name": "https://u:pw@host/c/x.csv?sig=1"},
            {"dataset": {"namespace": "https://host", "name": "c/x.csv?sig=1"}},
        ]
    }
    assert mask(wire)["outputs"] == [
        {"uri": "https://host/c/x.csv"},
        {"dataset": {"namespace": "https://host", "name": "c/x.csv"}},
    ]


def test_the_container_of_an_azure_uri_is_no_user() -> None:
    assert mask({"uri": "abfss://c@acct.dfs/p?sig=1"}) == {"uri": "abfss://c@acct.dfs/p"}
    assert mask({"uri": "wasbs://user:pw@acct.blob/p"}) == {"uri": "wasbs://acct.blob/p"}


def test_what_a_database_or_json_cannot_hold_goes() -> None:
    masked = mask({"a\0": "x\0y", "b": "half \ud83d", "c": [float("nan"), float("inf"), 1.5]})
    assert masked == {"a": "xy", "b": "half ?", "c": [None, None, 1.5]}
    decode_payload(json.dumps(masked), 1000)


@given(records())
def test_a_masked_record_is_still_a_record(record: LineageRecord) -> None:
    masked: Any = mask(record.to_wire())
    read_segment(decode_payload(json.dumps(masked), 1 << 20))


class Colour(Enum):
    RED = 1


class Word(StrEnum):
    A = "a"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(minutes=1), "0:01:00"),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({2, 1}), [1, 2]),
        (b"a\xff", "a\ufffd"),
        (Colour.RED, 1),
        (Word.A, "a"),
        (Decimal("1.5"), "1.5"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Path("/a"), "/a"),
        (MappingProxyType({"a": {1}}), {"a": [1]}),
        (float("inf"), None),
        (2**70, str(2**70)),
        (("a", [b"b"]), ["a", ["b"]]),
    ],
)
def test_facets_are_made_what_json_has_words_for(value: Any, sent: Any) -> None:
    masked = mask({"job_facets": {"x": {"a": value}}})
    assert masked == {"job_facets": {"x": {"a": sent}}}
    assert type(masked["job_facets"]["x"]["a"]) is type(sent)
    json.dumps(masked)


def test_the_numbers_of_numpy_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    masked = mask(
        {
            "inputs": [{"uri": "s3://b/k", "rows": numpy.int64(3)}],
            "job_facets": {"x": {"a": numpy.int64(3), "b": numpy.float64(0.5), "c": numpy.bool_(True)}},
        }
    )
    assert json.loads(json.dumps(masked)) == {
        "inputs": [{"uri": "s3://b/k", "rows": 3}],
        "job_facets": {"x": {"a": 3, "b": 0.5, "c": True}},
    }


class Unspeakable:
    def __str__(self) -> str:
        raise ValueError("no words")


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else 1


@pytest.mark.parametrize(
    ("facet", "why"),
    [
        ({"a": object()}, "it holds a object, for which JSON has no word"),
        ({"a": deque([1])}, "it holds a deque, for which JSON has no word"),
        ({Unspeakable(): 1}, "it cannot be read, ValueError"),
        (nested(40), "it is nested more than 24 deep"),
        ({"a": 10**400}, "it holds a number of more than 300 digits"),
    ],
)
def test_a_facet_that_is_no_json_goes_alone_and_is_named(facet: Any, why: str) -> None:
    facets = {"good": {"a": 1}, "bad": facet}
    masked = mask({"job_facets": facets, "outputs": [{"uri": "s3://b/k", "facets": facets}]})
    assert masked["job_facets"] == masked["outputs"][0]["facets"] == {"good": {"a": 1}}
    assert masked["truncated"] == [f"job_facets.bad left out: {why}", f"facets.bad left out: {why}"]


def test_a_structure_that_holds_itself_has_an_end() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = [endless] * 20
    masked = mask({"job_facets": {"endless": endless}})
    assert masked["job_facets"] == {}
    assert "job_facets.endless left out" in masked["truncated"][0]


def test_a_name_that_is_nothing_without_its_credentials_is_left_out() -> None:
    masked = mask({"inputs": [{"dataset": {"namespace": "\0", "name": "\0"}}, {"uri": "s3://b/k"}]})
    assert masked["inputs"] == [{"uri": "s3://b/k"}]
    assert "inputs[0] left out" in masked["truncated"][0]


@pytest.mark.parametrize("password", ["pa@ss@word", "p@", "@"])
def test_a_password_with_the_sign_that_ends_it_goes_too(password: str) -> None:
    assert mask({"uri": f"sftp://user:{password}@host/x@y"}) == {"uri": "sftp://host/x@y"}
    assert mask({"uri": f"wasbs://user:{password}@acct.blob/p"}) == {"uri": "wasbs://acct.blob/p"}


def test_what_a_statement_says_is_a_secret_leaves_without_it() -> None:
    sql = "CREATE SECRET s (TYPE s3, KEY_ID 'AKIA77', SECRET 'abc/def'); COPY t TO 's3://lake/t.csv'"
    (statement,) = mask({"statements": [{"sql": sql, "connection": 0}]})["statements"]
    assert "AKIA77" not in statement["sql"]
    assert "abc/def" not in statement["sql"]
    assert "'s3://lake/t.csv'" in statement["sql"]

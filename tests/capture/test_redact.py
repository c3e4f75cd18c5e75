from __future__ import annotations

import json
from typing import Any

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

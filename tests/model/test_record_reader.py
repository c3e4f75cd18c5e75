from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.model.record_reader import (
    MAX_BIGINT,
    MAX_DEPTH,
    InvalidRecord,
    decode_payload,
    read_segment,
)
from tests.model.records import JSON, records

LIMIT = 1 << 20


def minimal(**fields: Any) -> dict[str, Any]:
    return {"v": 1, "kind": "core", "outcome": "success", "ti_id": "x", **fields}


def entry(**fields: Any) -> dict[str, Any]:
    return {"evidence": ["hook"], "dataset": {"namespace": "n", "name": "d"}, **fields}


def connection(**fields: Any) -> dict[str, Any]:
    return {"conn_id": "c", "conn_type": "postgres", **fields}


@given(records())
def test_what_a_worker_writes_a_server_reads(record: LineageRecord) -> None:
    assert read_segment(decode_payload(json.dumps(record.to_wire()), LIMIT)) == record


@given(records(), st.data())
def test_a_record_with_any_field_replaced_by_anything_is_read_or_refused(
    record: LineageRecord, data: st.DataObject
) -> None:
    wire = json.loads(json.dumps(record.to_wire()))
    place: Any = wire
    for _ in range(data.draw(st.integers(0, 3))):
        children = list(place.values()) if isinstance(place, dict) else place
        nested = [child for child in children if isinstance(child, dict | list) and child]
        if not nested:
            break
        place = data.draw(st.sampled_from(nested))
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON | st.just(10**400) | st.just({"a": [1]}))
    with suppress(InvalidRecord):
        read_segment(wire)


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_any_text_is_decoded_or_refused(text: str) -> None:
    with suppress(InvalidRecord):
        read_segment(decode_payload(text, LIMIT))


@given(st.sampled_from(["", "[", '{"a":', '["', "1", '"\\ud800', '{"\\u0000":']), st.integers(0, 2000))
def test_hostile_repetition_is_decoded_or_refused(part: str, times: int) -> None:
    with suppress(InvalidRecord):
        decode_payload(part * times, LIMIT)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda wire: wire.pop("v"), "record.v"),
        (lambda wire: wire.update(v=2), "record.v is 2; this server reads 1"),
        (lambda wire: wire.update(v=True), "record.v"),
        (lambda wire: wire.update(v="1"), "record.v"),
        (lambda wire: wire.update(kind="cores"), "record.kind must be one of core, park, late"),
        (lambda wire: wire.update(kind=["core"]), "record.kind"),
        (lambda wire: wire.pop("outcome"), "record.outcome must be one of success"),
        (lambda wire: wire.pop("ti_id"), "record.ti_id"),
        (lambda wire: wire.update(ti_id=""), "record.ti_id"),
        (lambda wire: wire.update(ti_id="x" * 37), "record.ti_id must be at most 36"),
        (lambda wire: wire.update(colour="red"), "unknown fields: colour"),
        (lambda wire: wire.update(operator=5), "record.operator must be a text"),
        (lambda wire: wire.update(operator="x" * 1001), "record.operator"),
        (lambda wire: wire.update(awaits=["later"]), "record.awaits must be a list of late"),
        (lambda wire: wire.update(awaits="late"), "record.awaits"),
        (lambda wire: wire.update(awaits=0), "record.awaits"),
        (lambda wire: wire.update(truncated=[1]), "record.truncated"),
        (lambda wire: wire.update(context=[1]), "record.context must be an object"),
        (lambda wire: wire.update(context=[]), "record.context must be an object"),
        (lambda wire: wire.update(run_facets=False), "record.run_facets must be an object"),
        (lambda wire: wire.update(job_facets=""), "record.job_facets must be an object"),
        (lambda wire: wire.update(capture_ms="1"), "record.capture_ms must be a number"),
        (lambda wire: wire.update(capture_ms=True), "record.capture_ms must be a number"),
        (lambda wire: wire.update(capture_ms=10**400), "record.capture_ms must be a number"),
        (lambda wire: wire.update(inputs={}), "record.inputs must be a list"),
        (lambda wire: wire.update(inputs=0), "record.inputs must be a list"),
        (lambda wire: wire.update(inputs=[5]), r"record.inputs\[0\] must be an object"),
        (lambda wire: wire.update(inputs=[entry(), entry(rows=True)]), r"record.inputs\[1\].rows"),
        (lambda wire: wire.update(inputs=[entry(rows=-1)]), r"record.inputs\[0\].rows"),
        (lambda wire: wire.update(inputs=[entry(rows=MAX_BIGINT + 1)]), r"record.inputs\[0\].rows"),
        (lambda wire: wire.update(inputs=[entry(rows=1.0)]), r"record.inputs\[0\].rows"),
        (lambda wire: wire.update(outputs=[entry(evidence=["guess"])]), r"outputs\[0\].evidence: .*'guess'"),
        (lambda wire: wire.update(outputs=[entry(evidence=[])]), r"outputs\[0\].evidence must not be empty"),
        (lambda wire: wire.update(outputs=[entry(secret=1)]), r"outputs\[0\] has unknown fields: secret"),
        (lambda wire: wire.update(outputs=[entry(dataset="d")]), r"outputs\[0\].dataset must be an object"),
        (
            lambda wire: wire.update(outputs=[entry(dataset={"namespace": "n", "name": "x" * 2049})]),
            r"outputs\[0\].dataset.name must be at most 2048",
        ),
        (
            lambda wire: wire.update(outputs=[entry(dataset={"namespace": "n", "name": "d", "id": 1})]),
            r"outputs\[0\].dataset has unknown fields: id",
        ),
        (lambda wire: wire.update(outputs=[{"evidence": ["hook"]}]), r"outputs\[0\] must name a dataset"),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": " "}]),
            r"outputs\[0\] names no usable",
        ),
        (lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": "://x"}]), r"outputs\[0\] names no"),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": "s3://" + "b" * 1100 + "/k"}]),
            r"outputs\[0\] names no usable",
        ),
        (lambda wire: wire.update(outputs=[entry(columns=[{}])]), r"outputs\[0\].columns\[0\].name"),
        (
            lambda wire: wire.update(outputs=[entry(columns=[{"name": "a", "nullable": 1}])]),
            r"columns\[0\].nullable must be true or false",
        ),
        (
            lambda wire: wire.update(outputs=[entry(columns=[{"name": "a", "kind": "int"}])]),
            r"columns\[0\] has unknown fields: kind",
        ),
        (lambda wire: wire.update(connections=[connection(password="p")]), "unknown fields: password"),
        (lambda wire: wire.update(connections=[connection(extra={"token": "t"})]), "extra holds 'token'"),
        (lambda wire: wire.update(connections=[connection(extra={"account": 1})]), "extra holds 'account'"),
        (lambda wire: wire.update(connections=[connection(port=True)]), r"connections\[0\].port"),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "s", "connection": 1}]),
            r"statements\[0\].connection points at no connection",
        ),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "s", "connection": -1}]),
            r"statements\[0\].connection",
        ),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "", "connection": 0}]),
            r"statements\[0\].sql",
        ),
        (
            lambda wire: wire.update(
                connections=[connection()], statements=[{"sql": "s", "connection": 0, "executed": "no"}]
            ),
            r"statements\[0\].executed must be true or false",
        ),
        (
            lambda wire: wire.update(observed=[{"connection": 0, "name": "t", "columns": []}]),
            r"observed\[0\].connection points at no connection",
        ),
        (lambda wire: wire.update(errors=[{"source": "s"}]), r"errors\[0\].error"),
    ],
)
def test_a_wrong_field_is_named(change: Callable[[dict[str, Any]], Any], named: str) -> None:
    wire = minimal()
    read_segment(dict(wire))
    change(wire)
    with pytest.raises(InvalidRecord, match=named):
        read_segment(wire)


@pytest.mark.parametrize("payload", [None, 5, "text", [], [minimal()]])
def test_a_payload_that_is_no_object_is_refused(payload: Any) -> None:
    with pytest.raises(InvalidRecord, match="record must be an object"):
        read_segment(payload)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("garbage", "not JSON"),
        ('{"a": "\0"}', "not JSON"),
        ('{"a": "\\u0000"}', "NUL"),
        ('{"\\u0000": 1}', "NUL"),
        ('{"a": "\\ud800"}', "half a surrogate pair"),
        ('{"\\udc00": 1}', "half a surrogate pair"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e999}', "no finite number"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested more than"),
        ("[" * 100_000 + "]" * 100_000, "nested"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested"),
        ('"' + "x" * LIMIT + '"', "larger than"),
        ('"' + "é" * (LIMIT // 2) + '"', "larger than"),
        ("1" * 5000, "not JSON"),
    ],
)
def test_a_text_that_no_worker_would_send_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidRecord, match=reason):
        decode_payload(text, LIMIT)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert decode_payload("[" * MAX_DEPTH + "]" * MAX_DEPTH, LIMIT)


def test_a_refusal_never_repeats_a_payload_at_length() -> None:
    for wire in (
        minimal(**{"x" * 100_000: 1}),
        minimal(connections=[connection(extra={"y" * 100_000: "z"})]),
    ):
        with pytest.raises(InvalidRecord) as caught:
            read_segment(wire)
        assert len(str(caught.value)) < 2000

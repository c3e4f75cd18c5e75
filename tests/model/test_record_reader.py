from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.model.record_reader import InvalidRecord, decode_payload, read_segment
from airflow_lineage_provider.model.wire_limits import (
    MAX_BIGINT,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_ERRORS,
    MAX_LINE,
    MAX_STATEMENTS,
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
        (lambda wire: wire.update(awaits=["later"]), "record.awaits must be a list of late"),
        (lambda wire: wire.update(awaits="late"), "record.awaits"),
        (lambda wire: wire.update(awaits=0), "record.awaits"),
        (lambda wire: wire.update(context=[1]), "record.context must be an object"),
        (lambda wire: wire.update(context=[]), "record.context must be an object"),
        (lambda wire: wire.update(run_facets=False), "record.run_facets must be an object"),
        (lambda wire: wire.update(job_facets=""), "record.job_facets must be an object"),
        (lambda wire: wire.update(capture_ms="1"), "record.capture_ms must be a number"),
        (lambda wire: wire.update(capture_ms=True), "record.capture_ms must be a number"),
        (lambda wire: wire.update(capture_ms=10**400), "record.capture_ms must be a number"),
        (lambda wire: wire.update(inputs={}), "record.inputs must be a list"),
        (lambda wire: wire.update(inputs=0), "record.inputs must be a list"),
    ],
)
def test_a_wrong_field_is_named(change: Callable[[dict[str, Any]], Any], named: str) -> None:
    wire = minimal()
    read_segment(dict(wire))
    change(wire)
    with pytest.raises(InvalidRecord, match=named):
        read_segment(wire)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda wire: wire.update(inputs=[5]), r"record.inputs\[0\] must be an object"),
        (
            lambda wire: wire.update(inputs=[entry(), entry(rows=True)]),
            r"inputs\[1\] d.rows left out: it is no whole number",
        ),
        (
            lambda wire: wire.update(inputs=[entry(rows=-1)]),
            r"inputs\[0\] d.rows left out: it is no whole number",
        ),
        (
            lambda wire: wire.update(inputs=[entry(rows=MAX_BIGINT + 1)]),
            r"inputs\[0\] d.rows left out: it is no whole number",
        ),
        (
            lambda wire: wire.update(inputs=[entry(rows=1.0)]),
            r"inputs\[0\] d.rows left out: it is no whole number",
        ),
        (lambda wire: wire.update(outputs=[entry(evidence=["guess"])]), r"outputs\[0\].evidence: .*'guess'"),
        (lambda wire: wire.update(outputs=[entry(evidence=[])]), r"outputs\[0\].evidence must not be empty"),
        (lambda wire: wire.update(outputs=[entry(secret=1)]), r"outputs\[0\] has unknown fields: secret"),
        (
            lambda wire: wire.update(outputs=[entry(dataset="d")]),
            r"outputs\[0\] left out: it names no dataset",
        ),
        (
            lambda wire: wire.update(outputs=[entry(dataset={"namespace": "n", "name": "x" * 2049})]),
            r"outputs\[0\] left out: it names no dataset of at most 1024 and 2048",
        ),
        (
            lambda wire: wire.update(outputs=[entry(dataset={"namespace": "n", "name": "d", "id": 1})]),
            r"outputs\[0\].dataset has unknown fields: id",
        ),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"]}]),
            r"outputs\[0\] left out: it names no dataset",
        ),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": " "}]),
            r"outputs\[0\] left out: it names no dataset",
        ),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": "://x"}]),
            r"outputs\[0\] left out: it names no dataset",
        ),
        (
            lambda wire: wire.update(outputs=[{"evidence": ["hook"], "uri": "s3://" + "b" * 1100 + "/k"}]),
            r"outputs\[0\] left out: it names no dataset",
        ),
        (
            lambda wire: wire.update(outputs=[entry(columns=[{}])]),
            r"outputs\[0\] d: columns 1 left out \(1 of 1\)",
        ),
        (
            lambda wire: wire.update(outputs=[entry(columns=[{"name": "a", "kind": "int"}])]),
            r"columns\[0\] has unknown fields: kind",
        ),
        (lambda wire: wire.update(connections=[connection(password="p")]), "unknown fields: password"),
        (
            lambda wire: wire.update(connections=[connection(extra={"token": "t"})]),
            r"connections\[0\].extra: 1 values that do not name data",
        ),
        (
            lambda wire: wire.update(connections=[connection(extra={"account": 1})]),
            r"connections\[0\].extra: 1 values that do not name data",
        ),
        (lambda wire: wire.update(connections=[connection(port=True)]), r"connections\[0\].port"),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "s", "connection": 7}]),
            r"statements\[0\].connection points at no connection",
        ),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "s", "connection": -1}]),
            r"statements\[0\].connection",
        ),
        (
            lambda wire: wire.update(connections=[connection()], statements=[{"sql": "", "connection": 0}]),
            r"statements\[0\] left out: it has no text",
        ),
        (
            lambda wire: wire.update(
                connections=[connection()], statements=[{"sql": "s", "connection": 0, "executed": "no"}]
            ),
            r"statements\[0\].executed left out",
        ),
        (
            lambda wire: wire.update(observed=[{"connection": 7, "name": "t", "columns": []}]),
            r"observed\[0\].connection points at no connection",
        ),
        (lambda wire: wire.update(errors=[{"source": "s"}]), r"errors\[0\].error"),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_costs_nothing_else(
    change: Callable[[dict[str, Any]], Any], named: str
) -> None:
    wire = minimal()
    change(wire)
    good = entry(columns=[{"name": "a", "type": "int"}], rows=3)
    wire["inputs"] = [*wire.get("inputs", []), good]
    wire["connections"] = [*wire.get("connections", []), connection(conn_id="good")]
    place = len(wire["connections"]) - 1
    wire["statements"] = [*wire.get("statements", []), {"sql": "good", "connection": place}]
    record = read_segment(wire)
    assert re.search(named, "\n".join(record.truncated)), record.truncated
    assert record.inputs[-1] == IoEntry(
        Evidence.HOOK, dataset=DatasetId("n", "d"), columns=(Column("a", "int"),), rows=3
    )
    assert record.statements[-1].sql == "good"
    assert record.connections[record.statements[-1].connection].conn_id == "good"


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
    with pytest.raises(InvalidRecord) as caught:
        read_segment(minimal(**{"x" * 100_000: 1}))
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("length", [10, 1_500, 100_000])
def test_what_is_left_out_is_named_without_its_value_at_length(length: int) -> None:
    long = "x" * length
    record = read_segment(
        minimal(
            connections=[connection(extra={long: "z"}), {long: 1}],
            inputs=[entry(**{long: 1}), entry(evidence=[long]), entry(columns=[{"name": long + "x" * 1000}])],
            truncated=[long],
        )
    )
    assert all(len(line) <= MAX_LINE for line in record.truncated)
    assert len(record.truncated) == 6


def test_a_segment_holds_so_many_of_each_and_counts_the_others() -> None:
    many = MAX_ENTRIES + 7
    record = read_segment(
        minimal(
            inputs=[entry() for _ in range(many)],
            connections=[connection()],
            statements=[{"sql": "s", "connection": 0}] * many,
            errors=[{"source": "s", "error": "e"}] * (MAX_ERRORS + 1),
        )
    )
    assert (len(record.inputs), len(record.statements), len(record.errors)) == (
        MAX_ENTRIES,
        MAX_STATEMENTS,
        MAX_ERRORS,
    )
    assert record.truncated == [
        "inputs: 7 beyond 5000",
        "statements: 7 beyond 5000",
        "errors: 1 beyond 200",
    ]


def test_a_record_of_nothing_but_rubbish_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="more than 1000 parts that cannot be read"):
        read_segment(minimal(inputs=[5] * 2000))


def test_over_long_words_of_ours_are_cut() -> None:
    record = read_segment(
        minimal(
            operator="o" * 5000,
            connections=[connection(conn_id="c" * 300, conn_type="t" * 600)],
            errors=[{"source": "s" * 300, "error": "e" * 300, "message": "m" * 20_000}],
        )
    )
    assert (len(record.operator or ""), len(record.errors[0].message)) == (1000, 10_000)
    assert (len(record.connections[0].conn_id), len(record.connections[0].conn_type)) == (250, 500)
    assert record.truncated == []


def test_statements_keep_their_connection_where_one_before_it_cannot_be_read() -> None:
    record = read_segment(
        minimal(
            connections=[connection(host=5), connection(conn_id="good")],
            statements=[{"sql": "lost", "connection": 0}, {"sql": "kept", "connection": 1}],
        )
    )
    assert [(item.sql, record.connections[item.connection].conn_id) for item in record.statements] == [
        ("kept", "good")
    ]
    assert [line.partition(":")[0] for line in record.truncated] == ["left out"] * 2


@pytest.mark.parametrize("password", ["pw", "pa@ss@word", "p:w@", "%40@x"])
def test_no_credential_is_read_from_a_field_that_somebody_else_filled(password: str) -> None:
    address = f"postgres://user:{password}@h:5432"
    record = read_segment(
        minimal(
            connections=[connection(namespace=address, host=address)],
            inputs=[
                {"evidence": ["hook"], "alias": address},
                {"evidence": ["hook"], "asset_name": address},
                entry(dataset={"namespace": address, "name": address}),
                {"evidence": ["hook"], "uri": f"{address}/a/b/c"},
            ],
        )
    )
    assert record.connections[0].namespace == record.connections[0].host == "postgres://h:5432"
    assert {item.alias or item.asset_name for item in record.inputs[:2]} == {"postgres://h:5432"}
    assert [str(item.identity) for item in record.inputs[2:]] == [
        "postgres://h:5432 postgres://h:5432",
        "postgres://h:5432 a.b.c",
    ]

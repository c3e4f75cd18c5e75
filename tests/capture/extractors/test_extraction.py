from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.limits import fit, without_oversized
from airflow_lineage_provider.capture.redact import mask
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement
from airflow_lineage_provider.model.record_reader import decode_payload, read_segment

LIMIT = 1 << 20
POSTGRES = ConnectionIdentity("c", "postgres", host="db")


def sent(extraction: Extraction) -> LineageRecord:
    """What a server reads of it."""
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "0" * 36)
    extraction.add_to(record)
    wire = fit(mask(without_oversized(record.to_wire(), LIMIT)), LIMIT)
    return read_segment(decode_payload(json.dumps(wire), LIMIT))


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        (lambda found: found.read("s3://a/b", rows=-1), "rows left out"),
        (lambda found: found.read("s3://a/b", rows=1.5), "rows left out"),
        (lambda found: found.wrote("s3://a/b", rows="5"), "rows left out"),
        (lambda found: found.wrote("s3://a/b", columns=["a", "", 5]), "columns 2, 3 left out"),
        (lambda found: found.read(""), "inputs[1] left out"),
        (lambda found: found.read(DatasetId("s3://b", "")), "inputs[1] left out"),
        (lambda found: found.read(DatasetId(None, 5)), "inputs[1] left out"),  # type: ignore[arg-type]
        (lambda found: found.inputs.append("s3://a/b"), "inputs[1] left out"),
        (lambda found: found.left_out(5), "5"),
        (lambda found: found.left_out(None), "None"),
        (lambda found: found.job_facets.update(x={"a": object()}), "job_facets.x left out"),
        (lambda found: found.ran(ConnectionIdentity("c", "trino", extra={"password": "x"}), "s"), "extra"),
        (lambda found: found.ran(ConnectionIdentity("c", "trino", port="x"), "s"), "port left out"),  # type: ignore[arg-type]
        (lambda found: found.ran(ConnectionIdentity(object(), "trino"), "s"), "conn_id must be a text"),  # type: ignore[arg-type]
        (lambda found: found.statements.append((POSTGRES, Statement(5, 0))), "statements[1] left out"),  # type: ignore[arg-type]
    ],
)
def test_one_odd_word_of_an_extractor_costs_that_word(odd: Any, named: str) -> None:
    extraction = Extraction()
    extraction.read("s3://good/in", rows=3)
    extraction.wrote("s3://good/out", rows=3)
    extraction.ran(POSTGRES, "SELECT 1")
    extraction.job_facets["good"] = {"at": datetime(2026, 1, 2, tzinfo=UTC)}
    odd(extraction)
    record = sent(extraction)
    assert named in "\n".join(record.truncated)
    assert (str(record.inputs[0].identity), record.inputs[0].rows) == ("s3://good in", 3)
    assert (str(record.outputs[0].identity), record.outputs[0].rows) == ("s3://good out", 3)
    assert record.statements[0].sql == "SELECT 1"
    assert record.connections[record.statements[0].connection] == POSTGRES
    assert record.job_facets["good"] == {"at": "2026-01-02T00:00:00+00:00"}


def test_a_port_as_text_and_a_column_as_a_name_are_understood() -> None:
    extraction = Extraction()
    extraction.ran(ConnectionIdentity("c", "postgres", port="5432"), "SELECT 1")  # type: ignore[arg-type]
    extraction.wrote("s3://b/k", columns=["a"])  # type: ignore[arg-type]
    record = sent(extraction)
    assert record.truncated == []
    assert record.connections[0].port == 5432
    assert [column.name for column in record.outputs[0].columns or ()] == ["a"]

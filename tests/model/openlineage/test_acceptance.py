from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_lineage_provider.model.openlineage.event import EventKind, LineageEvent
from airflow_lineage_provider.model.openlineage.reader import InvalidEvent, read_event
from tests.model.openlineage.events import ACCEPTANCE, NOW

pytestmark = pytest.mark.skipif(not ACCEPTANCE.is_dir(), reason=f"there are no events in {ACCEPTANCE}")

EDGE_CASES = sorted((ACCEPTANCE / "openlineage-edge-cases").rglob("*.json"))
STREAMS = sorted((ACCEPTANCE / "openlineage-compat").glob("*/events/*.json"))
INVALID = json.loads((ACCEPTANCE / "invalid_events.json").read_text()) if ACCEPTANCE.is_dir() else []


def read(path: Any) -> LineageEvent:
    return read_event(json.loads(path.read_text()), now=NOW)


@pytest.mark.parametrize("path", [*EDGE_CASES, *STREAMS], ids=lambda path: "/".join(path.parts[-3:]))
def test_what_real_producers_sent_is_read(path: Any) -> None:
    event = read(path)
    expected = {"event_dataset_event": EventKind.DATASET, "event_job_event": EventKind.JOB}
    assert event.kind is expected.get(path.stem, EventKind.RUN)


def test_all_of_the_airflow_stream_is_there() -> None:
    events = [read(path) for path in STREAMS if "airflow" in path.parts]
    assert len(events) == 32
    assert len({event.job for event in events}) == len({event.run_id for event in events}) == 16
    parents = {(event.parent.job, event.job) for event in events if event.parent is not None}
    assert len(parents) == 13


def test_column_lineage_of_spark_is_read_with_every_transformation() -> None:
    sources = {
        (source.output_column, source.input.name, source.input_column): source.transformations
        for path in STREAMS
        if "column-level" in path.parts
        for output in read(path).outputs
        for source in output.field_sources
    }
    assert sources["ident", "/tmp/cll_test/cll_source1", "a"][0] == ("DIRECT", "IDENTITY", False)
    assert {column for column, _, _ in sources} == {"ident", "trans", "agg"}


@pytest.mark.parametrize("case", [case for case in INVALID if case["event"]], ids=lambda case: case["case"])
def test_what_must_be_refused_is_refused(case: dict[str, Any]) -> None:
    if case["marquez_status"] == 201:
        assert read_event(case["event"], now=NOW).run_id is not None
        return
    with pytest.raises(InvalidEvent, match=r"must "):
        read_event(case["event"], now=NOW)

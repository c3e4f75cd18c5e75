"""Strategies for records that a worker may send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from airflow_lineage_provider.model.connection import SAFE_EXTRA_KEYS, ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import (
    CaptureError,
    LineageRecord,
    ObservedTable,
    Outcome,
    SegmentKind,
    Statement,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
MAYBE = st.none() | TEXT
COUNT = st.none() | st.integers(0, 2**63 - 1)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FACETS = st.dictionaries(TEXT, JSON, max_size=2)
COLUMNS = st.builds(Column, name=TEXT, type=MAYBE, nullable=st.none() | st.booleans(), description=MAYBE)
EVIDENCE = st.integers(1, 31).map(Evidence)
ENTRIES = st.one_of(
    st.builds(
        IoEntry,
        evidence=EVIDENCE,
        dataset=st.builds(DatasetId, namespace=TEXT, name=TEXT),
        columns=st.none() | st.lists(COLUMNS, max_size=3).map(tuple),
        rows=COUNT,
        bytes=COUNT,
        facets=FACETS,
    ),
    st.builds(
        IoEntry,
        evidence=EVIDENCE,
        uri=st.builds("{}://{}/{}".format, st.sampled_from(["s3", "postgres", "sqlite"]), TEXT, TEXT),
        asset_name=MAYBE,
        alias=MAYBE,
    ),
    st.builds(IoEntry, evidence=EVIDENCE, alias=TEXT),
)
CONNECTIONS = st.builds(
    ConnectionIdentity,
    conn_id=TEXT,
    conn_type=TEXT,
    host=MAYBE,
    port=st.none() | st.integers(0, 65535),
    database=MAYBE,
    schema=MAYBE,
    namespace=MAYBE,
    extra=st.dictionaries(st.sampled_from(SAFE_EXTRA_KEYS), TEXT, max_size=2),
)


@st.composite
def records(draw: st.DrawFn) -> LineageRecord:
    connections = draw(st.lists(CONNECTIONS, max_size=3))
    index = st.integers(0, max(0, len(connections) - 1))
    statements = st.builds(
        Statement,
        sql=TEXT,
        connection=index,
        rows=COUNT,
        job_id=MAYBE,
        database=MAYBE,
        schema=MAYBE,
        executed=st.booleans(),
    )
    observed = st.builds(
        ObservedTable,
        connection=index,
        name=TEXT,
        columns=st.lists(COLUMNS, max_size=3).map(tuple),
        database=MAYBE,
        schema=MAYBE,
    )
    return LineageRecord(
        kind=draw(st.sampled_from(SegmentKind)),
        outcome=draw(st.sampled_from(Outcome)),
        ti_id=str(draw(st.uuids())),
        operator=draw(MAYBE),
        started_at=draw(MAYBE),
        ended_at=draw(MAYBE),
        awaits=draw(st.sampled_from([(), ("late",)])),
        context=draw(FACETS),
        inputs=draw(st.lists(ENTRIES, max_size=3)),
        outputs=draw(st.lists(ENTRIES, max_size=3)),
        connections=connections,
        statements=draw(st.lists(statements, max_size=3)) if connections else [],
        observed=draw(st.lists(observed, max_size=2)) if connections else [],
        run_facets=draw(FACETS),
        job_facets=draw(FACETS),
        errors=draw(st.lists(st.builds(CaptureError, source=TEXT, error=TEXT, message=TEXT), max_size=2)),
        truncated=draw(st.lists(TEXT, max_size=2)),
        capture_ms=draw(st.none() | st.floats(0, 1e6)),
    )

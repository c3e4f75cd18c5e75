from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from openlineage.client.event_v2 import RunState

from airflow_lineage_provider.api.forward_event import run_event
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.outgoing.build import end_event, start_event, type_of
from airflow_lineage_provider.store.outgoing.rows import StoredAttempt, StoredIo, StoredLink
from tests.airflow_rows import NOW
from tests.openlineage_spec import assert_valid

RUN_ID = UUID("018f0000-0000-7000-8000-000000000001")
DAG_RUN = SimpleNamespace(
    logical_date=NOW,
    run_after=NOW,
    clear_number=2,
    data_interval_start=NOW - timedelta(days=1),
    data_interval_end=NOW,
)


def attempt(*io: StoredIo, **fields: Any) -> StoredAttempt:
    run = {
        "openlineage_run_id": RUN_ID,
        "namespace": "default",
        "name": "shop.load",
        "dag_id": "shop",
        "task_id": "load",
        "operator": None,
        "run_id": "r1",
        "try_number": 1,
        "map_index": -1,
        "state": "success",
        "capture": "recorded",
        "errors": 0,
        "started_at": NOW,
        "ended_at": NOW + timedelta(seconds=5),
        "recorded_at": NOW + timedelta(seconds=6),
    }
    parts: dict[str, Any] = {
        "is_archived": False,
        "dag_run": DAG_RUN,
        "run_facets": {},
        "job_facets": {},
        "owners": [],
    }
    parts.update({key: value for key, value in fields.items() if key in parts})
    run.update({key: value for key, value in fields.items() if key in run})
    return StoredAttempt(run=SimpleNamespace(**run), io=list(io), **parts)


def io(name: str, direction: str, **fields: Any) -> StoredIo:
    values: dict[str, Any] = {
        "dataset": DatasetId("s3://lake", name),
        "direction": direction,
        "evidence": 4,
        "state": "read" if direction == "input" else "updated",
        "rows": None,
        "bytes": None,
        "columns": [],
        "facets": {},
        "aliases": [],
    }
    return StoredIo(**{**values, **fields})


@pytest.mark.parametrize(
    ("state", "archived", "kind"),
    [
        ("success", False, RunState.COMPLETE),
        ("skipped", False, RunState.COMPLETE),
        ("failed", False, RunState.FAIL),
        ("up_for_retry", False, RunState.FAIL),
        ("upstream_failed", False, RunState.ABORT),
        ("removed", False, RunState.ABORT),
        ("restarting", True, RunState.ABORT),
        (None, True, RunState.ABORT),
        ("running", False, None),
        ("deferred", False, None),
        ("up_for_reschedule", False, None),
        (None, False, None),
    ],
)
def test_how_an_attempt_ended(state: str | None, archived: bool, kind: RunState | None) -> None:
    assert type_of(state, is_archived=archived) is kind


def test_the_dag_run_gives_the_nominal_time_and_its_owner_the_ownership() -> None:
    event = end_event(attempt(owners=["finance"]), RunState.COMPLETE)
    assert_valid(event)
    nominal = event["run"]["facets"]["nominalTime"]
    assert nominal["nominalStartTime"] == "2026-06-14T12:00:00+00:00"
    assert nominal["nominalEndTime"] == "2026-06-15T12:00:00+00:00"
    assert event["job"]["facets"]["ownership"]["owners"] == [{"name": "finance"}]


def test_without_its_dag_run_an_attempt_has_no_parent() -> None:
    event = end_event(attempt(dag_run=None), RunState.COMPLETE)
    assert_valid(event)
    assert not {"parent", "nominalTime"} & event["run"]["facets"].keys()


def test_an_error_message_is_told_without_values_and_without_its_stack() -> None:
    error = {"message": "cannot read 'jane@x.com' at https://u:p@h/x", "stackTrace": "secret"}
    event = end_event(attempt(state="failed", run_facets={"errorMessage": error}), RunState.FAIL)
    assert_valid(event)
    facet = event["run"]["facets"]["errorMessage"]
    assert "stackTrace" not in facet
    assert not [word for word in ("jane", "u:p", "secret") if word in json.dumps(event)]


def test_the_end_is_never_before_the_start_and_times_are_in_utc() -> None:
    late = NOW.astimezone(timezone(timedelta(hours=5)))
    told = attempt(started_at=late, ended_at=NOW - timedelta(hours=1))
    start, end = start_event(told), end_event(told, RunState.COMPLETE)
    assert start["eventTime"] == "2026-06-15T12:00:00+00:00"
    assert datetime.fromisoformat(start["eventTime"]) < datetime.fromisoformat(end["eventTime"])


def test_an_attempt_without_any_time_has_that_of_its_record() -> None:
    event = start_event(attempt(started_at=None, ended_at=None))
    assert datetime.fromisoformat(event["eventTime"]) == (NOW + timedelta(seconds=6)).astimezone(UTC)


def test_a_lifecycle_facet_of_an_earlier_run_is_not_told_again() -> None:
    stale = {
        "lifecycleStateChange": {
            "_producer": "https://x/p", "_schemaURL": "https://x/s", "lifecycleStateChange": "DROP",
        }
    }  # fmt: skip
    event = end_event(attempt(io("a", "output", facets=stale)), RunState.COMPLETE)
    assert "lifecycleStateChange" not in event["outputs"][0]["facets"]


def test_what_leaves_can_be_taken_in_again() -> None:
    from airflow_lineage_provider.model.openlineage.reader import read_event

    link = StoredLink("x", DatasetId("s3://lake", "b"), "y", [{"type": "DIRECT", "subtype": "IDENTITY"}])
    told = attempt(io("a", "output", links=[link], columns=[Column("x", "int")]), io("b", "input"))
    event = read_event(end_event(told, RunState.COMPLETE), now=NOW)
    assert event.job is not None
    assert (event.run_id, event.job.name) == (RUN_ID, "shop.load")
    assert [source.input_column for source in event.outputs[0].field_sources] == ["y"]
    assert [dataset.dataset.name for dataset in event.outputs] == ["a"]


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
links = st.builds(
    StoredLink,
    output_column=names | st.just("*"),
    input=st.builds(DatasetId, names, names),
    input_column=names,
    transformations=st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["DIRECT", "INDIRECT"]),
                "subtype": st.sampled_from(["IDENTITY", "FILTER", ""]),
                "masking": st.booleans(),
            }
        ),
        max_size=2,
    ),
)
columns = st.builds(
    Column, names, st.none() | names, nullable=st.none() | st.booleans(), description=st.none() | names
)
datasets = st.builds(
    io,
    names,
    st.sampled_from(["input", "output"]),
    evidence=st.integers(1, 63),
    state=st.sampled_from(["read", "updated", "attempted"]),
    rows=st.none() | st.integers(0, 2**62),
    bytes=st.none() | st.integers(0, 2**62),
    columns=st.lists(columns, max_size=3),
    aliases=st.lists(st.tuples(st.builds(DatasetId, names, names), st.sampled_from(["asset", "symlink"]))),
    links=st.lists(links, max_size=4),
)


@given(st.lists(datasets, max_size=4), st.sampled_from([RunState.COMPLETE, RunState.FAIL, RunState.ABORT]))
def test_whatever_was_touched_the_event_is_valid_and_goes_through_the_client(
    touched: list[StoredIo], kind: RunState
) -> None:
    from openlineage.client.serde import Serde

    event = end_event(attempt(*touched), kind)
    assert_valid(event)
    assert Serde.to_dict(run_event(event)) == event
    wanted = {RunState.COMPLETE: "updated", RunState.FAIL: "attempted"}.get(kind)
    outputs = [each for each in touched if each.direction == "output" and each.state == wanted]
    assert len(event["outputs"]) == len(outputs)

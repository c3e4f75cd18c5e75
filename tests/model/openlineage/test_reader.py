from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.dataset_facets import MAX_EVENT_SYMLINKS
from airflow_lineage_provider.model.openlineage.event import EventKind, JobRef, LineageEvent, ParentRef, Phase
from airflow_lineage_provider.model.openlineage.reader import InvalidEvent, read_event
from airflow_lineage_provider.model.openlineage.storable import MAX_EVENT_DEPTH
from airflow_lineage_provider.model.wire_limits import MAX_ENTRIES
from tests.model.openlineage.events import (
    NOW,
    RUN_ID,
    TOO_LONG,
    dataset,
    dataset_event,
    job_event,
    jsons,
    run_event,
    run_events,
)

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"


def read(document: Any) -> LineageEvent:
    return read_event(document, now=NOW)


def refused(document: Any) -> str:
    with pytest.raises(InvalidEvent) as caught:
        read(document)
    return str(caught.value)


def with_parent(parent: Any, name: str = "parent") -> dict[str, Any]:
    return run_event(run={"runId": RUN_ID, "facets": {name: parent}})


@given(run_events())
def test_what_a_producer_sends_is_read(document: dict[str, Any]) -> None:
    event = read(document)
    assert event.kind is EventKind.RUN
    assert event.phase == document["eventType"]
    assert event.job == JobRef(document["job"]["namespace"], document["job"]["name"])
    assert str(event.run_id) == document["run"]["runId"]
    assert [item.dataset for item in event.outputs] == [
        DatasetId(item["namespace"], item["name"]) for item in document["outputs"]
    ]
    assert json.loads(event.body) == document
    assert read(json.loads(event.body)) == event


@given(run_events(), st.randoms())
def test_the_order_of_keys_changes_nothing(document: dict[str, Any], random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            items = [(key, shuffled(child)) for key, child in value.items()]
            random.shuffle(items)
            return dict(items)
        return [shuffled(child) for child in value] if isinstance(value, list) else value

    other = read(json.loads(json.dumps(shuffled(document), indent=3)))
    assert (other.digest, other.body) == (read(document).digest, read(document).body)


@given(jsons | st.text() | st.dictionaries(st.text(max_size=3), jsons))
def test_any_json_is_read_or_refused(document: Any) -> None:
    with pytest.raises(InvalidEvent):
        read(document)


FACETS = {
    "schema": {"fields": [{"name": "a", "type": "int", "fields": [{"name": "b"}]}]},
    "symlinks": {"identifiers": [{"namespace": "n", "name": "s", "type": "TABLE"}]},
    "columnLineage": {
        "fields": {
            "a": {
                "inputFields": [
                    {
                        "namespace": "n",
                        "name": "i",
                        "field": "x",
                        "transformations": [{"type": "DIRECT", "subtype": "IDENTITY", "masking": False}],
                    }
                ]
            }
        },
        "dataset": [{"namespace": "n", "name": "i", "field": "y"}],
    },
    "lineage": {"inputs": [dataset("i", type="DATASET")], "fields": {"a": {"inputs": [dataset("i")]}}},
    "lifecycleStateChange": {"lifecycleStateChange": "DROP"},
    "outputStatistics": {"rowCount": 1, "size": 2},
}


@given(st.data())
def test_an_event_with_any_field_replaced_by_anything_is_read_or_refused(data: st.DataObject) -> None:
    parent = {"run": {"runId": RUN_ID}, "job": {"namespace": "n", "name": "j"}}
    entries = [{"type": "DATASET", **dataset("o"), "inputs": [dataset("i")]}, {"type": "JOB", "inputs": []}]
    document: Any = json.loads(
        json.dumps(
            run_event(
                run={"runId": RUN_ID, "facets": {"parent": parent}},
                job={"namespace": "n", "name": "j", "facets": {"lineage": {"entries": entries}}},
                inputs=[dataset("i", facets=FACETS, inputFacets={"inputStatistics": {"rowCount": 3}})],
                outputs=[dataset("o", facets=FACETS)],
            )
        )
    )
    read(document)
    place = document
    for _ in range(data.draw(st.integers(0, 9))):
        children = list(place.values()) if isinstance(place, dict) else place
        nested = [child for child in children if isinstance(child, dict | list) and child]
        if not nested:
            break
        place = data.draw(st.sampled_from(nested))
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(
        jsons | st.text() | st.floats() | st.sampled_from([10**5000, {"a": [1]}, "\ud800", "a\0", {"\0": 1}])
    )
    try:
        read(document)
    except InvalidEvent as error:
        str(error).encode("utf-8")  # it can be sent back


@pytest.mark.parametrize("document", [None, [], "text", 1, True])
def test_only_an_object_is_an_event(document: Any) -> None:
    assert refused(document).startswith("event must be an object, not ")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (run_event(), EventKind.RUN),
        (job_event(), EventKind.JOB),
        (dataset_event(), EventKind.DATASET),
        (run_event(schemaURL=SCHEMA + "RunEvent"), EventKind.RUN),
        (job_event(schemaURL=SCHEMA + "JobEvent"), EventKind.JOB),
        (dataset_event(schemaURL=SCHEMA + "DatasetEvent"), EventKind.DATASET),
        (run_event(schemaURL="https://openlineage.io/spec/2-0-2/OpenLineage.json"), EventKind.RUN),
        (run_event(schemaURL=7), EventKind.RUN),
        (job_event(schemaURL="odd"), EventKind.JOB),
        (run_event(schemaURL=SCHEMA + "JobEvent"), EventKind.RUN),
        (run_event(dataset=dataset()), EventKind.RUN),
        (run_event(dataset=dataset(), schemaURL=SCHEMA + "DatasetEvent"), EventKind.DATASET),
        (job_event(run=None), EventKind.JOB),
    ],
)
def test_what_is_in_it_says_what_kind_it_is(document: dict[str, Any], kind: EventKind) -> None:
    event = read(document)
    assert event.kind is kind
    assert (event.job is None) == (kind is EventKind.DATASET)
    assert (event.run_id is not None) == (event.phase is not None) == (kind is EventKind.RUN)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (job_event(schemaURL=SCHEMA + "RunEvent"), "run"),
        (run_event(schemaURL=SCHEMA + "DatasetEvent"), "dataset"),
        (dataset_event(schemaURL=SCHEMA + "JobEvent"), "job"),
        ({"eventTime": "2026-03-01T12:00:00Z"}, "event"),
        ({"eventTime": "2026-03-01T12:00:00Z", "run": {"runId": RUN_ID}}, "job"),
        (run_event(run="x"), "run"),
        (run_event(job=[]), "job"),
        (run_event(run={"runId": None}), "run.runId"),
        (run_event(run={"runId": ""}), "run.runId"),
        (run_event(run={}), "run.runId"),
        (run_event(run={"runId": 5}), "run.runId"),
        (run_event(job={"namespace": "n", "name": None}), "job.name"),
        (run_event(job={"namespace": "n", "name": ""}), "job.name"),
        (run_event(job={"namespace": "n", "name": "  "}), "job.name"),
        (run_event(job={"name": "j"}), "job.namespace"),
        (run_event(job={"namespace": "n", "name": TOO_LONG["name"]}), "job.name"),
        (run_event(job={"namespace": TOO_LONG["namespace"], "name": "j"}), "job.namespace"),
        (run_event(inputs=[dataset(), dataset(name=None)]), "inputs[1].name"),  # type: ignore[arg-type]
        (run_event(outputs=[dataset(namespace="")]), "outputs[0].namespace"),
        (run_event(outputs=[dataset(TOO_LONG["name"])]), "outputs[0].name"),
        (run_event(outputs=[None]), "outputs[0]"),
        (run_event(outputs={"a": 1}), "outputs"),
        (run_event(inputs=[dataset(facets="x")]), "inputs[0].facets"),
        (run_event(inputs=[dataset()] * (MAX_ENTRIES + 1)), "inputs"),
        (run_event(inputs=[dataset("?sig=1", "https://h")]), "inputs[0].name"),
        (run_event(inputs=[dataset(namespace="s3://b\N{PILE OF POO}")]), "inputs[0].namespace"),
        (run_event(inputs=[dataset(namespace="a\nb")]), "inputs[0].namespace"),
        (dataset_event(dataset={"namespace": "n"}), "dataset.name"),
        (dataset_event(dataset="n"), "dataset"),
        (run_event(eventTime=None), "eventTime"),
        (run_event(producer="a\0b"), "producer"),
        (run_event(job={"namespace": "n", "name": "\ud83d"}), "job.name"),
        (run_event(run={"runId": RUN_ID, "facets": {"x": {"y z": ["\0"]}}}), "run.facets.x['y z'][0]"),
        (run_event(run={"runId": RUN_ID, "facets": {"x": {"y": float("nan")}}}), "run.facets.x.y"),
        (with_parent({"run": {}, "job": {"namespace": "n", "name": "j"}}), "run.facets.parent.run.runId"),
        (with_parent({"job": {"namespace": "n", "name": "j"}}), "run.facets.parent.run"),
        (with_parent({"run": {"runId": RUN_ID}}), "run.facets.parent.job"),
        (
            with_parent({"run": {"runId": RUN_ID}, "job": {}}, "parentRun"),
            "run.facets.parentRun.job.namespace",
        ),
    ],
)
def test_what_could_not_be_stored_is_refused_by_its_path(document: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read(document)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field} must ") or "credentials" in str(caught.value)


def test_what_is_nested_too_deep_is_refused() -> None:
    inner: Any = {}
    for _ in range(MAX_EVENT_DEPTH - 5):
        inner = [inner]
    read(run_event(run={"runId": RUN_ID, "facets": {"plan": {"p": inner}}}))
    for depth in (10, 20_000):
        for _ in range(depth):
            inner = [inner]
        assert "100 deep" in refused(run_event(run={"runId": RUN_ID, "facets": {"plan": {"p": inner}}}))


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("START", Phase.START),
        ("complete", Phase.COMPLETE),
        ("FAILED", Phase.OTHER),
        (None, Phase.OTHER),
        (1, Phase.OTHER),
    ],
)
def test_an_event_type_that_nobody_knows_is_other(word: Any, phase: Phase) -> None:
    assert read(run_event(eventType=word)).phase is phase


@pytest.mark.parametrize(
    ("text", "run_id"),
    [
        (RUN_ID, RUN_ID),
        (RUN_ID.upper(), RUN_ID),
        # What java.util.UUID.nameUUIDFromBytes answers.
        ("not-a-uuid", "84b1b24b-c3a1-3f06-a7c7-46d2ee9dd6f7"),
        ("hello", "5d41402a-bc4b-3a76-b971-9d911017c592"),
        ("{" + RUN_ID + "}", None),
    ],
)
def test_a_run_id_that_is_no_uuid_becomes_one(text: str, run_id: str | None) -> None:
    found = read(run_event(run={"runId": text})).run_id
    assert found is not None
    assert found.version == (3 if text != RUN_ID and text.lower() != RUN_ID else 4)
    assert run_id is None or found == UUID(run_id)


@pytest.mark.parametrize("name", ["parent", "parentRun"])
def test_the_parent_is_read_under_both_names(name: str) -> None:
    parent = {"run": {"runId": "not-a-uuid"}, "job": {"namespace": "airflow", "name": "d.t"}}
    assert read(with_parent(parent, name)).parent == ParentRef(
        UUID("84b1b24b-c3a1-3f06-a7c7-46d2ee9dd6f7"), JobRef("airflow", "d.t")
    )


def test_null_facets_and_fields_are_as_if_they_were_not_there() -> None:
    document = run_event(
        run={"runId": RUN_ID, "facets": {"parent": None, "x": None, "text": "no facet"}},
        job={"namespace": "n", "name": "j", "facets": None},
        inputs=None,
        outputs=[dataset(facets=[], outputFacets=None)],
        producer=None,
    )
    event = read(document)
    assert (event.run_facets, event.job_facets, event.parent, event.inputs) == ({}, {}, None, ())
    assert event.outputs[0].facets == {}
    assert event.outputs[0].columns is None


def test_unknown_facets_are_kept() -> None:
    mine = {"anything": [1, {"a": None}]}
    event = read(
        run_event(
            run={"runId": RUN_ID, "facets": {"mine": mine}},
            job={"namespace": "n", "name": "j", "facets": {"mine": mine}},
            inputs=[dataset(facets={"mine": mine}, inputFacets={"other": mine})],
        )
    )
    assert event.run_facets == event.job_facets == {"mine": mine}
    assert event.inputs[0].facets == {"mine": mine, "other": mine}


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (("trino://h:1337", "2024.x:y"), ("trino://h:1337", "2024.x:y")),
        (("jdbc:h2:mem:sql-tests", "a b"), ("jdbc:h2:mem:sql-tests", "a b")),
        (("s3://bücket", "größe/🕷"), ("s3://bücket", "größe/🕷")),
        (("postgres://u:p@h:5432", "d.s.t"), ("postgres://h:5432", "d.s.t")),
        (("https://h", "c/x.csv?sig=abc"), ("https://h", "c/x.csv")),
        (("sqlserver://h:1;database=d;password=geheim", "t"), ("sqlserver://h:1;database=d", "t")),
        (("abfss://c@a.dfs.core.windows.net", "x"), ("abfss://c@a.dfs.core.windows.net", "x")),
    ],
)
def test_names_stay_as_they_are_but_for_credentials(sent: tuple[str, str], read_as: tuple[str, str]) -> None:
    event = read(run_event(inputs=[dataset(sent[1], sent[0])]))
    assert event.inputs[0].dataset == DatasetId(*read_as)


def test_an_event_has_so_many_symlinks() -> None:
    def linked(count: int) -> list[Any]:
        names = [dataset(f"link{number}") for number in range(50)]
        return [dataset(f"d{number}", facets={"symlinks": {"identifiers": names}}) for number in range(count)]

    assert len(read(run_event(inputs=linked(4), outputs=linked(6))).outputs) == 6
    for document in (run_event(inputs=linked(5), outputs=linked(6)), job_event(outputs=linked(11))):
        assert refused(document) == f"event must have at most {MAX_EVENT_SYMLINKS} symlinks, but has 550"

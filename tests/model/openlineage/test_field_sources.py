from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.event import EventDataset, FieldSource, LineageEvent
from airflow_lineage_provider.model.openlineage.field_sources import MAX_FIELD_SOURCES
from airflow_lineage_provider.model.openlineage.reader import InvalidEvent, read_event
from tests.model.openlineage.events import NOW, dataset, dataset_event, job_event, run_event

FIRST, SECOND = DatasetId("n", "i"), DatasetId("n", "j")


def output(**facets: Any) -> EventDataset:
    return read_event(run_event(outputs=[dataset(facets=facets)]), now=NOW).outputs[0]


def columns(**fields: Any) -> dict[str, Any]:
    return {"fields": fields}


def source(field: str | None, name: str = "i", **more: Any) -> dict[str, Any]:
    return {**dataset(name), "field": field, **more}


def with_entries(*entries: Any, **fields: Any) -> LineageEvent:
    job = {"namespace": "spark", "name": "job", "facets": {"lineage": {"entries": list(entries)}}}
    return read_event(run_event(job=job, **fields), now=NOW)


def test_column_lineage_with_transformations() -> None:
    steps = [
        {"type": "DIRECT", "subtype": "AGGREGATION", "description": "sum(x)", "masking": True},
        {"type": "INDIRECT", "subtype": "FILTER"},
        {"type": "indirect", "subtype": None, "masking": None},
        {"type": "IDENTITY"},
        {"type": "INDIRECT", "subtype": "FILTER", "masking": False},
    ]
    found = output(columnLineage=columns(a={"inputFields": [source("x", transformations=steps)]}))
    assert found.field_sources == (
        FieldSource(
            "a",
            FIRST,
            "x",
            (
                ("DIRECT", "AGGREGATION", True),
                ("INDIRECT", "FILTER", False),
                ("INDIRECT", "", False),
                ("DIRECT", "IDENTITY", False),
            ),
        ),
    )
    assert found.sources is None


@pytest.mark.parametrize(
    ("word", "transformations"),
    [
        ("IDENTITY", (("DIRECT", "IDENTITY", False),)),
        ("masked", (("DIRECT", "TRANSFORMATION", True),)),
        ("AGGREGATION", (("DIRECT", "AGGREGATION", False),)),
        ("", ()),
        (None, ()),
    ],
)
def test_column_lineage_of_old_producers(word: Any, transformations: Any) -> None:
    field = {"inputFields": [source("x")], "transformationType": word, "transformationDescription": "d"}
    assert output(columnLineage=columns(a=field)).field_sources == (
        FieldSource("a", FIRST, "x", transformations),
    )


def test_what_affects_the_whole_dataset_is_a_source_of_its_star() -> None:
    facet = {
        "fields": {},
        "dataset": [source("x"), source("y", transformations=[{"type": "INDIRECT", "subtype": "SORT"}])],
    }
    assert output(columnLineage=facet).field_sources == (
        FieldSource("*", FIRST, "x", (("INDIRECT", "", False),)),
        FieldSource("*", FIRST, "y", (("INDIRECT", "SORT", False),)),
    )


def test_the_same_pair_of_columns_is_one_source() -> None:
    inputs = [
        source("x", transformations=[{"type": "DIRECT", "subtype": "IDENTITY"}]),
        source("x", transformations=[{"type": "INDIRECT", "subtype": "JOIN"}]),
    ]
    found = output(columnLineage=columns(a={"inputFields": inputs})).field_sources
    assert found == (
        FieldSource("a", FIRST, "x", (("DIRECT", "IDENTITY", False), ("INDIRECT", "JOIN", False))),
    )


def test_an_input_whose_column_is_not_known() -> None:
    found = output(columnLineage=columns(a={"inputFields": [source(None), source("")]}))
    assert found.field_sources == (FieldSource("a", FIRST, None, ()),)


@pytest.mark.parametrize(
    ("facet", "field"),
    [
        (columns(a={"inputFields": [{"namespace": "n", "field": "x"}]}), "fields.a.inputFields[0].name"),
        (columns(a={"inputFields": [source(7)]}), "fields.a.inputFields[0].field"),  # type: ignore[arg-type]
        (columns(a={"inputFields": {}}), "fields.a.inputFields"),
        (columns(a="x"), "fields.a"),
        ({"fields": {"": {"inputFields": []}}}, "fields['']"),
        ({"fields": {"a b": {"inputFields": [1]}}}, "fields['a b'].inputFields[0]"),
        ({"dataset": [{}]}, "dataset[0].namespace"),
    ],
)
def test_column_lineage_that_names_nothing_is_refused_by_its_path(facet: Any, field: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        output(columnLineage=facet)
    assert caught.value.field == f"outputs[0].facets.columnLineage.{field}"


def test_more_sources_than_an_event_may_have_are_refused() -> None:
    inputs = [source(f"x{n}") for n in range(1_000)]
    fields = {f"c{n}": {"inputFields": inputs} for n in range(MAX_FIELD_SOURCES // 1_000 + 1)}
    with pytest.raises(InvalidEvent, match=f"at most {MAX_FIELD_SOURCES} sources of columns"):
        output(columnLineage=columns(**fields))


def test_explicit_lineage_of_a_dataset() -> None:
    facet = {
        "inputs": [{**dataset("i"), "type": "DATASET"}, {**source("x", "j"), "type": "DATASET"}],
        "fields": {
            "a": {"inputs": [{**source("y"), "type": "DATASET", "transformations": [{"type": "DIRECT"}]}]}
        },
    }
    event = read_event(run_event(outputs=[dataset(facets={"lineage": facet}), dataset("u")]), now=NOW)
    first, second = event.outputs
    assert first.sources == (FIRST, SECOND)
    assert second.sources is None
    assert first.field_sources == (
        FieldSource("*", SECOND, "x", ()),
        FieldSource("a", FIRST, "y", (("DIRECT", "", False),)),
    )
    assert [entry.dataset for entry in event.inputs] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("facet", "sources"),
    [
        ({"inputs": []}, ()),
        ({}, None),
        ({"fields": {}}, None),
        ({"inputs": None, "fields": {"a": {"inputs": [source("x")]}}}, (FIRST,)),
        ({"inputs": [{"type": "JOB"}]}, ()),
        ({"_deleted": True, "inputs": []}, None),
    ],
)
def test_no_inputs_are_not_the_same_as_none_said(facet: Any, sources: Any) -> None:
    assert output(lineage=facet).sources == sources


def test_entries_of_a_job_name_outputs_and_inputs() -> None:
    entry = {"type": "DATASET", **dataset("o"), "inputs": [{**dataset("i"), "type": "DATASET"}]}
    event = with_entries(
        entry,
        {"type": "DATASET", **dataset("o"), "inputs": [{**dataset("j"), "type": "DATASET"}]},
        {"type": "DATASET", **dataset("t"), "inputs": [], "fields": None},
        outputs=[dataset()],
        inputs=[dataset("i", facets={"schema": {"fields": []}})],
    )
    assert {item.dataset.name: item.sources for item in event.outputs} == {"t": (), "o": (FIRST, SECOND)}
    assert [item.dataset for item in event.inputs] == [FIRST, SECOND]
    assert event.inputs[0].columns == ()


@pytest.mark.parametrize(
    ("target", "inputs"),
    [
        ({}, [FIRST]),
        ({"namespace": "spark", "name": "job"}, [FIRST]),
        ({"namespace": "spark", "name": "another"}, []),
    ],
)
def test_an_entry_for_the_job_itself_names_inputs(target: dict[str, str], inputs: list[DatasetId]) -> None:
    event = with_entries({"type": "JOB", **target, "inputs": [{**dataset("i"), "type": "DATASET"}]})
    assert [item.dataset for item in event.inputs] == inputs
    assert event.outputs == ()


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ([{"type": "JOB", "namespace": "spark", "name": "another"}], []),
        ([{"type": "JOB", "namespace": "spark", "name": "another"}, {"type": "JOB"}], ["t"]),
        ([{"type": "JOB", "namespace": "spark", "name": "job"}], ["t"]),
        ([{"type": "JOB"}], ["t"]),
        (
            [{"type": "JOB", "namespace": "spark", "name": "another"}, {"type": "DATASET", **dataset("i")}],
            ["t"],
        ),
        ([], ["t"]),
    ],
)
def test_what_only_other_jobs_write_is_no_output_of_this_one(source: list[Any], outputs: list[str]) -> None:
    event = with_entries({"type": "DATASET", **dataset("t"), "inputs": source})
    assert [item.dataset.name for item in event.outputs] == outputs
    assert event.outputs == () or event.outputs[0].sources is not None


def test_job_events_have_explicit_lineage_too_and_dataset_events_no_inputs() -> None:
    facets = {"lineage": {"inputs": [dataset("i")]}}
    event = read_event(job_event(outputs=[dataset(facets=facets)]), now=NOW)
    assert [item.dataset for item in event.inputs] == [FIRST]
    event = read_event(dataset_event(dataset=dataset(facets=facets)), now=NOW)
    assert event.outputs[0].sources == (FIRST,)
    assert event.inputs == ()


def test_an_entry_without_a_name_is_refused_by_its_path() -> None:
    with pytest.raises(InvalidEvent) as caught:
        with_entries({"type": "DATASET", "namespace": "n"})
    assert caught.value.field == "job.facets.lineage.entries[0].name"

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.openlineage.event import EventDataset, JobRef, Phase
from airflow_lineage_provider.model.openlineage.reader import read_event
from airflow_lineage_provider.store.schemas import current_schemas
from airflow_lineage_provider.store.status import read_status
from tests.airflow_rows import NOW
from tests.store.external.picture import picture
from tests.store.external.tellings import (
    LATER,
    at,
    dataset_event,
    edges,
    event,
    io,
    job_event,
    names,
    run_row,
    run_uuid,
    source,
    table,
    take,
    told,
)
from tests.store.stories import Story, core, entry, everything

RAW, OUT = told("raw"), told("out")


def test_an_event_makes_job_run_datasets_and_edges(db: Any) -> None:
    (taken,) = take(db, event(inputs=[RAW], outputs=[OUT]))
    assert edges(db) == {("orders", "input", "raw"): 1, ("orders", "output", "out"): 1}
    assert {edge.evidence for edge in table(db, "edge")} == {int(Evidence.EXTERNAL)}
    assert io(db) == {("input", "raw"): "read", ("output", "out"): "updated"}
    run = run_row(db)
    assert (run.id, run.capture, run.state, run.ti_id) == (taken.run_id, "external", "success", None)
    (stored,) = table(db, "event")
    assert (stored.id, stored.job_id, stored.run_id) == (taken.event_id, taken.job_id, taken.run_id)
    assert (stored.kind, stored.phase, stored.received_from) == ("run", "COMPLETE", "key:tests")


def test_the_same_event_again_changes_nothing(db: Any) -> None:
    first, second = take(db, event(inputs=[RAW]), event(inputs=[RAW]))
    assert (first.is_new, second.is_new) == (True, False)
    assert (second.event_id, second.job_id, second.run_id) == (first.event_id, first.job_id, first.run_id)
    assert edges(db) == {("orders", "input", "raw"): 1}


def test_a_run_keeps_the_union_of_what_its_events_name_and_counts_once(db: Any) -> None:
    take(
        db,
        event(0, Phase.START, inputs=[RAW]),
        event(1, Phase.RUNNING, inputs=[RAW, told("more")], outputs=[told("out", rows=3)]),
        event(2, Phase.COMPLETE, outputs=[told("out", rows=8, bytes=5)]),
    )
    assert set(edges(db).values()) == {1}
    assert set(io(db)) == {("input", "raw"), ("input", "more"), ("output", "out")}
    (out,) = [row for row in table(db, "run_io") if row.direction == "output"]
    assert (out.row_count, out.byte_count) == (8, 5)


def test_a_running_job_has_edges_and_its_outputs_are_attempted(db: Any) -> None:
    take(db, event(0, Phase.START, inputs=[RAW], outputs=[OUT]))
    assert set(edges(db)) == {("orders", "input", "raw"), ("orders", "output", "out")}
    assert io(db)["output", "out"] == "attempted"
    take(db, event(1, Phase.COMPLETE))
    assert io(db)["output", "out"] == "updated"


def test_outputs_that_come_after_the_end_are_settled_by_it(db: Any) -> None:
    take(db, event(5, Phase.COMPLETE), event(1, Phase.RUNNING, outputs=[OUT]))
    assert io(db) == {("output", "out"): "updated"}
    take(db, event(5, Phase.FAIL, "r2"), event(1, Phase.RUNNING, "r2", outputs=[OUT]))
    assert io(db, "r2") == {("output", "out"): "attempted"}


def test_a_late_start_moves_the_start_and_reopens_nothing(db: Any) -> None:
    take(db, event(9, Phase.FAIL), event(4, Phase.RUNNING), event(3, Phase.OTHER))
    assert (run_row(db).state, run_row(db).started_at) == ("failed", at(3))
    take(db, event(5, Phase.START), event(1, Phase.RUNNING))
    run = run_row(db)
    assert (run.state, run.started_at, run.ended_at) == ("failed", at(5), at(9))


def test_the_latest_end_of_a_run_counts(db: Any) -> None:
    take(db, event(9, Phase.COMPLETE, outputs=[OUT]), event(4, Phase.FAIL))
    assert (run_row(db).state, run_row(db).ended_at) == ("success", at(9))
    take(db, event(10, Phase.ABORT))
    assert (run_row(db).state, run_row(db).ended_at) == ("aborted", at(10))
    assert io(db) == {("output", "out"): "attempted"}


def test_one_run_id_of_two_jobs_is_two_runs(db: Any) -> None:
    take(db, event(), event(job=JobRef("dbt", "orders")))
    assert len(table(db, "run")) == 2


def test_a_job_event_makes_edges_that_no_run_stands_behind(db: Any) -> None:
    take(db, job_event(5, inputs=[RAW], outputs=[OUT]))
    assert edges(db) == {("orders", "input", "raw"): 0, ("orders", "output", "out"): 0}
    assert {edge.last_run_id for edge in table(db, "edge")} == {0}
    (taken,) = take(db, event(3, inputs=[RAW]))
    take(db, job_event(7, inputs=[RAW]))
    (edge,) = [edge for edge in table(db, "edge") if edge.direction == "input"]
    assert (edge.last_run_id, edge.runs, edge.first_seen, edge.last_seen) == (taken.run_id, 1, at(3), at(7))


def test_a_dataset_event_tells_columns_and_makes_no_job(db: Any) -> None:
    take(db, dataset_event(1, told("raw", "id:int", facets={"ownership": {"owners": []}})))
    assert (table(db, "job"), table(db, "edge")) == ([], [])
    assert [row.name for row in table(db, "dataset_facet")] == ["ownership", "schema"]


def columns(db: Any) -> dict[str, list[str]]:
    known = names(db)
    return {
        known[key]: [f"{column.name}:{column.type}" for column in schema.columns]
        for key, schema in current_schemas(known, session=db).items()
    }


def test_an_empty_schema_clears_the_columns_and_none_changes_nothing(db: Any) -> None:
    take(db, event(1, inputs=[told("raw", "id:int")]), event(2, inputs=[RAW]))
    assert columns(db) == {"raw": ["id:int"]}
    take(db, event(3, inputs=[told("raw", columns=())]))
    assert columns(db) == {"raw": []}
    take(db, event(2.5, inputs=[told("raw", "late:int")]))
    assert columns(db) == {"raw": []}


def test_columns_that_were_seen_again_are_not_replaced_by_older_ones(db: Any) -> None:
    take(
        db,
        event(1, inputs=[told("raw", "id:int")]),
        event(9, run="r2", inputs=[told("raw", "id:int")]),
        event(5, run="r3", inputs=[told("raw", "x:int")]),
    )
    assert columns(db) == {"raw": ["id:int"]}
    assert len(table(db, "dataset_schema")) == 1


def test_older_columns_become_the_history_before(db: Any) -> None:
    take(db, event(5, inputs=[told("raw", "b:int")]), event(1, Phase.START, inputs=[told("raw", "a:int")]))
    first, second = sorted(table(db, "dataset_schema"), key=lambda row: row.valid_from)
    assert (first.valid_from, first.valid_to) == (at(1), at(5))
    assert (second.valid_from, second.valid_to) == (at(5), None)


def test_names_alone_take_no_types_away_that_a_task_has_read(db: Any) -> None:
    from airflow_lineage_provider.model.io_entry import Column

    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("raw", columns=(Column("id", "integer"),))]))
    take(db, event(3600, inputs=[told("raw", "id")]))
    assert columns(db) == {"raw": ["id:integer"]}
    take(db, event(3700, inputs=[told("raw", "id", "name")]))
    assert columns(db) == {"raw": ["id:None", "name:None"]}


def test_explicit_sources_make_links_and_edges(db: Any) -> None:
    take(db, event(inputs=[RAW], outputs=[told("out", sources=["raw", "other"]), told("log")]))
    known = names(db)
    assert {(known[row.output_dataset_id], known[row.input_dataset_id]) for row in table(db, "link")} == {
        ("out", "raw"),
        ("out", "other"),
    }
    assert ("orders", "input", "other") in edges(db)


def test_column_lineage_needs_no_columns_and_keeps_its_newest_word(db: Any) -> None:
    take(
        db,
        event(2, inputs=[RAW], outputs=[told("out", field_sources=(source("id", "raw", None),))]),
        event(5, run="r2", outputs=[told("out", field_sources=(source("id", "raw", None, "INDIRECT"),))]),
        event(1, run="r3", outputs=[told("out", field_sources=(source("id", "raw", None),))]),
    )
    (edge,) = table(db, "column_edge")
    assert (edge.output_column, edge.input_column) == ("id", None)
    assert "INDIRECT" in edge.transformations
    assert (edge.first_seen, edge.last_seen) == (at(1), at(5))


def test_a_dataset_that_only_column_lineage_names_is_made_and_has_no_edge(db: Any) -> None:
    take(db, event(outputs=[told("out", field_sources=(source("*", "far", "id"),))]))
    assert set(names(db).values()) == {"out", "far"}
    assert set(edges(db)) == {("orders", "output", "out")}


def test_names_go_through_the_identity_rules_and_partitions_stay_with_the_run(db: Any) -> None:
    parts = [
        EventDataset(DatasetId("S3A://lake", f"orders/dt=2026-06-{day}/part-0.parquet"), rows=day)
        for day in (10, 11)
    ]
    table_ = EventDataset(DatasetId("postgres://DB", "shop.public.Orders"))
    take(db, event(inputs=parts, outputs=[table_]))
    assert {(row.namespace, row.name) for row in table(db, "dataset")} == {
        ("s3://lake", "orders"),
        ("postgres://db:5432", "shop.public.Orders"),
    }
    (row,) = [row for row in table(db, "run_io") if row.direction == "input"]
    assert (json.loads(row.partitions), row.partition_count) == (["dt=2026-06-10", "dt=2026-06-11"], 2)
    assert row.row_count == 21


def test_that_a_dataset_was_dropped_is_noted(db: Any) -> None:
    take(db, event(outputs=[told("out", is_dropped=True)]))
    assert [row.name for row in table(db, "dataset_facet")] == ["lifecycleStateChange"]


def test_the_newest_facet_stays_and_a_repeated_one_is_as_new_as_its_last_event(db: Any) -> None:
    def documented(seconds: float, text: str) -> Any:
        facets = {"documentation": {"description": text}}
        return event(seconds, inputs=[told("raw", facets=facets)], job_facets=facets, run_facets=facets)

    take(db, documented(1, "a"), documented(3, "a"), documented(2, "b"))
    bodies = {row.id: json.loads(zlib.decompress(row.body)) for row in table(db, "facet")}
    for kind in ("dataset_facet", "job_facet", "run_facet"):
        (link,) = table(db, kind)
        assert (bodies[link.facet_id], link.seen_at) == ({"description": "a"}, at(3)), kind


def test_the_stored_event_holds_no_literals_and_no_credentials(db: Any) -> None:
    document = {
        "eventType": "COMPLETE",
        "eventTime": "2026-06-15T12:00:00Z",
        "producer": "https://user:geheim@example.org/spark",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(run_uuid("r1")), "facets": {"environmentVariables": {"x": "geheim"}}},
        "job": {
            "namespace": "spark",
            "name": "orders",
            "facets": {"sql": {"query": "SELECT * FROM t WHERE card = 'geheim'"}},
        },
        "inputs": [
            {"namespace": "postgres://me:geheim@db:5432", "name": "shop.public.t"},
            {"namespace": "abfss://box@account.dfs.core.windows.net", "name": "a/b?sig=geheim"},
        ],
        "outputs": [],
    }
    take(db, read_event(document, now=LATER))
    text = everything(db)
    assert "geheim" not in text
    assert "abfss://box@account.dfs.core.windows.net" in text
    (stored,) = table(db, "event")
    assert json.loads(zlib.decompress(stored.body))["job"]["name"] == "orders"
    assert stored.size > 0


def test_what_comes_from_the_future_is_known_now(db: Any) -> None:
    now = NOW + timedelta(minutes=1)
    take(db, event(3600, inputs=[told("raw", "a:int")]), now=now)
    assert {(edge.first_seen, edge.last_seen) for edge in table(db, "edge")} == {(now, at(3600))}
    assert table(db, "event")[0].event_at == at(3600)


def test_runs_of_others_stand_apart_from_attempts(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("raw")]))
    take(db, event(inputs=[RAW]), event(run="r2"))
    status = read_status(session=db)
    assert (status.external_runs, sum(status.attempts.values()), status.coverage) == (2, 1, 1.0)
    assert "external" not in status.attempts


def test_an_event_may_name_nothing_at_all(db: Any) -> None:
    before = picture(db)
    assert before["edges"] == []
    take(db, event(0, Phase.START))
    assert (len(table(db, "run")), table(db, "dataset")) == (1, [])

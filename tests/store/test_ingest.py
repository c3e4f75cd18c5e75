from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.openlineage_ids import task_run_id
from airflow_lineage_provider.model.record import CaptureError, Outcome, Statement
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.runs import read_runs
from tests.airflow_rows import NOW
from tests.store.stories import (
    WAREHOUSE,
    Story,
    core,
    entry,
    everything,
    io_of,
    late,
    outputs_of,
    park,
    rows,
    sql,
)


def test_inputs_and_outputs_of_an_attempt_are_kept_with_how_they_are_known(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    run_id = story.ingest(core(ti_id, inputs=[entry("raw")], outputs=[entry("clean", Evidence.DECLARED)]))
    assert io_of(db, run_id) == {
        ("input", "raw"): (("hook",), "read"),
        ("output", "clean"): (("declared",), "updated"),
    }
    (run,) = read_runs("shop", session=db)
    assert (run.task_id, run.try_number, run.state, run.capture) == ("load", 1, "success", "recorded")


def test_evidence_of_one_dataset_is_merged_within_and_across_segments(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    story.ingest(core(ti_id, awaits=("late",), outputs=[entry("t"), entry("t", Evidence.DECLARED, rows=5)]))
    run_id = story.ingest(late(ti_id, outputs=[entry("t", Evidence.OPERATOR, rows=9, bytes=1)]))
    assert io_of(db, run_id) == {("output", "t"): (("operator", "hook", "declared"), "updated")}
    (io,) = rows(db, "lineage_run_io")
    assert (io.row_count, io.byte_count) == (9, 1)


def test_a_segment_that_comes_twice_changes_nothing(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    records = [
        core(
            ti_id,
            awaits=("late",),
            inputs=[entry("raw", columns=())],
            outputs=[entry("clean", rows=3, facets={"quality": {"score": 1}})],
            run_facets={"engine": {"name": "x"}},
            errors=[CaptureError("hook", "ValueError", "no")],
            capture_ms=2.5,
            **sql("INSERT INTO copy (id) SELECT id FROM orders", "THIS IS NO SQL"),
        ),
        late(ti_id, capture_ms=1.5, errors=[CaptureError("operator", "KeyError", "x")]),
    ]
    for record in records:
        story.ingest(record)
    once = everything(db)
    for record in [*records, *reversed(records)]:
        story.ingest(record)
    assert everything(db) == once


def test_outputs_of_a_failed_attempt_are_attempted_never_updated(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(state="failed")
    run_id = story.ingest(core(ti_id, Outcome.FAILED, inputs=[entry("raw")], outputs=[entry("clean")]))
    assert io_of(db, run_id) == {
        ("input", "raw"): (("hook",), "read"),
        ("output", "clean"): (("hook",), "attempted"),
    }


def test_a_statement_that_a_failed_task_was_given_is_no_proof_that_it_read(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(state="failed")
    run_id = story.ingest(
        core(ti_id, Outcome.FAILED, **sql("INSERT INTO copy (id) SELECT id FROM orders", executed=False))
    )
    assert io_of(db, run_id) == {
        ("input", "shop.public.orders"): (("statement",), "attempted"),
        ("output", "shop.public.copy"): (("statement",), "attempted"),
    }
    assert rows(db, "lineage_column_edge") == []


@pytest.mark.parametrize("outcome", [Outcome.SUCCESS, Outcome.SKIPPED, Outcome.FAILED])
def test_the_state_is_airflows_whatever_the_payload_says(db: Any, outcome: Outcome) -> None:
    story = Story(db)
    ti_id = story.attempt(state="failed")
    run_id = story.ingest(core(ti_id, outcome, outputs=[entry("t")]))
    (run,) = rows(db, "lineage_run")
    assert run.state == "failed"
    assert outputs_of(db, run_id) == {"t": "attempted"}


def test_a_worker_that_failed_updates_nothing_although_somebody_set_the_task_to_success(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(state="success")
    run_id = story.ingest(core(ti_id, Outcome.FAILED, outputs=[entry("t")]))
    assert outputs_of(db, run_id) == {"t": "attempted"}


def test_what_was_written_before_a_deferral_counts_once_the_attempt_succeeded(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(state="deferred", ended_at=None)
    run_id = story.ingest(park(ti_id, outputs=[entry("before")]))
    assert outputs_of(db, run_id) == {"before": "attempted"}
    story.ingest(core(ti_id, outputs=[entry("after")]))
    assert outputs_of(db, run_id) == {"before": "updated", "after": "updated"}


def test_what_was_announced_is_waited_for(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    story.ingest(core(ti_id, awaits=("late",)))
    assert [run.capture for run in rows(db, "lineage_run")] == ["announced"]
    story.ingest(late(ti_id))
    assert [run.capture for run in rows(db, "lineage_run")] == ["recorded"]


def test_a_late_segment_alone_records_nothing_yet(db: Any) -> None:
    story = Story(db)
    story.ingest(late(story.attempt(), outputs=[entry("t")]))
    assert [run.capture for run in rows(db, "lineage_run")] == ["pending"]


def test_a_run_has_the_openlineage_id_of_its_attempt(db: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(try_number=2, map_index=3)
    story.ingest(core(ti_id), try_number=2, map_index=3)
    expected = task_run_id(
        namespace="default", dag_id="shop", task_id="load", try_number=2, map_index=3, date=NOW
    )
    assert [str(run.openlineage_run_id) for run in rows(db, "lineage_run")] == [expected]


def test_mapped_task_instances_and_tries_are_runs_of_one_job(db: Any) -> None:
    story = Story(db)
    for map_index in range(3):
        story.ingest(core(story.attempt(map_index=map_index)), map_index=map_index)
    second = story.attempt(try_number=2)
    story.ingest(core(story.attempt(archived=True, state="failed"), Outcome.FAILED))
    story.ingest(core(second), try_number=2)
    assert len(rows(db, "lineage_run")) == 5
    assert len(rows(db, "lineage_job")) == 1


def test_equal_runs_share_one_facet_row_per_name_and_one_set(db: Any) -> None:
    story = Story(db)
    context = {"airflow": "3.3.2", "python": "3.11.7"}
    run_ids = []
    for map_index in range(20):
        ti_id = story.attempt(map_index=map_index)
        record = core(ti_id, context=context, run_facets={"engine": {"name": "x"}})
        run_ids.append(story.ingest(record, map_index=map_index))
    assert len(rows(db, "lineage_facet")) == 2
    assert len(rows(db, "lineage_facet_set")) == 1
    assert len(rows(db, "lineage_facet_set_member")) == 2
    # Nobody had them before the first run.
    assert {row.run_id for row in rows(db, "lineage_run_facet")} == {run_ids[0]}
    whole = {"context": context, "engine": {"name": "x"}}
    assert read_run_facets(run_ids, session=db) == dict.fromkeys(run_ids, whole)


def test_what_a_run_alone_has_costs_no_set(db: Any) -> None:
    story = Story(db)
    run_ids = []
    for map_index in range(6):
        ti_id = story.attempt(map_index=map_index)
        record = core(ti_id, run_facets={"engine": {"name": "x"}, "query": {"id": map_index}})
        run_ids.append(story.ingest(record, map_index=map_index))
        story.ingest(record, map_index=map_index)
    assert len(rows(db, "lineage_facet_set")) == 1
    assert len([row for row in rows(db, "lineage_run_facet") if row.name == "query"]) == 6
    found = read_run_facets(run_ids, session=db)
    assert [found[run_id]["query"]["id"] for run_id in run_ids] == list(range(6))
    assert all(found[run_id]["engine"] == {"name": "x"} for run_id in run_ids)


def test_the_newest_facet_of_a_name_counts_whether_it_is_shared_or_not(db: Any) -> None:
    story = Story(db)
    attempts = [story.attempt(map_index=map_index) for map_index in range(2)]

    def tell(map_index: int, value: int) -> int:
        facets = {"engine": {"name": "x"}, "note": {"value": value}}
        return story.ingest(core(attempts[map_index], run_facets=facets), map_index=map_index)

    tell(0, 1)
    run_id = tell(1, 1)  # shared
    for value, is_shared in ((2, False), (1, True), (3, False), (4, False)):
        assert tell(1, value) == run_id
        assert read_run_facets([run_id], session=db)[run_id]["note"] == {"value": value}
        own = [row.name for row in rows(db, "lineage_run_facet") if row.run_id == run_id]
        assert own == ([] if is_shared else ["note"])
    assert read_run_facets([run_id], names=["engine"], session=db) == {run_id: {"engine": {"name": "x"}}}


def test_a_changed_facet_leaves_the_one_of_an_older_run_alone(db: Any) -> None:
    story = Story(db)
    for number, version in enumerate(("1", "2")):
        ti_id = story.attempt(map_index=number)
        story.ingest(core(ti_id, context={"image": version}), map_index=number)
    assert [run.context for run in read_runs("shop", session=db)] == [{"image": "1"}, {"image": "2"}]


def test_a_dataset_has_its_latest_facet_of_each_name(db: Any) -> None:
    story = Story(db)
    for number, score in enumerate((1, 2)):
        ti_id = story.attempt(map_index=number)
        story.ingest(
            core(ti_id, outputs=[entry("t", facets={"quality": {"score": score}})]), map_index=number
        )
    assert len(rows(db, "lineage_dataset_facet")) == 1
    assert len(rows(db, "lineage_facet")) == 2


def test_facets_that_carry_secrets_or_code_are_not_kept(db: Any) -> None:
    story = Story(db)
    dropped = {
        name: {"value": "hunter2"}
        for name in ("environmentVariables", "unknownSourceAttribute", "sourceCode", "errorMessage")
    }
    story.ingest(
        core(story.attempt(), run_facets=dropped, job_facets=dropped, outputs=[entry("t", facets=dropped)])
    )
    assert "hunter2" not in everything(db)


def register_asset(db: Any, name: str, uri: str) -> None:
    from airflow.models.asset import AssetModel

    db.add(AssetModel(name=name, uri=uri, group="asset"))
    db.flush()


def test_a_name_that_airflow_has_not_registered_for_the_uri_leads_nowhere(db: Any) -> None:
    story = Story(db)
    register_asset(db, "daily orders", "postgres://db:5432/shop/public/orders")
    forged = IoEntry(Evidence.DECLARED, uri="s3://somewhere/else", asset_name="daily orders")
    story.ingest(core(story.attempt(), outputs=[forged]))
    assert rows(db, "lineage_alias") == []


def test_the_asset_of_a_table_is_the_table_and_its_name_leads_there(db: Any) -> None:
    story = Story(db)
    register_asset(db, "daily orders", "postgres://db:5432/shop/public/orders")
    asset = IoEntry(Evidence.DECLARED, uri="postgres://db:5432/shop/public/orders", asset_name="daily orders")
    run_id = story.ingest(core(story.attempt(), outputs=[asset], **sql("INSERT INTO orders (id) VALUES (1)")))
    assert io_of(db, run_id) == {("output", "shop.public.orders"): (("statement", "declared"), "updated")}
    # Somebody knows the asset by its name only: it is the same dataset.
    ti_id = story.attempt("report")
    report = story.ingest(
        core(ti_id, inputs=[IoEntry(Evidence.DECLARED, asset_name="daily orders")]), "report"
    )
    assert io_of(db, report) == {("input", "shop.public.orders"): (("declared",), "read")}
    assert len(rows(db, "lineage_dataset")) == 1


def test_a_name_that_is_a_dataset_already_is_not_made_an_alias(db: Any) -> None:
    story = Story(db)
    register_asset(db, "orders", "s3://lake/orders")
    story.ingest(core(story.attempt(), inputs=[IoEntry(Evidence.DECLARED, asset_name="orders")]))
    story.ingest(
        core(
            story.attempt("b"),
            inputs=[IoEntry(Evidence.DECLARED, uri="s3://lake/orders", asset_name="orders")],
        ),
        "b",
    )
    assert rows(db, "lineage_alias") == []
    assert len(rows(db, "lineage_dataset")) == 2


def test_an_inlet_alias_is_the_assets_it_stands_for(db: Any) -> None:
    from airflow.models.asset import AssetAliasModel, AssetModel

    story = Story(db)
    alias = AssetAliasModel(name="daily", group="g")
    alias.assets = [AssetModel(name=f"part {n}", uri=f"s3://lake/part{n}", group="g") for n in (1, 2)]
    db.add(alias)
    db.flush()
    run_id = story.ingest(
        core(
            story.attempt(),
            inputs=[
                IoEntry(Evidence.DECLARED, alias="daily"),
                IoEntry(Evidence.DECLARED, alias="nothing yet"),
            ],
        )
    )
    assert {name for _, name in io_of(db, run_id)} == {"part1", "part2", "nothing yet"}


def test_edges_count_runs_and_know_first_and_last(db: Any) -> None:
    for number in range(3):
        at = NOW + timedelta(days=number)
        story = Story(db, run_id=f"r{number}", at=at)
        ti_id = story.attempt()
        record = core(ti_id, awaits=("late",), inputs=[entry("raw")])
        record.ended_at = at.isoformat()
        story.ingest(record, now=at)
        story.ingest(record, now=at)
        story.ingest(late(ti_id, inputs=[entry("raw", Evidence.OPERATOR)]), now=at)
    (edge,) = rows(db, "lineage_edge")
    assert edge.runs == 3
    assert edge.first_seen == NOW
    assert edge.last_seen == NOW + timedelta(days=2)
    assert Evidence(edge.evidence).names == ("operator", "hook")


def test_an_older_run_that_arrives_last_moves_only_the_beginning_of_an_edge(db: Any) -> None:
    runs = {}
    for day in (3, 1):
        at = NOW + timedelta(days=day)
        story = Story(db, run_id=f"r{day}", at=at)
        record = core(story.attempt(), outputs=[entry("t")])
        record.ended_at = at.isoformat()
        runs[day] = story.ingest(record, now=NOW + timedelta(days=9))
    (edge,) = rows(db, "lineage_edge")
    assert (edge.first_seen, edge.last_seen) == (NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert edge.last_run_id == runs[3]


def test_a_clock_that_runs_ahead_in_a_worker_moves_nothing_into_the_future(db: Any) -> None:
    story = Story(db)
    record = core(story.attempt(), outputs=[entry("t")])
    record.ended_at = "2199-01-01T00:00:00+00:00"
    arrived = NOW + timedelta(minutes=1)
    story.ingest(record, now=arrived)
    (edge,) = rows(db, "lineage_edge")
    assert edge.last_seen <= arrived


def test_columns_flow_from_statement_to_column_edges(db: Any) -> None:
    story = Story(db)
    text = "INSERT INTO totals (day, amount) SELECT day, sum(price) FROM orders GROUP BY day"
    for number in range(2):
        ti_id = story.attempt(map_index=number)
        story.ingest(core(ti_id, **sql(text)), map_index=number)
    edges = {
        (edge.output_column, edge.input_column): edge.transformations
        for edge in rows(db, "lineage_column_edge")
    }
    assert '"IDENTITY"' in edges["day", "day"]
    assert '"AGGREGATION"' in edges["amount", "price"]
    assert len(edges) == len(rows(db, "lineage_column_edge"))


def test_the_row_count_of_a_statement_is_that_of_its_output(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), **sql("INSERT INTO copy (id) SELECT id FROM orders", rows=7)))
    counts = {io.direction: io.row_count for io in rows(db, "lineage_run_io")}
    assert counts == {"input": None, "output": 7}


def test_no_literal_of_a_statement_reaches_a_table(db: Any) -> None:
    story = Story(db)
    texts = (
        "INSERT INTO customers (name, iban, age) VALUES ('Zwetschgenmus', 'DE44500105175407324931', 987654321)",
        "SELECT * FROM customers WHERE name = 'Zwetschgenmus' -- Zwetschgenmus",
        "CREATE TABLE vip AS SELECT id AS x, 'Zwetschgenmus' AS label FROM customers WHERE iban LIKE 'DE445001%'",
        "SELEC 'Zwetschgenmus FROM broken WHERE 987654321",
        "UPDATE customers SET note = $$Zwetschgenmus$$ WHERE age = 987654321",
        "COPY customers FROM 's3://lake/in?sig=Zwetschgenmus' CREDENTIALS 'aws_secret_access_key=Zwetschgenmus'",
    )
    facet = {"sql": {"query": texts[0]}}
    story.ingest(
        core(
            story.attempt(),
            run_facets=facet,
            job_facets=facet,
            outputs=[entry("t", facets=facet)],
            **sql(*texts),
        )
    )
    stored = everything(db)
    assert "customers" in stored
    for literal in ("Zwetschgenmus", "DE445001", "987654321"):
        assert literal not in stored


def test_a_statement_nobody_can_read_is_an_error_of_the_run_and_the_rest_is_kept(db: Any) -> None:
    story = Story(db)
    run_id = story.ingest(
        core(
            story.attempt(),
            outputs=[entry("t")],
            errors=[CaptureError("hook", "ValueError", "no")],
            truncated=["inputs: 3 left out"],
            **sql("INSERT INTO (((", "INSERT INTO copy (id) SELECT id FROM orders"),
        )
    )
    assert set(outputs_of(db, run_id)) == {"t", "shop.public.copy"}
    (run,) = read_runs("shop", session=db)
    assert [error["source"] for error in run.errors] == ["hook", "statement"]
    assert run.truncated == ("inputs: 3 left out",)
    assert [row.errors for row in rows(db, "lineage_run")] == [2]


def test_statements_of_two_connections_do_not_mix(db: Any) -> None:
    from dataclasses import replace

    story = Story(db)
    other = replace(WAREHOUSE, conn_id="other", host="other")
    run_id = story.ingest(
        core(
            story.attempt(),
            connections=[WAREHOUSE, other],
            statements=[Statement("SELECT id FROM a", 0), Statement("SELECT id FROM a", 1)],
        )
    )
    assert len(io_of(db, run_id)) == 1  # one name ...
    assert {row.namespace for row in rows(db, "lineage_dataset")} == {
        "postgres://db:5432",
        "postgres://other:5432",
    }


def test_a_location_with_odd_characters_is_a_dataset_and_loses_nobody_a_record(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("t")], **sql("COPY orders FROM 's3://[lake/in.csv'")))
    assert "t" in {row.name for row in rows(db, "lineage_dataset")}


def test_a_job_knows_its_operator(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt()))
    assert [job.operator for job in rows(db, "lineage_job")] == ["PythonOperator"]
    story.ingest(core(story.attempt(map_index=1), operator="pkg.Op"), map_index=1)
    assert [(job.name, job.dag_id, job.operator) for job in rows(db, "lineage_job")] == [
        ("shop.load", "shop", "pkg.Op")
    ]


def test_many_datasets_in_one_segment(db: Any) -> None:
    story = Story(db)
    run_id = story.ingest(
        core(story.attempt(), inputs=[entry(f"in{n}") for n in range(700)], outputs=[entry("t")])
    )
    assert len(io_of(db, run_id)) == 701
    assert DatasetId("s3://lake", "in699").digest in {row.digest for row in rows(db, "lineage_dataset")}

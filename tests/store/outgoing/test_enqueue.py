from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.openlineage_ids import dag_run_id, task_run_id
from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.attempts import attempts_of_run
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.outgoing.facets import ATTEMPT, ATTEMPTED, EVIDENCE
from airflow_lineage_provider.store.outgoing.queue import OUTGOING
from airflow_lineage_provider.store.reconcile import give_up, settle
from tests.airflow_rows import NOW, set_state
from tests.openlineage_spec import assert_valid
from tests.store.stories import (
    ARRIVED,
    NAMESPACE,
    WAREHOUSE_NAMESPACE,
    Story,
    core,
    entry,
    late,
    observed,
    outputs_of,
    sql,
    table,
)

CTAS = "CREATE TABLE totals AS SELECT o.id, sum(o.price) AS total FROM orders o WHERE o.note = 'secret 1' GROUP BY o.id"


def queued(session: Any) -> list[dict[str, Any]]:
    """Events in the queue, in their order; each of them valid."""
    rows = session.execute(select(OUTGOING).order_by(OUTGOING.c.id))
    events = [json.loads(zlib.decompress(row.body)) for row in rows]
    for event in events:
        assert_valid(event)
    return events


def kinds(session: Any) -> list[str]:
    return [event["eventType"] for event in queued(session)]


def reconcile(story: Story, now: Any = ARRIVED) -> None:
    attempts = attempts_of_run(story.dag_run_id, story.dag_id, story.run_id, session=story.session)
    attempts.sort(key=lambda attempt: attempt.ti_id)
    settle(attempts, namespace=NAMESPACE, grace=timedelta(0), now=now, session=story.session)


def test_without_a_transport_nothing_is_queued(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), inputs=[entry("a")]))
    assert queued(db) == []


def test_an_attempt_that_is_over_and_recorded_leaves_as_start_and_complete(db: Any, forwarding: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), inputs=[entry("raw")], outputs=[entry("clean")], operator="x.Op"))
    start, complete = queued(db)
    assert [start["eventType"], complete["eventType"]] == ["START", "COMPLETE"]
    assert start["inputs"] == start["outputs"] == []
    assert start["eventTime"] < complete["eventTime"]
    run_id = task_run_id(
        namespace=NAMESPACE, dag_id="shop", task_id="load", try_number=1, map_index=-1, date=NOW
    )
    assert start["run"]["runId"] == complete["run"]["runId"] == run_id
    assert (complete["job"]["namespace"], complete["job"]["name"]) == (NAMESPACE, "shop.load")
    assert [dataset["name"] for dataset in complete["inputs"]] == ["raw"]
    assert [dataset["name"] for dataset in complete["outputs"]] == ["clean"]
    facets = complete["run"]["facets"]
    parent = dag_run_id(namespace=NAMESPACE, dag_id="shop", clear_number=0, date=NOW)
    assert facets["parent"]["run"]["runId"] == facets["parent"]["root"]["run"]["runId"] == parent
    assert facets["parent"]["job"]["name"] == "shop"
    assert facets["processing_engine"]["name"] == "Airflow"
    told = {key: facets[ATTEMPT][key] for key in ("dagId", "taskId", "tryNumber", "operator", "capture")}
    assert told == {
        "dagId": "shop", "taskId": "load", "tryNumber": 1, "operator": "x.Op", "capture": "recorded",
    }  # fmt: skip
    assert complete["job"]["facets"]["jobType"]["jobType"] == "TASK"
    assert complete["inputs"][0]["facets"][EVIDENCE]["evidence"] == ["hook"]


def test_statements_leave_as_columns_schema_and_sql_without_literals(db: Any, forwarding: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    story.ingest(core(ti_id, **sql(CTAS, rows=3), awaits=("late",)))
    assert queued(db) == []
    story.ingest(late(ti_id, **observed("totals", id="int", total="numeric")))
    complete = queued(db)[-1]
    assert "secret" not in json.dumps(complete)
    assert complete["job"]["facets"]["sql"]["query"].startswith("CREATE TABLE totals AS SELECT")
    [output] = complete["outputs"]
    assert (output["namespace"], output["name"]) == (WAREHOUSE_NAMESPACE, table("totals").name)
    assert [field["name"] for field in output["facets"]["schema"]["fields"]] == ["id", "total"]
    assert [field["ordinal_position"] for field in output["facets"]["schema"]["fields"]] == [1, 2]
    lineage = output["facets"]["columnLineage"]
    [source] = lineage["fields"]["total"]["inputFields"]
    assert (source["name"], source["field"]) == (table("orders").name, "price")
    assert source["transformations"] == [{"type": "DIRECT", "subtype": "AGGREGATION", "masking": False}]
    assert {each["field"] for each in lineage["dataset"]} == {"id", "note"}
    assert output["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "CREATE"
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 3


def test_a_dropped_temporary_table_does_not_drop_the_output(db: Any, forwarding: Any) -> None:
    story = Story(db)
    texts = ("CREATE TEMP TABLE t AS SELECT 1 AS x", "INSERT INTO totals SELECT x FROM t", "DROP TABLE t")
    story.ingest(core(story.attempt(), **sql(*texts)))
    [output] = queued(db)[-1]["outputs"]
    assert "lifecycleStateChange" not in output["facets"]


@pytest.mark.parametrize(
    ("texts", "change"),
    [
        (("DROP TABLE totals",), "DROP"),
        (("DROP TABLE totals", "CREATE TABLE totals AS SELECT 1 AS x"), "OVERWRITE"),
        (("TRUNCATE TABLE totals", "INSERT INTO totals VALUES (1)"), "OVERWRITE"),
        (("ALTER TABLE totals ADD COLUMN y int",), "ALTER"),
        (("INSERT INTO totals VALUES (1)",), None),
    ],
)
def test_what_statements_did_to_the_only_output(
    texts: tuple[str, ...], change: str | None, db: Any, forwarding: Any
) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), **sql(*texts)))
    [output] = queued(db)[-1]["outputs"]
    facet = output["facets"].get("lifecycleStateChange")
    assert (facet and facet["lifecycleStateChange"]) == change


def test_a_failed_attempt_says_what_it_may_have_changed_and_marks_it(db: Any, forwarding: Any) -> None:
    story = Story(db)
    ti_id = story.attempt(state="failed")
    story.ingest(core(ti_id, Outcome.FAILED, inputs=[entry("raw")], outputs=[entry("clean")]))
    assert kinds(db) == ["START", "FAIL"]
    [output] = queued(db)[-1]["outputs"]
    assert output["outputFacets"][ATTEMPTED]["reason"]


def test_an_output_that_was_only_attempted_is_not_in_a_complete_event(db: Any, forwarding: Any) -> None:
    story = Story(db)
    run_id = story.ingest(core(story.attempt(state="skipped"), Outcome.SKIPPED, outputs=[entry("clean")]))
    assert outputs_of(db, run_id) == {"clean": "attempted"}
    assert kinds(db) == ["START", "COMPLETE"]
    assert queued(db)[-1]["outputs"] == []


def test_while_the_attempt_runs_nothing_leaves_and_then_the_reconciler_lets_it(
    db: Any, forwarding: Any
) -> None:
    story = Story(db)
    ti_id = story.attempt(state="running", ended_at=None)
    story.ingest(core(ti_id, inputs=[entry("raw")]))
    assert queued(db) == []
    set_state(db, ti_id, "success", end_date=NOW + timedelta(seconds=9))
    reconcile(story)
    assert kinds(db) == ["START", "COMPLETE"]
    reconcile(story)
    assert kinds(db) == ["START", "COMPLETE"]


def test_a_record_that_comes_after_the_end_was_told_gives_one_more_event_with_everything(
    db: Any, forwarding: Any
) -> None:
    story = Story(db)
    ti_id = story.attempt()
    story.ingest(core(ti_id, inputs=[entry("raw")], awaits=("late",)))
    reconcile(story)
    assert kinds(db) == ["START", "COMPLETE"]
    assert queued(db)[-1]["run"]["facets"][ATTEMPT]["capture"] == "partial"
    story.ingest(late(ti_id, inputs=[entry("more")]))
    assert kinds(db) == ["START", "COMPLETE", "COMPLETE"]
    last = queued(db)[-1]
    assert [dataset["name"] for dataset in last["inputs"]] == ["more", "raw"]
    assert last["run"]["facets"][ATTEMPT]["capture"] == "recorded"


def test_the_same_record_twice_is_queued_once(db: Any, forwarding: Any) -> None:
    story = Story(db)
    record = core(story.attempt(), inputs=[entry("raw")])
    story.ingest(record)
    story.ingest(record)
    assert kinds(db) == ["START", "COMPLETE"]


@pytest.mark.parametrize(
    ("state", "ran", "capture", "kind"),
    [
        ("failed", True, Capture.MISSING, "FAIL"),
        ("success", False, Capture.NOT_RUN, "COMPLETE"),
        ("skipped", False, Capture.NOT_RUN, "COMPLETE"),
        ("upstream_failed", False, Capture.NOT_RUN, "ABORT"),
        ("removed", False, Capture.NOT_RUN, "ABORT"),
    ],
)
def test_attempts_that_sent_nothing_leave_too(
    state: str, ran: bool, capture: Capture, kind: str, db: Any, forwarding: Any
) -> None:
    story = Story(db)
    story.attempt(state=state, ran=ran)
    reconcile(story)
    assert kinds(db) == ["START", kind]
    facet = queued(db)[-1]["run"]["facets"][ATTEMPT]
    assert (facet["state"], facet["capture"]) == (state, capture.value)


def test_a_try_that_another_followed_leaves_as_failed(db: Any, forwarding: Any) -> None:
    story = Story(db)
    story.attempt(state="running", ended_at=None, try_number=2)
    first = story.attempt(state="up_for_retry", archived=True)
    story.ingest(core(first, Outcome.FAILED, outputs=[entry("clean")]))
    reconcile(story)
    assert kinds(db) == ["START", "FAIL"]


def test_a_state_set_by_hand_afterwards_is_told(db: Any, forwarding: Any) -> None:
    story = Story(db)
    ti_id = story.attempt()
    story.ingest(core(ti_id, outputs=[entry("clean")]))
    set_state(db, ti_id, "failed")
    reconcile(story)
    assert kinds(db) == ["START", "COMPLETE", "FAIL"]


def test_an_attempt_of_a_deleted_dag_run_leaves_when_it_is_given_up(db: Any, forwarding: Any) -> None:
    story = Story(db)
    run_id = story.ingest(core(story.attempt(), inputs=[entry("raw")], awaits=("late",)))
    give_up(RUN.c.id == run_id, session=db)
    assert kinds(db) == ["START", "COMPLETE"]


def test_two_asset_names_of_one_dataset_leave_as_symlinks(db: Any, forwarding: Any) -> None:
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from airflow_lineage_provider.store.datasets import add_aliases, find_dataset

    story = Story(db)
    story.ingest(core(story.attempt("first"), outputs=[entry("clean")]), "first")
    dataset_id = find_dataset(DatasetId("s3://lake", "clean"), session=db)
    assert dataset_id is not None
    add_aliases([(DatasetId("hive://m", "db.clean"), dataset_id, "symlink")], now=NOW, session=db)
    story.ingest(core(story.attempt("second"), inputs=[entry("clean")]), "second")
    [read] = queued(db)[-1]["inputs"]
    assert read["facets"]["symlinks"]["identifiers"] == [
        {"namespace": "hive://m", "name": "db.clean", "type": "TABLE"}
    ]


def test_columns_that_only_an_earlier_run_wrote_are_not_told_again(db: Any, forwarding: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), **sql("INSERT INTO a (x) SELECT y FROM b")))
    later = Story(db, run_id="r2", at=NOW + timedelta(days=1))
    start = NOW + timedelta(days=1)
    ti_id = later.attempt(started_at=start, ended_at=start + timedelta(seconds=5))
    record = core(ti_id, **sql("INSERT INTO a (z) SELECT w FROM b"))
    record.ended_at = (start + timedelta(seconds=4)).isoformat()
    later.ingest(record, now=start + timedelta(minutes=1))
    [output] = queued(db)[-1]["outputs"]
    assert list(output["facets"]["columnLineage"]["fields"]) == ["z"]


def test_official_facets_of_an_operator_are_passed_on_and_others_are_not(db: Any, forwarding: Any) -> None:
    story = Story(db)
    official = {
        "_producer": "https://example.com/p",
        "_schemaURL": "https://openlineage.io/spec/facets/1-0-2/ExternalQueryRunFacet.json#/$defs/ExternalQueryRunFacet",
        "externalQueryId": "q1",
        "source": "snowflake",
    }
    facets = {"externalQuery": official, "nobody_knows": {"x": 1}}
    story.ingest(core(story.attempt(), run_facets=facets, inputs=[entry("raw")]))
    sent = queued(db)[-1]["run"]["facets"]
    assert sent["externalQuery"]["externalQueryId"] == "q1"
    assert "nobody_knows" not in sent


def test_an_attempt_that_cannot_be_told_keeps_neither_itself_nor_others_from_the_store(
    db: Any, forwarding: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.store.outgoing import rows as stored

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(stored, "read_attempts", broken)
    story = Story(db)
    run_id = story.ingest(core(story.attempt(), inputs=[IoEntry(Evidence.HOOK, dataset=table("a"))]))
    assert db.scalar(select(RUN.c.capture).where(RUN.c.id == run_id)) == "recorded"
    assert queued(db) == []

"""What other producers told of goes, stays and is compared by the same rules."""

from __future__ import annotations

from datetime import timedelta

from airflow_lineage_provider.model.openlineage.event import Phase
from airflow_lineage_provider.store.reindex import reindex
from tests.store.external.tellings import dataset_event, event, job_event, source, take, told
from tests.store.retention.history import DAY, TODAY, History

FIRST = TODAY - 500 * DAY


def tell(history: History, count: int) -> None:
    """Runs of one Spark job with a START and a COMPLETE each, heard of a day apart, and some descriptions."""
    for number in range(count):
        run = f"run {number}"
        columns = ("id:int", f"c{number // 4}:int")
        with history.session() as session:
            take(
                session,
                event(10 * number + 5, Phase.COMPLETE, run, outputs=[told("t", *columns)]),
                event(
                    10 * number,
                    Phase.START,
                    run,
                    inputs=[told("raw", "id:int")],
                    run_facets={"n": {"n": number}},
                ),
                now=FIRST + number * DAY,
            )
    with history.session() as session:
        late = FIRST + count * DAY
        take(
            session,
            job_event(5, inputs=[told("described")]),
            dataset_event(6, told("alone", "x:int")),
            now=late,
        )


def test_old_ones_go_and_the_edges_stay(history: History) -> None:
    tell(history, 12)
    history.run(0)
    before = history.snapshot("lineage_edge", "lineage_dataset", "lineage_job", "lineage_link")
    assert reindex(history.sessions).drifted == 0
    counted = history.count(runs=30, events=30, schemas=30, last_runs=2)
    assert counted == history.clean(runs=30, events=30, schemas=30, last_runs=2)
    assert counted["runs"] == 8  # two had the columns first that the datasets have now
    assert counted["events"] == 26
    assert history.snapshot("lineage_edge", "lineage_dataset", "lineage_job", "lineage_link") == before
    assert history.dangling() == []
    assert history.clean(runs=30, events=30, schemas=30, last_runs=2) == {}
    done = reindex(history.sessions)
    assert (done.drifted, done.not_provable) == (0, 1)


def test_an_event_that_is_sent_again_changes_nothing_while_its_row_is_kept(history: History) -> None:
    again = event(0, Phase.COMPLETE, "again", outputs=[told("t")])
    with history.session() as session:
        take(session, again, now=TODAY - 10 * DAY)
    history.clean(runs=5, events=30)
    with history.session() as session:
        assert [taken.is_new for taken in take(session, again, now=TODAY)] == [False]
    history.clean(runs=30, events=5)
    with history.session() as session:
        assert [taken.is_new for taken in take(session, again, now=TODAY)] == [True]
    assert {row.runs for row in history.rows("lineage_edge")} == {1}  # its run was kept


def test_datasets_that_turned_out_to_be_one_have_no_drift(history: History) -> None:
    with history.session() as session:
        take(
            session,
            event(1, run="both", inputs=[told("path"), told("table")]),
            event(2, run="r2", outputs=[told("table", field_sources=(source("id", "path", "id"),))]),
            event(3, run="r3", inputs=[told("path", symlinks=["table"])]),
            now=TODAY - timedelta(days=1),
        )
    done = reindex(history.sessions)
    assert [(drift.kind, drift.before, drift.after) for drift in done.drifts] == []
    assert done.dangling_columns == 0
    assert history.dangling() == []

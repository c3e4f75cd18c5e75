from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.tables import ColumnEdge, Run, core_table
from tests.airflow_rows import NOW
from tests.store.retention.history import TODAY, History
from tests.store.stories import Story, core, entry, sql

RUN = core_table(Run)


def test_old_runs_go_with_all_that_belongs_to_them(history: History) -> None:
    old = [history.run(400 - number) for number in range(5)]
    kept = history.run(1)
    assert history.clean(runs=30)["runs"] == 4  # the first one has the schema
    assert history.ids() == [old[0], kept]
    assert {row.run_id for row in history.rows("lineage_run_io")} == {old[0], kept}
    assert {row.run_id for row in history.rows("lineage_run_facet")} == {old[0], kept}
    assert history.dangling() == []


def test_the_newest_runs_of_each_job_stay_however_old(history: History) -> None:
    first = [history.run(900 - number, "monthly") for number in range(6)]
    second = [history.run(500 - number, "yearly", outputs=("u",)) for number in range(3)]
    history.run(0)
    history.clean(runs=30, last_runs=2)
    kept = {first[0], *first[-2:], second[0], *second[-2:]}  # the first ones have the schemas
    assert kept <= set(history.ids())
    assert set(history.ids()) & set(first) == {first[0], *first[-2:]}


def test_newest_is_by_time_and_not_by_arrival(history: History) -> None:
    newest = history.run(100)
    history.run(100.5, "other")
    back_filled = [history.run(300 + number) for number in range(3)]
    last = history.run(200)
    history.run(0, "other")
    history.clean(runs=30, last_runs=2)
    assert {newest, last} <= set(history.ids())
    assert not set(back_filled[1:]) & set(history.ids())


def test_the_newest_success_stays_behind_any_number_of_failures(history: History) -> None:
    history.run(500)
    success = history.run(400, outputs=("u",))
    failed = [history.run(300 - number, state="failed", outputs=()) for number in range(10)]
    history.run(0, "other")
    history.clean(runs=30, last_runs=3)
    assert success in history.ids()
    assert set(history.ids()) & set(failed) == set(failed[-3:])


def test_a_run_that_an_edge_names_stays(history: History) -> None:
    history.run(600)
    once = history.run(500, outputs=("t", "yearly"))
    rest = [history.run(400 - number) for number in range(5)]
    history.run(0, "other")
    before = history.snapshot("lineage_edge")
    history.clean(runs=30, last_runs=1)
    assert once in history.ids()
    assert not set(rest[:-1]) & set(history.ids())
    assert history.snapshot("lineage_edge") == before


def test_a_run_that_a_column_edge_names_stays(history: History) -> None:
    at = TODAY - timedelta(days=500)
    with history.session() as session:
        story = Story(session, run_id="columns", at=at)
        record = core(story.attempt(started_at=at, ended_at=at), **sql("CREATE TABLE a AS SELECT id FROM b"))
        named = story.ingest(record, now=at)
    for number in range(3):
        history.run(400 - number)
    history.run(0, "other")
    with history.session() as session:
        session.execute(core_table(ColumnEdge).update().values(last_run_id=named))
        table = core_table(Run)
        session.execute(update(table).where(table.c.id == named).values(dag_run_id=None))
    history.clean(runs=30)
    assert named in history.ids()


def test_a_run_that_a_schema_version_names_stays_as_long_as_the_version(history: History) -> None:
    first = history.run(600, columns=("id",))
    second = history.run(500, columns=("id", "name"))
    for number in range(3):
        history.run(400 - number, columns=("id", "name"))
    history.run(0, "other", outputs=("x",), columns=("x",))
    history.clean(runs=30)
    assert {first, second} <= set(history.ids())
    assert history.clean(runs=30, schemas=30) == {"schemas": 1, "runs": 1, "facets": 1, "columns": 1}
    assert first not in history.ids()
    assert second in history.ids()  # it made the version that the dataset has now
    assert history.dangling() == []


def test_runs_that_are_not_settled_or_still_open_stay(history: History) -> None:
    history.run(600)
    still_open = history.run(500, is_open=True)
    pending, announced, plain = (history.run(400 - number) for number in range(3))
    with history.session() as session:
        for run_id, capture in ((pending, "pending"), (announced, "announced")):
            session.execute(update(RUN).where(RUN.c.id == run_id).values(capture=capture))
    history.run(300)
    history.run(0, "other")
    history.clean(runs=30)
    assert {still_open, pending, announced} <= set(history.ids())
    assert plain not in history.ids()


def test_age_counts_from_what_was_heard_last(history: History) -> None:
    history.run(600)
    late = history.run(500)
    history.run(400)
    history.run(0, "other")
    with history.session() as session:
        session.execute(update(RUN).where(RUN.c.id == late).values(recorded_at=TODAY - timedelta(days=3)))
    history.clean(runs=30)
    assert late in history.ids()


def test_the_newest_id_is_never_freed(history: History) -> None:
    history.run(100)
    history.run(50)
    last = history.run(900)
    assert history.clean(runs=30) == {}
    assert last in history.ids()


def test_a_run_with_very_much_goes_in_a_transaction_of_its_own(history: History) -> None:
    names = tuple(f"part-{number}" for number in range(700))
    history.run(700, outputs=names)
    wide = [history.run(600 - number, outputs=names) for number in range(2)]
    history.run(300, outputs=names)
    history.run(0, "other")
    assert history.clean(runs=30)["runs"] == 2
    assert not set(wide) & set(history.ids())
    assert history.dangling() == []


def test_runs_are_kept_for_ever_where_no_age_is_given(history: History) -> None:
    for number in range(5):
        history.run(900 - number)
    assert history.clean() == {}
    assert history.clean(runs=30, kinds=frozenset({Kind.FACETS})) == {}


def test_a_late_segment_of_a_cleaned_attempt_is_taken_as_a_run_of_its_own(history: History) -> None:
    history.run(700)
    at = NOW
    with history.session() as session:
        story = Story(session, run_id="again", at=at)
        ti_id = story.attempt()
        record = core(ti_id, outputs=[entry("t")])
        story.ingest(record, now=at)
        table = core_table(Run)
        session.execute(update(table).where(table.c.ti_id == ti_id).values(dag_run_id=None))
    for number in range(3):
        history.run(300 - number)
    assert history.clean(runs=30)["runs"] >= 1
    with history.session() as session:
        story.session = session
        story.ingest(record, now=TODAY)
    assert history.dangling() == []

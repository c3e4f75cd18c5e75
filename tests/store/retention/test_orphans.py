from __future__ import annotations

from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.tables import JobFacet, Run, RunFacet, core_table
from tests.store.retention.history import History

ORPHANS = frozenset({Kind.FACETS, Kind.COLUMNS})


def test_a_facet_goes_with_the_last_run_that_has_it(history: History) -> None:
    history.run(700, columns=("id",), facet={"only": "here"})
    for number in range(3):
        history.run(600 - number, facet={"shared": True})
    alone = history.run(500, facet={"only": "there"})
    history.run(1, facet={"shared": True})
    done = history.clean(runs=30)
    assert alone not in history.ids()
    assert done == {"runs": 4, "facets": 1}
    assert history.dangling() == []


def test_a_facet_that_a_job_has_too_stays(history: History) -> None:
    history.run(700)
    both = history.run(600, facet={"both": 1})
    history.run(1)
    with history.session() as session:
        (job_id,) = history.ids("lineage_job")
        link_facets(core_table(JobFacet), "job_id", job_id, {"note": {"both": 1}}, session=session)
    assert history.count(runs=30) == {"runs": 1}
    assert history.clean(runs=30) == {"runs": 1}
    assert both not in history.ids()


def test_what_was_replaced_goes_though_no_run_goes(history: History) -> None:
    run_id = history.run(1, facet={"a": 1})
    with history.session() as session:
        link_facets(core_table(RunFacet), "run_id", run_id, {"note": {"a": 2}}, session=session)
    assert history.count() == {"facets": 1}
    assert history.clean() == {"facets": 1}
    assert history.clean() == {}


def test_a_set_of_facets_goes_with_the_last_run_that_has_it(history: History) -> None:
    first = history.run(700)  # it stays, for it was the first with its columns
    for number in range(3):
        history.run(600 - number, facet={"old": True})
    newer = [history.run(days, facet={"new": True}) for days in (3, 2, 1)]
    assert history.size("lineage_facet_set") == 2
    assert history.count(runs=30) == {"runs": 3, "facets": 1}
    assert history.clean(runs=30) == {"runs": 3, "facets": 1}
    assert history.ids() == [first, *newer]
    assert history.size("lineage_facet_set") == history.size("lineage_facet_set_member") == 1
    assert history.dangling() == []


def test_a_set_that_no_run_has_keeps_no_facet(history: History) -> None:
    for days in (3, 2):
        history.run(days, facet={"a": 1})
    with history.session() as session:
        session.execute(core_table(Run).update().values(facet_set_id=None))
        session.execute(core_table(RunFacet).delete())
    assert history.count() == {"facets": 1}
    assert history.clean() == {"facets": 1}
    assert history.size("lineage_facet_set") == history.size("lineage_facet_set_member") == 0


def test_a_facet_in_a_set_and_in_a_link_stays_until_both_are_gone(history: History) -> None:
    history.run(700, facet={"b": 1})
    first = history.run(600, facet={"a": 1})
    history.run(500, facet={"a": 1})
    last = history.run(1, facet={"a": 1})
    assert history.clean(runs=30) == {"runs": 2}
    assert first not in history.ids()
    assert history.size("lineage_facet") == 2
    with history.session() as session:
        assert read_run_facets([last], session=session) == {last: {"note": {"a": 1}}}


def test_lists_of_columns_go_when_no_run_and_no_version_names_them(history: History) -> None:
    history.run(700, columns=("a",))
    history.run(650, columns=("a", "b"))
    history.run(1, columns=("a", "b"))
    assert history.clean(kinds=ORPHANS) == {}
    assert history.clean(runs=30, schemas=30)["columns"] == 1
    assert history.dangling() == []


def test_only_orphans_go_where_only_they_are_asked_for(history: History) -> None:
    for number in range(4):
        history.run(600 - number)
    assert history.clean(runs=30, kinds=ORPHANS) == {}
    assert len(history.ids()) == 4

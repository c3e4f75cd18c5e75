from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph import ColumnRoot, Key, UnknownNode
from airflow_lineage_provider.store.impact import IMPACT_COLUMNS, ImpactPage, read_impact
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from tests.airflow_rows import NOW
from tests.store.graph.asked import short
from tests.store.landscape import Landscape

HOUR = timedelta(hours=1)


@pytest.fixture
def land(db: Any) -> Landscape:
    return Landscape(db)


def run(land: Landscape, job: str, state: str = "success", at: Any = NOW, writes: str = "") -> int:
    inserted = land.session.execute(
        RUN.insert().values(
            job_id=land.job(job),
            ti_id=uuid4(),
            state=state,
            capture="recorded",
            started_at=at,
            ended_at=at + timedelta(minutes=1),
            recorded_at=at,
        )
    )
    run_id = int(inserted.inserted_primary_key[0])  # type: ignore[attr-defined]
    for name in writes.split():
        land.session.execute(
            RUN_IO.insert().values(
                run_id=run_id,
                dataset_id=land.dataset(name),
                direction="output",
                evidence=4,
                state="updated",
            )
        )
    return run_id


def ask(land: Landscape, name: str, direction: str = "downstream", **options: Any) -> ImpactPage:
    root = Key(True, land.job(name)) if "." in name else Key(False, land.dataset(name))
    return read_impact(root, direction, now=NOW, session=land.session, **options)  # type: ignore[arg-type]


def listed(page: ImpactPage) -> list[tuple[str, str]]:
    return [(item.degree, short(item.node.id)) for item in page.items]


def chain(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    land.flow("d.two", "b", "c")
    land.flow("e.three", "c", "x")
    land.flow("e.four", "x", "")


def test_the_list_goes_from_near_to_far(land: Landscape) -> None:
    chain(land)
    page = ask(land, "a")
    assert listed(page) == [
        ("1", "d.one"),
        ("1", "b"),
        ("2", "d.two"),
        ("2", "c"),
        ("3+", "e.three"),
        ("3+", "x"),
        ("3+", "e.four"),
    ]
    assert (page.total, page.truncated, page.next_key) == (7, False, None)


def test_each_has_a_shortest_way(land: Landscape) -> None:
    chain(land)
    land.flow("d.shortcut", "a", "c")
    item = next(item for item in ask(land, "a").items if short(item.node.id) == "x")
    assert [short(node) for node in item.path] == ["a", "d.shortcut", "c", "e.three", "x"]
    assert item.distance == 4


def test_a_way_goes_along_links_only(land: Landscape) -> None:
    job = land.flow("spark.copy", "a b", "x y", external=True)
    land.link(job, "a", "x")
    land.link(job, "b", "y")
    land.flow("d.detour", "a", "b")
    item = next(item for item in ask(land, "a").items if short(item.node.id) == "y")
    assert [short(node) for node in item.path] == ["a", "d.detour", "b", "spark.copy", "y"]


def test_a_job_as_root(land: Landscape) -> None:
    chain(land)
    assert listed(ask(land, "d.two"))[:3] == [("1", "c"), ("1", "e.three"), ("2", "x")]


def test_pages_are_the_whole_list_and_nothing_twice(land: Landscape) -> None:
    chain(land)
    whole = listed(ask(land, "a"))
    found, after = [], None
    for _ in range(10):
        page = ask(land, "a", limit=2, after=after)
        found += listed(page)
        after = page.next_key
        if after is None:
            break
    assert found == whole
    assert page.total == 7


def test_columns_have_their_own_list(land: Landscape) -> None:
    job = land.flow("d.one", "a", "b")
    land.column(job, "a.x", "b.y")
    land.column(job, "a.other", "b.z")
    run(land, "d.one", "failed")
    root = ColumnRoot(land.dataset("a"), "x")
    (item,) = read_impact(root, now=NOW, session=land.session).items
    assert (short(item.node.id), item.degree, item.status) == ("column:b:y", "1", "failed")
    assert item.dag_ids == ("d",)


def test_the_newest_run_and_the_dags_are_told(land: Landscape) -> None:
    chain(land)
    run(land, "d.one", "failed", NOW - 2 * HOUR)
    newest = run(land, "d.one", "success", NOW - HOUR)
    job, dataset, *_ = ask(land, "a").items
    assert job.last_run is not None
    assert (job.last_run.id, job.last_run.state, job.status, job.dag_ids) == (newest, "success", "ok", ("d",))
    assert dataset.last_run == job.last_run
    assert ask(land, "a").items[2].status == "unknown"


def test_upstream_names_failed_then_late_then_running_causes_first(land: Landscape) -> None:
    chain(land)
    land.flow("f.late", "l", "a", runs=25, first_seen=NOW - 50 * HOUR, last_seen=NOW - 26 * HOUR)
    land.flow("f.fine", "k", "a", runs=25, first_seen=NOW - 25 * HOUR, last_seen=NOW - HOUR)
    for job, state in (
        ("d.one", "failed"),
        ("d.two", "running"),
        ("f.late", "success"),
        ("f.fine", "success"),
        ("e.three", "success"),
    ):
        run(land, job, state, NOW - HOUR)
    page = ask(land, "x", "upstream")
    assert [(item.status, short(item.node.id)) for item in page.items if item.node.type == "job"] == [
        ("failed", "d.one"),
        ("late", "f.late"),
        ("running", "d.two"),
        ("ok", "e.three"),
        ("ok", "f.fine"),
    ]


def test_what_may_not_be_seen_has_no_details(land: Landscape) -> None:
    land.flow("d.one", "a", "b")
    land.flow("hr.two", "b", "c")
    run(land, "hr.two", "failed")
    page = ask(land, "a", access=Access(frozenset({"d"}), True))
    masked = page.items[-1]
    assert masked.node.is_masked
    assert (masked.owners, masked.last_run, masked.dag_ids, masked.status) == ((), None, (), "unknown")
    assert masked.path[-1] == masked.node.id
    with pytest.raises(UnknownNode):
        ask(land, "c", access=Access(frozenset({"d"}), True))


def test_a_row_has_a_cell_for_each_column(land: Landscape) -> None:
    chain(land)
    for item in ask(land, "a").items:
        assert len(item.to_row()) == len(IMPACT_COLUMNS)


def test_a_time_of_its_own(land: Landscape) -> None:
    chain(land)
    land.flow("d.young", "a", "", first_seen=NOW + HOUR)
    assert "d.young" in dict(map(reversed, listed(ask(land, "a"))))  # type: ignore[arg-type,call-overload]
    assert "d.young" not in dict(map(reversed, listed(ask(land, "a", as_of=NOW))))  # type: ignore[arg-type,call-overload]

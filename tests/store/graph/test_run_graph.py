from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.graph import (
    InvalidQuestion,
    RunRoot,
    UnknownNode,
    find_root,
    read_graph,
)
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from tests.airflow_rows import NOW
from tests.store.graph.asked import ask, short
from tests.store.landscape import Landscape


def at(minute: float) -> Any:
    return NOW + timedelta(minutes=minute)


def run(
    land: Landscape,
    job: str,
    start: float,
    end: float | None,
    reads: str = "",
    writes: str = "",
    *,
    state: str = "success",
) -> int:
    """Row id of a run between two minutes."""
    session = land.session
    inserted = session.execute(
        RUN.insert().values(
            job_id=land.job(job),
            ti_id=uuid4(),
            openlineage_run_id=uuid4(),
            state=state,
            capture="recorded",
            started_at=at(start),
            ended_at=at(end) if end is not None else None,
            recorded_at=NOW,
        )
    )
    run_id = int(inserted.inserted_primary_key[0])  # type: ignore[attr-defined]
    for direction, names, became in (
        ("input", reads, "read"),
        ("output", writes, "updated" if state == "success" else "attempted"),
    ):
        for name in names.split():
            session.execute(
                RUN_IO.insert().values(
                    run_id=run_id,
                    dataset_id=land.dataset(name),
                    direction=direction,
                    evidence=4,
                    state=became,
                )
            )
    return run_id


def walk(land: Landscape, run_id: int, direction: str = "both", **options: Any) -> set[str]:
    graph = read_graph(RunRoot(run_id), direction, granularity="run", session=land.session, **options)  # type: ignore[arg-type]
    return {f"{short(edge.source)} > {short(edge.target)}" for edge in graph.edges}


def test_a_run_read_what_the_newest_good_run_before_it_wrote(land: Landscape) -> None:
    run(land, "d.load", 0, 1, "", "a")
    newest = run(land, "d.load", 2, 3, "raw", "a")
    run(land, "d.load", 4, 5, "", "a", state="failed")
    reader = run(land, "d.report", 6, 7, "a", "b")
    run(land, "d.load", 8, 9, "", "a")
    assert walk(land, reader, "upstream") == {
        f"a#run:{newest} > run:{reader}",
        f"run:{newest} > a#run:{newest}",
        f"raw > run:{newest}",
    }


def test_downstream_are_the_runs_until_the_next_one_wrote(land: Landscape) -> None:
    run(land, "d.report", 0, 0.5, "a", "b")
    writer = run(land, "d.load", 1, 2, "", "a")
    first = run(land, "d.report", 3, 4, "a", "b")
    second = run(land, "d.look", 5, 6, "a")
    run(land, "d.load", 7, 8, "", "a")
    run(land, "d.report", 9, 10, "a", "b")
    assert walk(land, writer, "downstream") == {
        f"run:{writer} > a#run:{writer}",
        f"a#run:{writer} > run:{first}",
        f"a#run:{writer} > run:{second}",
        f"run:{first} > b#run:{first}",
    }


def test_both_ways_agree_on_who_read_what(land: Landscape) -> None:
    runs = [
        run(land, f"d.job{n % 3}", n, n + 2.5, "a" if n % 2 else "", "a" if n % 3 else "") for n in range(14)
    ]
    up = {edge for each in runs for edge in walk(land, each, "upstream", depth=1) if "#" in edge}
    down = {
        edge for each in runs for edge in walk(land, each, "downstream", depth=2) if edge.startswith("a#")
    }
    assert up
    assert up == down


def test_runs_that_were_recorded_in_another_order_are_ordered_by_time(land: Landscape) -> None:
    newest = run(land, "d.load", 4, 5, "", "a")
    run(land, "d.load", 0, 1, "", "a")
    reader = run(land, "d.report", 6, 7, "a", "")
    assert f"a#run:{newest} > run:{reader}" in walk(land, reader, "upstream")


def test_a_running_run_is_there_with_what_it_read(land: Landscape) -> None:
    writer = run(land, "d.load", 0, 1, "", "a")
    reader = run(land, "d.report", 2, None, "a", "", state="running")
    assert f"a#run:{writer} > run:{reader}" in walk(land, reader)


def test_a_run_is_found_by_its_ids(land: Landscape) -> None:
    run_id = run(land, "d.load", 0, 1, "", "a")
    row = land.session.execute(RUN.select().where(RUN.c.id == run_id)).one()
    for text in (str(run_id), str(row.ti_id), str(row.openlineage_run_id)):
        assert find_root(f"run:{text}", session=land.session) == RunRoot(run_id)
    with pytest.raises(UnknownNode):
        find_root(f"run:{uuid4()}", session=land.session)
    with pytest.raises(UnknownNode):
        find_root("run:" + "9" * 30, session=land.session)


def test_a_run_tells_how_it_went(land: Landscape) -> None:
    run_id = run(land, "d.load", 0, 1, "", "a")
    graph = ask(land, f"run:{run_id}", granularity="run")
    node = graph.nodes[f"run:{run_id}"].to_wire()
    assert (node["dag_id"], node["task_id"], node["run"]["state"]) == ("d", "load", "success")
    assert node["run"]["ended_at"] == at(1).isoformat()


def test_runs_of_other_dags_are_masked(land: Landscape) -> None:
    hidden = run(land, "hr.load", 0, 1, "", "a")
    reader = run(land, "shop.report", 2, 3, "a", "")
    land.edge(land.job("shop.report"), land.dataset("a"), "input")
    found = walk(land, reader, access=Access(frozenset({"shop"}), True))
    assert found == {f"a#masked:1 > run:{reader}", "masked:1 > a#masked:1"}
    with pytest.raises(UnknownNode):
        walk(land, hidden, access=Access(frozenset({"shop"}), True))


def test_only_runs_are_roots_of_it(land: Landscape) -> None:
    with pytest.raises(InvalidQuestion, match="starts at a run"):
        ask(land, "a", granularity="run")

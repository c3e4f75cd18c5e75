from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance import transitive
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.scope import (
    dag_scope,
    every_dataset,
    explicit_scope,
    with_upstream,
)
from airflow_lineage_provider.model.openlineage.event import JobRef
from tests.governance.facts_of.known import ASKED, Known
from tests.store.external.tellings import ds, event, take, told


@pytest.fixture
def known(db: Any) -> Known:
    return Known(db)


def job(known: Known, name: str, reads: str, writes: str, **fields: Any) -> None:
    inputs, outputs = [told(each) for each in reads], [told(each) for each in writes]
    take(known.session, event(run=name, job=JobRef("spark", name), inputs=inputs, outputs=outputs, **fields))


def reached(known: Known, name: str, depth: int) -> dict[str, int]:
    scope = explicit_scope([(ds(name), None)], session=known.session)
    found = with_upstream(scope, depth, session=known.session)
    assert [entry.degree for entry in found] == sorted(entry.degree for entry in found)
    return {entry.dataset.name: entry.degree for entry in found}


def test_what_writes_it_reads_is_two_steps_away(known: Known) -> None:
    job(known, "one", "a", "b")
    job(known, "two", "b", "c")
    job(known, "three", "c", "d")
    assert reached(known, "d", 1) == {"d": 1}
    assert reached(known, "d", 2) == {"d": 1, "c": 2}
    assert reached(known, "d", 9) == {"d": 1, "c": 2, "b": 3, "a": 4}
    scope = with_upstream(explicit_scope([(ds("d"), None)], session=known.session), 2, session=known.session)
    assert scope[1].known_by == ["read by three, which writes d"]


def test_circles_end(known: Known) -> None:
    job(known, "one", "a", "b")
    job(known, "two", "b", "a")
    assert reached(known, "a", 20) == {"a": 1, "b": 2}


def test_only_inputs_that_feed_the_output_are_followed(known: Known) -> None:
    take(
        known.session,
        event(
            job=JobRef("spark", "both"),
            inputs=[told("a"), told("b")],
            outputs=[told("x", sources=["a"]), told("y", sources=["b"])],
        ),
    )
    assert reached(known, "x", 3) == {"x": 1, "a": 2}


def test_a_walk_that_is_cut_off_says_so(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitive, "MOST_DATASETS", 2)
    job(known, "one", "abcd", "x")
    scope = with_upstream(explicit_scope([(ds("x"), None)], session=known.session), 3, session=known.session)
    assert [entry.degree for entry in scope] == [1, 2, 2]
    assert scope[2].known_by[-1] == "the walk upstream was cut off here, after 2 datasets"
    assert gather(scope, now=ASKED, session=known.session).is_cut
    monkeypatch.setattr(transitive, "MOST_DATASETS", 4)
    scope = with_upstream(explicit_scope([(ds("x"), None)], session=known.session), 3, session=known.session)
    assert not gather(scope, now=ASKED, session=known.session).is_cut


def test_facts_say_how_far_away_a_dataset_is(known: Known) -> None:
    job(known, "one", "a", "b")
    scope = with_upstream(explicit_scope([(ds("b"), None)], session=known.session), 2, session=known.session)
    facts = gather(scope, now=ASKED, session=known.session)
    assert [(each.dataset.name, each.degree) for each in facts.datasets] == [("b", 1), ("a", 2)]


def test_a_dag_needs_no_run_to_have_a_scope(world: Any) -> None:
    world.dag("d", "read >> write")
    world.inlet(world.asset("s3://lake/in"), "d", "read")
    world.schedule(world.asset("s3://lake/trigger"), "d")
    world.outlet(world.asset("s3://lake/own"), "d", "write")
    world.inlet(world.asset("s3://lake/own", "own again"), "d", "read")
    found = {entry.dataset.name: entry.known_by for entry in dag_scope("d", session=world.session)}
    assert found == {"in": ["declared inlet of d.read"], "trigger": ["schedules d"]}


def test_a_dags_scope_reaches_up(world: Any) -> None:
    world.dag("d", "read")
    world.dag("up", "load")
    run = world.run("d")
    world.record("d", "read", reads=(ds("b"),), dag_run_id=run)
    world.record("up", "load", reads=(ds("a"),), writes=(ds("b"),), dag_run_id=world.run("up"))
    found = {entry.dataset.name: entry.degree for entry in dag_scope("d", depth=2, session=world.session)}
    assert found == {"b": 1, "a": 2}


def test_what_nobody_serialized_has_no_scope(world: Any) -> None:
    assert dag_scope("never", session=world.session) == []


def test_every_dataset_is_what_dags_touch_and_contracts_speak_for(world: Any) -> None:
    world.dag("d", "read >> validate")
    world.dag("gone", "read")
    world.record("d", "read", reads=(ds("read"),), writes=(ds("written"),))
    world.record("gone", "read", reads=(ds("of a stale DAG"),))
    world.record("d", "validate", reads=(ds("only judged"),))
    world.ask("d", datasets=[{"namespace": "s3://lake", "name": "only judged"}])
    world.contract(ds("promised"))
    world.outlet(world.asset("s3://lake/declared"), "d", "read")
    take(world.session, event(outputs=[told("of others")]))
    from airflow.models.dag import DagModel

    world.session.get(DagModel, "d").is_stale = False
    world.session.flush()
    found = {entry.dataset.name: entry.known_by for entry in every_dataset(session=world.session)}
    assert found == {
        "read": ["read by d.read"],
        "written": ["written by d.read"],
        "promised": ["contract orders 1.2.0 is bound to it"],
        "declared": ["declared outlet of d.read"],
    }


EDGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10)


@given(EDGES, st.integers(1, 4))
def test_distances_are_those_of_a_search_in_width(edges: list[tuple[int, int]], depth: int) -> None:
    """Pure: the walk over edges as a stub hands them out."""
    from airflow_lineage_provider.store import upstream_datasets

    class Rows:
        is_cut = False

        def __init__(self, *_: Any) -> None: ...

        def of_datasets(self, ids: Any, *_: Any) -> Any:
            return [(number, target) for number, (_, target) in enumerate(edges) if target in ids]

        def of_jobs(self, ids: Any, *_: Any) -> Any:
            return [(number, source) for number, (source, _) in enumerate(edges) if number in ids]

        def links(self, _: Any) -> dict[int, Any]:
            return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upstream_datasets, "EdgeRows", Rows)
        found = upstream_datasets.read_upstream_datasets([0], depth, most=100, session=None)  # type: ignore[arg-type]
    distances = {0: 0}
    for step in range(1, depth + 1):
        for source, target in edges:
            if distances.get(target) == step - 1:
                distances.setdefault(source, step)
    assert {row: reached.steps for row, reached in found.found.items()} == {
        row: steps for row, steps in distances.items() if row
    }

"""The walk against one that is made of plain sets."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import insert

from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.graph import Key, read_graph
from tests.airflow_rows import NOW
from tests.store.graph.asked import arrows, names
from tests.store.landscape import LINK, Landscape

JOBS = ("one.a", "one.b", "two.a", "ext.x", "ext.y")
DATASETS = ("p", "q", "r", "s", "t")
COLLAPSED = {"one.a": "dag:one", "one.b": "dag:one", "two.a": "dag:two"}


class Seen(NamedTuple):
    """An edge or link with its time, in days."""

    ends: tuple[str, ...]
    first: int
    last: int


class Window(NamedTuple):
    as_of: int | None
    since: int | None

    def has(self, seen: Seen) -> bool:
        return (self.as_of is None or seen.first <= self.as_of) and (
            self.since is None or seen.last >= self.since
        )


def seen(ends: Any) -> Any:
    days = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
    return st.lists(
        st.builds(lambda key, span: Seen(key, span[0], span[1]), ends, days),
        unique_by=lambda each: each.ends,
        max_size=14,
    )


EDGES = seen(
    st.tuples(st.sampled_from(JOBS), st.sampled_from(DATASETS), st.sampled_from(["input", "output"]))
)
LINKS = seen(
    st.tuples(st.sampled_from(JOBS[3:]), st.sampled_from(DATASETS), st.sampled_from(DATASETS))
)  # (job, input, output)
DAYS = st.none() | st.integers(0, 4)
DIRECTIONS = st.sampled_from(["upstream", "downstream", "both"])
GRANULARITIES = st.sampled_from(["task", "dag", "table"])


def may_pass(links: set[tuple[str, ...]], job: str, source: str, target: str) -> bool:
    told = {link for link in links if link[0] == job and link[2] == target}
    return not told or (job, source, target) in told


def steps(
    edges: set[tuple[str, ...]], links: set[tuple[str, ...]], granularity: str, downstream: bool
) -> Any:
    """State to what is reached from it: (source, target, state). Jobs remember where they were reached from."""

    def table(state: Any) -> set[Any]:
        found = set()
        for job, source, side in edges:
            for other_job, target, other_side in edges:
                if job == other_job and (side, other_side) == ("input", "output"):
                    near, far = (source, target) if downstream else (target, source)
                    if near == state and may_pass(links, job, source, target):
                        found.add((source, target, far))
        return found

    def name(job: str) -> str:
        return COLLAPSED.get(job, job) if granularity == "dag" else job

    def walk(state: Any) -> set[Any]:
        found = set()
        for job, dataset, side in edges:
            source, target = (dataset, name(job)) if side == "input" else (name(job), dataset)
            if state == dataset and (side == "input") == downstream:
                found.add((source, target, (name(job), dataset)))
            elif isinstance(state, tuple) and state[0] == name(job) and (side == "output") == downstream:
                origin = state[1]
                ways = (origin, dataset) if downstream else (dataset, origin)
                if origin is None or may_pass(links, job, *ways):
                    found.add((source, target, dataset))
        return found

    return table if granularity == "table" else walk


def reference(
    edges: set[tuple[str, ...]],
    links: set[tuple[str, ...]],
    root: str,
    direction: str,
    depth: int,
    granularity: str,
) -> tuple[set[str], set[str]]:
    nodes = {COLLAPSED.get(root, root) if granularity == "dag" else root}
    found = set()
    for downstream in {"upstream": [False], "downstream": [True], "both": [False, True]}[direction]:
        step = steps(edges, links, granularity, downstream)
        states: set[Any] = {root if root in DATASETS else (next(iter(nodes)), None)}
        if root not in DATASETS:
            states = {(COLLAPSED.get(root, root) if granularity == "dag" else root, None)}
        for _ in range(depth):
            reached = {each for state in states for each in step(state)}
            for source, target, _ in reached:
                found.add(f"{source} > {target}")
                nodes |= {source, target}
            states = {state for _, _, state in reached}
    return nodes, found


@pytest.fixture
def peopled(land: Landscape) -> Landscape:
    for job in JOBS:
        land.job(job, external=job.startswith("ext"))
    for dataset in DATASETS:
        land.dataset(dataset)
    return land


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edges=EDGES,
    links=LINKS,
    root=st.sampled_from(DATASETS + JOBS),
    direction=DIRECTIONS,
    depth=st.integers(0, 7),
    granularity=GRANULARITIES,
    window=st.builds(Window, DAYS, DAYS),
)
def test_the_walk_finds_what_plain_sets_find(
    peopled: Landscape,
    edges: list[Seen],
    links: list[Seen],
    root: str,
    direction: Any,
    depth: int,
    granularity: Any,
    window: Window,
) -> None:
    if granularity == "table" and root in JOBS:
        root = DATASETS[JOBS.index(root)]
    ids = {name: peopled.job(name) for name in JOBS} | {name: peopled.dataset(name) for name in DATASETS}
    with peopled.session.begin_nested() as savepoint:
        if edges:
            peopled.session.execute(
                insert(EDGE),
                [
                    {
                        "job_id": ids[each.ends[0]],
                        "dataset_id": ids[each.ends[1]],
                        "direction": each.ends[2],
                        "evidence": 4,
                        "runs": 1,
                        "last_run_id": 1,
                        **times(each),
                    }
                    for each in edges
                ],
            )
        if links:
            peopled.session.execute(
                insert(LINK),
                [
                    {
                        "job_id": ids[each.ends[0]],
                        "input_dataset_id": ids[each.ends[1]],
                        "output_dataset_id": ids[each.ends[2]],
                        **times(each),
                    }
                    for each in links
                ],
            )
        graph = read_graph(
            Key(root in JOBS, ids[root]),
            direction,
            depth,
            granularity=granularity,
            as_of=moment(window.as_of),
            since=moment(window.since),
            session=peopled.session,
        )
        savepoint.rollback()
    expected = reference(
        {each.ends for each in edges if window.has(each)},
        # A word stays as long as the edges it is about.
        {each.ends for each in links if window._replace(since=None).has(each)},
        root,
        direction,
        depth,
        granularity,
    )
    assert (names(graph), arrows(graph)) == expected
    if direction != "both":
        assert graph.routes is not None
        routes = graph.routes.of(downstream=direction == "downstream")
        assert routes.keys() == graph.nodes.keys()
        for node_id, path in routes.items():
            assert (path[0], path[-1]) == (graph.root, node_id)
            ways = [(edge.source, edge.target) for edge in graph.edges]
            for near, far in pairwise(path):
                assert ((near, far) if direction == "downstream" else (far, near)) in ways


def times(each: Seen) -> dict[str, Any]:
    return {"first_seen": moment(each.first), "last_seen": moment(each.last)}


def moment(day: int | None) -> Any:
    return None if day is None else NOW + timedelta(days=day)

"""Runs: which run made what another one read.

A dataset is another node for each run that wrote it, so that no way leads from a run to what was read before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.graph.edge_rows import EdgeRows, Links, may_pass
from airflow_lineage_provider.store.graph.walk import Reached
from airflow_lineage_provider.store.graph.window import Window
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.run_io import RUN_IO

CANDIDATES = 50
"""Writers that are compared by time: runs arrive nearly in the order in which they ended, not quite."""
LATE_BY = 10_000
"""A run that was told of so many runs too early is not looked for."""


class RunKey(NamedTuple):
    """A run."""

    id: int


class VersionKey(NamedTuple):
    """A dataset as a run left it; ``writer`` is ``None`` where nobody is known to have written it before."""

    dataset_id: int
    writer: int | None


class LinkedRun(NamedTuple):
    """A run of a job that said which output comes from which input, and the dataset it was reached from."""

    run: RunKey
    dataset_id: int


class Times(NamedTuple):
    """When a run went, and whether it ended well."""

    job_id: int
    started_at: datetime | None
    ended_at: datetime | None
    is_good: bool


class RunExpand:
    """Neighbours of runs and of versions of datasets; an edge's row is that of what the run read or wrote."""

    def __init__(self, window: Window, session: Session) -> None:
        self._window = window
        self._session = session
        self._times: dict[int, Times] = {}
        self._rows = EdgeRows(window, session)
        self._links: Links = {}
        """Of the jobs of all runs whose times were read."""

    def __call__(self, frontier: Sequence[Any], downstream: bool, limit: int) -> Iterator[Reached]:
        """States are nodes, or a linked run; the limit is the caller's to keep, for a run touches few datasets."""
        states = [state for state in frontier if isinstance(state, RunKey | LinkedRun)]
        runs = list(dict.fromkeys(_run_of(state).id for state in states))
        self._read_times({*runs, *(s.writer for s in frontier if isinstance(s, VersionKey) and s.writer)})
        io = self._io(runs, Direction.OUTPUT if downstream else Direction.INPUT)
        for state in states:
            run = _run_of(state)
            for row in io.get(run.id, ()):
                if isinstance(state, LinkedRun) and not self._may_pass(state, row.dataset_id, downstream):
                    continue
                key = VersionKey(
                    row.dataset_id, run.id if downstream else self._writer_before(row.dataset_id, run.id)
                )
                yield (run, key, 0, row, state, key) if downstream else (key, run, 0, row, state, key)
        for version in (state for state in frontier if isinstance(state, VersionKey)):
            if version.writer is None:
                continue
            neighbours = (
                self._readers(version.dataset_id, version.writer, limit)
                if downstream
                else self._written(version)
            )
            self._read_times({row.run_id for row in neighbours})
            for row in neighbours:
                run = RunKey(row.run_id)
                is_linked = self._times[run.id].job_id in self._links
                to = LinkedRun(run, version.dataset_id) if is_linked else run
                yield (
                    (version, run, 0, row, version, to) if downstream else (run, version, 0, row, version, to)
                )

    def _may_pass(self, state: LinkedRun, dataset_id: int, downstream: bool) -> bool:
        source, target = (state.dataset_id, dataset_id) if downstream else (dataset_id, state.dataset_id)
        return may_pass(self._links, self._times[state.run.id].job_id, source=source, target=target)

    def _written(self, version: VersionKey) -> list[Any]:
        return self._session.execute(
            select(RUN_IO).where(
                RUN_IO.c.run_id == version.writer,
                RUN_IO.c.dataset_id == version.dataset_id,
                RUN_IO.c.direction == Direction.OUTPUT.value,
            )
        ).all()  # type: ignore[return-value]

    def _writer_before(self, dataset_id: int, run_id: int) -> int | None:
        """The newest run that had written the dataset, and ended well, when the run started."""
        started = self._times[run_id].started_at
        if started is None:
            return None
        query = (
            self._writers(dataset_id)
            .where(RUN.c.ended_at <= started, RUN.c.id != run_id)
            .order_by(RUN_IO.c.run_id.desc())
            .limit(CANDIDATES)
        )
        found = self._session.execute(query).all()
        return max(found, key=lambda row: (row.ended_at, row.id)).id if found else None

    def _readers(self, dataset_id: int, writer: int, limit: int) -> list[Any]:
        """Runs that started after the writer ended and before the next one had written."""
        times = self._times[writer]
        if times.ended_at is None or not times.is_good:
            return []
        after = self._session.execute(
            self._writers(dataset_id)
            .where(
                RUN.c.ended_at >= times.ended_at,
                RUN.c.id != writer,
                RUN_IO.c.run_id > writer - LATE_BY,
            )
            .order_by(RUN_IO.c.run_id)
            .limit(CANDIDATES)
        ).all()
        own = (times.ended_at, writer)
        following = min((row for row in after if (row.ended_at, row.id) > own), default=None)
        query = (
            select(*RUN_IO.c)
            .join(RUN, RUN.c.id == RUN_IO.c.run_id)
            .where(
                RUN_IO.c.dataset_id == dataset_id,
                RUN_IO.c.direction == Direction.INPUT.value,
                RUN.c.started_at >= times.ended_at,
                RUN.c.id != writer,
                RUN_IO.c.run_id > writer - LATE_BY,
                *self._in_window(),
            )
            .order_by(RUN_IO.c.run_id)
            .limit(limit)
        )
        if following is not None:
            query = query.where((RUN.c.started_at < following.ended_at) | (RUN.c.id == following.id))
        return list(self._session.execute(query).all())

    def _writers(self, dataset_id: int) -> Select[Any]:
        return (
            select(RUN.c.ended_at, RUN.c.id)
            .join(RUN_IO, RUN_IO.c.run_id == RUN.c.id)
            .where(
                RUN_IO.c.dataset_id == dataset_id,
                RUN_IO.c.direction == Direction.OUTPUT.value,
                RUN_IO.c.state == IoState.UPDATED.value,
                RUN.c.state == "success",
                *self._in_window(),
            )
        )

    def _in_window(self) -> list[Any]:
        found = []
        if self._window.as_of is not None:
            found.append(RUN.c.started_at <= self._window.as_of)
        if self._window.since is not None:
            found.append(RUN.c.ended_at.is_(None) | (RUN.c.ended_at >= self._window.since))
        return found

    def _read_times(self, run_ids: set[int]) -> None:
        for part in chunks(sorted(run_ids - self._times.keys())):
            query = select(RUN.c.id, RUN.c.job_id, RUN.c.started_at, RUN.c.ended_at, RUN.c.state)
            rows = self._session.execute(query.where(in_ids(RUN.c.id)), {"ids": part}).all()
            for run_id, job_id, started_at, ended_at, state in rows:
                self._times[run_id] = Times(job_id, started_at, ended_at, state == "success")
            self._links |= self._rows.links({row.job_id for row in rows})

    def _io(self, run_ids: Sequence[int], direction: Direction) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for part in chunks(run_ids):
            query = (
                select(RUN_IO)
                .where(in_ids(RUN_IO.c.run_id), RUN_IO.c.direction == direction.value)
                .order_by(RUN_IO.c.run_id, RUN_IO.c.dataset_id)
            )
            for row in self._session.execute(query, {"ids": part}):
                found.setdefault(row.run_id, []).append(row)
        return found


def _run_of(state: RunKey | LinkedRun) -> RunKey:
    return state.run if isinstance(state, LinkedRun) else state

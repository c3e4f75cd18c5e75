"""Rows of edges on one side of a frontier, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.graph.moment import PlainMoment
from airflow_lineage_provider.store.graph.plain_rows import plain_rows
from airflow_lineage_provider.store.graph.window import Window, in_window
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.tables import Link
from airflow_lineage_provider.store.tables.base import core_table

LINK = core_table(Link)
_DAGS = 800
"""DAG ids per statement: they are bound, and old SQLites take 999 parameters."""
_PLAIN = PlainMoment()

EDGE_COLUMNS = (
    EDGE.c.job_id,
    EDGE.c.dataset_id,
    EDGE.c.evidence,
    type_coerce(EDGE.c.first_seen, _PLAIN).label("first_seen"),
    type_coerce(EDGE.c.last_seen, _PLAIN).label("last_seen"),
    EDGE.c.runs,
    EDGE.c.last_run_id,
)
JOB_ID, DATASET_ID, EVIDENCE, FIRST_SEEN, LAST_SEEN, RUNS, LAST_RUN_ID = range(7)
"""Places in a row. The moments are as the driver gives them: see ``read_moment``."""
DAG_NAMESPACE, DAG_ID = 7, 8
"""Places of the job's columns in rows that have them."""

Links = dict[int, dict[int, frozenset[int]]]
"""Job to output to the inputs it comes from; outputs that nobody said anything of are not in there."""


class _Statements(NamedTuple):
    """What is asked for edges; all take the ids, those of edges a direction and how many rows at most as well."""

    of_jobs: Any
    of_datasets: Any
    of_dags: Any
    links: Any
    first_link: Any


@cache
def _statements(limits: tuple[str, ...], with_dags: bool) -> _Statements:
    """Making them takes longer than a small answer."""
    columns: tuple[Any, ...] = EDGE_COLUMNS
    if with_dags:
        columns = (*columns, JOB.c.namespace, JOB.c.dag_id)
    most: BindParameter[int] = bindparam("most")
    query = select(*columns).order_by(EDGE.c.job_id, EDGE.c.dataset_id).limit(most)
    query = query.where(*in_window(EDGE, limits), EDGE.c.direction == bindparam("direction"))
    if with_dags:
        query = query.join(JOB, JOB.c.id == EDGE.c.job_id)
    # Not what was said long ago: as long as the edges stay, so does the word on how they belong together.
    links = select(LINK.c.job_id, LINK.c.output_dataset_id, LINK.c.input_dataset_id).where(
        *in_window(LINK, [limit for limit in limits if limit == "as_of"])
    )
    return _Statements(
        query.where(in_ids(EDGE.c.job_id)),
        query.where(in_ids(EDGE.c.dataset_id)),
        query.where(JOB.c.dag_id.in_(bindparam("ids", expanding=True))),
        links.where(in_ids(LINK.c.job_id)),
        links.limit(1),
    )


class EdgeRows:
    """Reads edges of one window of time."""

    def __init__(self, window: Window, session: Session, *, with_dags: bool = False) -> None:
        """:param with_dags: rows end with the job's namespace and DAG."""
        self._session = session
        self._ask = _statements(tuple(window.values), with_dags)
        self._window = window.values
        self._links_window = Window(as_of=window.as_of).values
        self.is_cut = False
        """A statement had more rows than were asked for."""
        # Most deployments have none: one look saves one at every level.
        self._has_links = session.execute(self._ask.first_link, self._links_window).first() is not None

    def of_jobs(self, ids: Sequence[int], direction: Direction, limit: int) -> list[Sequence[Any]]:
        return self._rows(self._ask.of_jobs, ids, direction, limit)

    def of_datasets(self, ids: Sequence[int], direction: Direction, limit: int) -> list[Sequence[Any]]:
        return self._rows(self._ask.of_datasets, ids, direction, limit)

    def of_dags(self, dag_ids: Sequence[str], direction: Direction, limit: int) -> list[Sequence[Any]]:
        """Edges of the tasks of DAGs, in whatever namespace; rows end with namespace and DAG."""
        return [
            row
            for part in parts(dag_ids, _DAGS)
            for row in self._rows(self._ask.of_dags, part, direction, limit)
        ]

    def links(self, job_ids: Collection[int]) -> Links:
        """What producers said of the jobs; jobs without a word are not in there."""
        found: dict[int, dict[int, set[int]]] = {}
        if self._has_links:
            for part in chunks(sorted(job_ids)):
                for job, output, source in self._session.execute(
                    self._ask.links, {**self._links_window, "ids": part}
                ):
                    found.setdefault(job, {}).setdefault(output, set()).add(source)
        return {
            job: {output: frozenset(sources) for output, sources in outputs.items()}
            for job, outputs in found.items()
        }

    def _rows(self, query: Any, ids: Sequence[Any], direction: Direction, limit: int) -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = []
        for part in chunks(ids):
            asked = {"ids": part, "direction": direction.value, "most": limit - len(found), **self._window}
            found += plain_rows(query, asked, session=self._session)
            if len(found) >= limit:
                self.is_cut = True
                break
        return found


def may_pass(links: Links, job: int, *, source: int, target: int) -> bool:
    """Whether data of an input may reach an output of a job."""
    sources = links.get(job, {}).get(target)
    return sources is None or source in sources

"""Datasets, jobs, DAGs and columns by a part of their name: what is called exactly so comes first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.node_id import NodeId
from airflow_lineage_provider.store.column_search import column_hits
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.identity import canonical_namespace
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.text_match import (
    EXACT,
    NAME,
    NAMESPACE,
    PREFIX,
    contains,
    equals,
    starts_with,
)
from airflow_lineage_provider.store.visibility import visible_datasets, visible_jobs

MOST_EXAMINED = 500_000
"""Rows of a table that are looked at, the newest ones: a part of a name has no index."""
ROUNDS = (1_000, 4_000, 15_000)
"""Hits that are fetched in turn for one page of a reader who may not see all: each looks at all names."""


class HitType(StrEnum):
    """What was found, in the order of equal ranks."""

    DATASET = "dataset"
    JOB = "job"
    DAG = "dag"
    COLUMN = "column"


Place = tuple[int, int, int]
"""Rank, number of the type, row id: where a hit stands in the whole answer."""
TYPES = tuple(HitType)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    place: Place
    type: HitType
    namespace: str | None
    name: str
    """Of a column: the name of its dataset."""
    columns: tuple[str, ...] = ()
    """Of a column: its name, and those of its dataset that match as well."""
    dag_id: str | None = None
    task_id: str | None = None

    @property
    def node_id(self) -> str | None:
        """Node of the graph that it is, or is part of."""
        if self.namespace is None:
            return None
        if self.type is HitType.DAG:
            return f"dag:{self.namespace}:{self.name}"
        return str(NodeId("job" if self.type is HitType.JOB else "dataset", self.namespace, self.name))


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits."""

    hits: tuple[Hit, ...]
    next_place: Place | None
    """The page after this one starts behind this place; ``None``: there is none.

    For a reader who may not see all it is always the place of a hit of theirs, and where too much was looked at in
    vain there is none: that there is more, which they may not see, is not for them to know.
    """
    is_truncated: bool
    """The store is larger than what one search looks through: the oldest names were left out."""


def search(
    text: str,
    access: Access,
    *,
    types: Collection[HitType] = TYPES,
    namespace: str | None = None,
    after: Place | None = None,
    limit: int,
    session: Session,
) -> SearchPage:
    """Find names that contain ``text`` in whatever letters.

    :param namespace: only what is in there.
    :param after: place of the last hit of the page before.
    """
    if not text:
        return SearchPage((), None, False)
    floors = {
        type_: _floor(JOB if type_ in (HitType.JOB, HitType.DAG) else DATASET, session=session)
        for type_ in types
    }
    found: list[Hit] = []
    sees_all = access.is_unrestricted and access.has_sensitive
    for size in (limit + 1, limit + 1) if sees_all else (max(limit + 1, size) for size in ROUNDS):
        batch: list[Hit] = []
        for number, type_ in enumerate(TYPES):
            if type_ in types:
                rest = _Rest(text, namespace, number, after, floors[type_], size)
                batch += _FINDERS[type_](rest, access, session)
        batch.sort(key=lambda hit: hit.place)
        has_more = len(batch) >= size
        batch = batch[:size]
        found += _seen(batch, access, session=session)
        after = batch[-1].place if batch else after
        if not has_more or len(found) > limit:
            break
    next_place = after if sees_all and has_more else None
    if len(found) > limit:
        next_place = found[limit - 1].place
    return SearchPage(tuple(found[:limit]), next_place, any(floors.values()))


def _rank(name: Any, namespace: Any, text: str) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """(rank, whether it matches at all)."""
    matches = contains(name, text)
    rank: Any = case(
        (equals(name, text), EXACT), (starts_with(name, text), PREFIX), (matches, NAME), else_=NAMESPACE
    )
    return rank, matches if namespace is None else or_(matches, contains(namespace, text))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is still to be found of one type."""

    text: str
    namespace: str | None
    number: int
    after: Place | None
    floor: int
    size: int

    def is_behind(self, rank: ColumnElement[Any], row_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a row stands behind the last page."""
        if self.after is None:
            return true()
        last_rank, last_number, last_id = self.after
        if self.number < last_number:
            return rank > last_rank
        if self.number > last_number:
            return rank >= last_rank
        return or_(rank > last_rank, and_(rank == last_rank, row_id > last_id))


def _datasets(rest: _Rest, access: Access, session: Session) -> Iterable[Hit]:
    rank, matches = _rank(DATASET.c.name, DATASET.c.namespace, rest.text)
    query = (
        select(DATASET.c.id, DATASET.c.namespace, DATASET.c.name, rank.label("rank"))
        .where(DATASET.c.id >= rest.floor, matches, rest.is_behind(rank, DATASET.c.id))
        .order_by(rank, DATASET.c.id)
        .limit(rest.size)
    )
    if rest.namespace is not None:
        query = query.where(DATASET.c.namespace.in_({rest.namespace, canonical_namespace(rest.namespace)}))
    for row in session.execute(query):
        yield Hit((row.rank, rest.number, row.id), HitType.DATASET, row.namespace, row.name)


def _jobs(rest: _Rest, access: Access, session: Session) -> Iterable[Hit]:
    rank, matches = _rank(JOB.c.name, JOB.c.namespace, rest.text)
    query = (
        select(JOB.c.id, JOB.c.namespace, JOB.c.name, JOB.c.dag_id, JOB.c.task_id, rank.label("rank"))
        .where(JOB.c.id >= rest.floor, matches, rest.is_behind(rank, JOB.c.id))
        .order_by(rank, JOB.c.id)
        .limit(rest.size)
    )
    if rest.namespace is not None:
        query = query.where(JOB.c.namespace == rest.namespace)
    for row in session.execute(query):
        place = (row.rank, rest.number, row.id)
        yield Hit(place, HitType.JOB, row.namespace, row.name, dag_id=row.dag_id, task_id=row.task_id)


def _dags(rest: _Rest, access: Access, session: Session) -> Iterable[Hit]:
    rank, matches = _rank(JOB.c.dag_id, None, rest.text)
    first = func.min(JOB.c.id)
    query = (
        select(first.label("id"), JOB.c.dag_id, func.min(JOB.c.namespace).label("namespace"))
        .add_columns(func.min(rank).label("rank"))
        .where(JOB.c.id >= rest.floor, JOB.c.dag_id.is_not(None), matches)
        .group_by(JOB.c.dag_id)
        .having(rest.is_behind(func.min(rank), first))
        .order_by(func.min(rank), first)
        .limit(rest.size)
    )
    if rest.namespace is not None:
        query = query.where(JOB.c.namespace == rest.namespace)
    for row in session.execute(query):
        place = (row.rank, rest.number, row.id)
        yield Hit(place, HitType.DAG, row.namespace, row.dag_id, dag_id=row.dag_id)


def _columns(rest: _Rest, access: Access, session: Session) -> Iterable[Hit]:
    namespaces = None if rest.namespace is None else {rest.namespace, canonical_namespace(rest.namespace)}
    for hit in column_hits(
        rest.text, rest.is_behind, namespaces, access, floor=rest.floor, size=rest.size, session=session
    ):
        place = (hit.rank, rest.number, hit.dataset_id)
        yield Hit(place, HitType.COLUMN, hit.namespace, hit.name, columns=hit.columns)


_FINDERS: dict[HitType, Callable[[_Rest, Access, Session], Iterable[Hit]]] = {
    HitType.DATASET: _datasets,
    HitType.JOB: _jobs,
    HitType.DAG: _dags,
    HitType.COLUMN: _columns,
}


def _seen(hits: Sequence[Hit], access: Access, *, session: Session) -> list[Hit]:
    """Hits that the reader may see; a column hit without columns was one whose columns are masked."""
    of_type = {type_: {hit.place[2] for hit in hits if hit.type is type_} for type_ in TYPES}
    datasets = visible_datasets(of_type[HitType.DATASET] | of_type[HitType.COLUMN], access, session=session)
    jobs = visible_jobs(of_type[HitType.JOB], access, session=session)
    found = []
    for hit in hits:
        if hit.type is HitType.DAG:
            is_seen = access.may_read(hit.dag_id)
        elif hit.type is HitType.JOB:
            is_seen = hit.place[2] in jobs
        else:
            is_seen = hit.place[2] in datasets and (hit.type is HitType.DATASET or bool(hit.columns))
        if is_seen:
            found.append(hit)
    return found


def _floor(table: Any, *, session: Session) -> int:
    """Lowest row id that is looked at; 0 where all are."""
    newest = session.scalar(select(func.max(table.c.id))) or 0
    return max(newest - MOST_EXAMINED + 1, 0)

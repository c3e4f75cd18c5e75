"""Two rows that turned out to be one dataset: what hangs on one of them moves to the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import IoState
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET
from airflow_lineage_provider.store.edges import COLUMN_EDGE, EDGE, LINK, merge_links
from airflow_lineage_provider.store.external.merge_columns import move_column_edges
from airflow_lineage_provider.store.external.merge_history import DATASET_FACET, move_facets, move_history
from airflow_lineage_provider.store.partitions import merged_partitions, read_partitions
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import HISTORY
from airflow_lineage_provider.store.tables import Run
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_or_update, larger, smaller, some

RUN = core_table(Run)
_HANGING = (
    EDGE.c.dataset_id,
    RUN_IO.c.dataset_id,
    LINK.c.output_dataset_id,
    LINK.c.input_dataset_id,
    COLUMN_EDGE.c.output_dataset_id,
    COLUMN_EDGE.c.input_dataset_id,
    HISTORY.c.dataset_id,
    DATASET_FACET.c.dataset_id,
    ALIAS.c.dataset_id,
)
_BARE = select(DATASET.c.id, DATASET.c.first_seen).where(
    DATASET.c.id.in_(some()),
    *(~exists().where(column == DATASET.c.id) for column in _HANGING),
)
"""Datasets on which nothing hangs. Contracts are bound to names."""


def merge_datasets(losers: Sequence[int], survivor: int, *, session: Session) -> None:
    """Move everything of some datasets to another one and remove them; their names are the caller's."""
    if not losers:
        return
    # Against everybody: who has a row of theirs under way ends first, and nobody begins another.
    query = select(DATASET.c.id).where(DATASET.c.id.in_(losers)).order_by(DATASET.c.id)
    session.execute(query.with_for_update()).all()
    bare = _remove_bare(losers, survivor, session=session)
    for loser in losers:
        if loser in bare:
            continue
        _move_edges(loser, survivor, session=session)
        _move_run_io(loser, survivor, session=session)
        _move_links(loser, survivor, session=session)
        move_column_edges(loser, survivor, session=session)
        move_history(loser, survivor, session=session)
        move_facets(loser, survivor, session=session)
        session.execute(ALIAS.update().where(ALIAS.c.dataset_id == loser).values(dataset_id=survivor))
        _move_name(loser, survivor, session=session)


def rename_dataset(row_id: int, dataset: DatasetId, *, session: Session) -> None:
    """Store a dataset under another name; contracts stay bound to the name they were bound to."""
    names = {"digest": dataset.digest, "namespace": dataset.namespace, "name": dataset.name}
    session.execute(DATASET.update().where(DATASET.c.id == row_id).values(**names))


def _remove_bare(losers: Sequence[int], survivor: int, *, session: Session) -> set[int]:
    """Remove those on which nothing hangs, in a few statements: names that nobody had seen before are many."""
    bare: dict[int, datetime] = {}
    for part in parts(losers, CHUNK):
        rows = session.execute(_BARE, {"some": part})
        found = {row.id: row.first_seen for row in rows}
        session.execute(DATASET.delete().where(DATASET.c.id.in_(list(found))))
        bare |= found
    if bare:
        first = min(bare.values())
        later = and_(DATASET.c.id == survivor, DATASET.c.first_seen > first)
        session.execute(DATASET.update().where(later).values(first_seen=first))
    return set(bare)


def _move_name(loser: int, survivor: int, *, session: Session) -> None:
    """Contracts stay bound to the name: another producer's word gives no dataset the contract of another."""
    query = select(DATASET.c.id, DATASET.c.first_seen).where(DATASET.c.id.in_((loser, survivor)))
    first_seen = {row.id: row.first_seen for row in session.execute(query)}
    session.execute(DATASET.delete().where(DATASET.c.id == loser))
    if first_seen[loser] < first_seen[survivor]:
        values = {"first_seen": first_seen[loser]}
        session.execute(DATASET.update().where(DATASET.c.id == survivor).values(**values))


def _move_edges(loser: int, survivor: int, *, session: Session) -> None:
    """Before inputs and outputs of runs: a run that touched both counts once."""
    mine, other = RUN_IO.alias("mine"), RUN_IO.alias("other")
    query = (
        select(RUN.c.job_id, mine.c.direction, func.count())
        .select_from(mine)
        .join(other, and_(other.c.run_id == mine.c.run_id, other.c.direction == mine.c.direction))
        .join(RUN, RUN.c.id == mine.c.run_id)
        .where(mine.c.dataset_id == loser, other.c.dataset_id == survivor)
        .group_by(RUN.c.job_id, mine.c.direction)
    )
    twice = {(job_id, direction): count for job_id, direction, count in session.execute(query)}
    edges = session.execute(select(EDGE).where(EDGE.c.dataset_id == loser).order_by(EDGE.c.job_id))
    rows = [
        {**row._mapping, "dataset_id": survivor, "runs": row.runs - twice.get((row.job_id, row.direction), 0)}
        for row in edges
    ]
    session.execute(EDGE.delete().where(EDGE.c.dataset_id == loser))
    insert_or_update(EDGE, rows, ("job_id", "dataset_id", "direction"), _moved_edge, session=session)


def _moved_edge(new: Any) -> dict[str, Any]:
    return {
        "evidence": EDGE.c.evidence.bitwise_or(new.evidence),
        "runs": EDGE.c.runs + new.runs,
        "first_seen": smaller(EDGE.c.first_seen, new.first_seen),
        "last_run_id": case((EDGE.c.last_seen < new.last_seen, new.last_run_id), else_=EDGE.c.last_run_id),
        "last_seen": larger(EDGE.c.last_seen, new.last_seen),
    }


def _move_run_io(loser: int, survivor: int, *, session: Session) -> None:
    mine, other = RUN_IO.alias("mine"), RUN_IO.alias("other")
    both = (
        select(mine, other)
        .join(other, and_(other.c.run_id == mine.c.run_id, other.c.direction == mine.c.direction))
        .where(mine.c.dataset_id == loser, other.c.dataset_id == survivor)
    )
    width = len(RUN_IO.c)
    names = list(RUN_IO.c.keys())
    for row in session.execute(both).all():
        old = dict(zip(names, row[:width], strict=True))
        new = dict(zip(names, row[width:], strict=True))
        of_run = and_(RUN_IO.c.run_id == old["run_id"], RUN_IO.c.direction == old["direction"])
        session.execute(RUN_IO.delete().where(of_run, RUN_IO.c.dataset_id == loser))
        session.execute(
            RUN_IO.update().where(of_run, RUN_IO.c.dataset_id == survivor).values(**_both(old, new))
        )
    session.execute(RUN_IO.update().where(RUN_IO.c.dataset_id == loser).values(dataset_id=survivor))


def _both(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    partitions, count = merged_partitions(
        new["partitions"], new["partition_count"], read_partitions(old["partitions"])
    )
    counts = {
        name: max((each[name] for each in (old, new) if each[name] is not None), default=None)
        for name in ("row_count", "byte_count")
    }
    return {
        "evidence": old["evidence"] | new["evidence"],
        "state": new["state"] if old["state"] == IoState.ATTEMPTED.value else old["state"],
        "schema_id": new["schema_id"] if new["schema_id"] is not None else old["schema_id"],
        "partitions": partitions,
        "partition_count": count,
        **counts,
    }


def _move_links(loser: int, survivor: int, *, session: Session) -> None:
    of_loser = (LINK.c.output_dataset_id == loser) | (LINK.c.input_dataset_id == loser)
    rows = session.execute(select(LINK).where(of_loser)).all()
    session.execute(LINK.delete().where(of_loser))
    for row in rows:
        ends = [survivor if end == loser else end for end in (row.output_dataset_id, row.input_dataset_id)]
        for at in {row.first_seen, row.last_seen}:
            merge_links(row.job_id, [(ends[0], ends[1])], at=at, session=session)

"""How many neighbours the nodes of an answer have, on both sides and whether or not they are in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.graph.window import Window, in_window
from airflow_lineage_provider.store.row_ids import chunks, in_ids

Degrees = dict[int, tuple[int, int]]
"""Row id to how many neighbours there are (upstream, downstream)."""


def dataset_degrees(ids: Sequence[int], window: Window, *, session: Session) -> Degrees:
    """Jobs that write and that read each dataset."""
    return _degrees(EDGE.c.dataset_id, Direction.OUTPUT, ids, window, session)


def job_degrees(ids: Sequence[int], window: Window, *, session: Session) -> Degrees:
    """Datasets that each job reads and writes."""
    return _degrees(EDGE.c.job_id, Direction.INPUT, ids, window, session)


def _degrees(
    column: ColumnElement[Any], upstream: Direction, ids: Sequence[int], window: Window, session: Session
) -> Degrees:
    query = (
        select(column, EDGE.c.direction, func.count())
        .where(in_ids(column), *in_window(EDGE, window.values))
        .group_by(column, EDGE.c.direction)
    )
    found: Degrees = dict.fromkeys(ids, (0, 0))
    for part in chunks(ids):
        for row_id, direction, count in session.execute(query, {"ids": part, **window.values}):
            up, down = found[row_id]
            found[row_id] = (count, down) if direction == upstream.value else (up, count)
    return found

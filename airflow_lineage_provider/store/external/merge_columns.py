"""Column edges of a dataset that turned out to be another one: their identity holds row ids, so it is made anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.edges import COLUMN_EDGE, ColumnLink
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing


def move_column_edges(loser: int, survivor: int, *, session: Session) -> None:
    """Give the survivor the column edges of both ends; where it has the same one, the newest word stays."""
    of_loser = or_(COLUMN_EDGE.c.output_dataset_id == loser, COLUMN_EDGE.c.input_dataset_id == loser)
    moved: dict[str, dict[str, Any]] = {}
    for row in session.execute(select(COLUMN_EDGE).where(of_loser).order_by(COLUMN_EDGE.c.id)).all():
        ends = [survivor if end == loser else end for end in (row.output_dataset_id, row.input_dataset_id)]
        link = ColumnLink(ends[0], row.output_column, ends[1], row.input_column, ())
        values = {
            **{name: value for name, value in row._mapping.items() if name != "id"},
            "digest": link.digest(row.job_id),
            "output_dataset_id": ends[0],
            "input_dataset_id": ends[1],
        }
        before = moved.get(values["digest"])
        moved[values["digest"]] = _newest(values, before) if before is not None else values
    session.execute(COLUMN_EDGE.delete().where(of_loser))
    digests = sorted(moved)
    for part in parts(digests, CHUNK):
        for row in session.execute(select(COLUMN_EDGE).where(COLUMN_EDGE.c.digest.in_(part))).all():
            merged = _newest(moved.pop(row.digest), row._mapping)
            values = {
                name: merged[name] for name in ("transformations", "first_seen", "last_seen", "last_run_id")
            }
            session.execute(COLUMN_EDGE.update().where(COLUMN_EDGE.c.digest == row.digest).values(**values))
    insert_missing(COLUMN_EDGE, [moved[digest] for digest in sorted(moved)], session=session)


def _newest(first: Any, second: Any) -> dict[str, Any]:
    newest = max(first, second, key=lambda values: (values["last_seen"], values["transformations"]))
    return {**newest, "first_seen": min(first["first_seen"], second["first_seen"])}

"""Inputs and outputs of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.store.partitions import merged_partitions
from airflow_lineage_provider.store.tables import RunIo
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.touched import Touch
from airflow_lineage_provider.store.upsert import insert_missing

RUN_IO = core_table(RunIo)
_OF_RUN = select(RUN_IO).where(RUN_IO.c.run_id == bindparam("run"))


def merge_run_io(
    run_id: int,
    io: Mapping[tuple[int, Direction], Touch],
    schema_ids: Mapping[int, int],
    *,
    outputs_are_updated: bool,
    settled: IoState | None = None,
    is_new_run: bool = False,
    session: Session,
) -> set[tuple[int, Direction]]:
    """Merge a segment's inputs and outputs into its run; the caller holds the run's row lock.

    :param io: (dataset id, direction) to what is known. Two names of one dataset share its row.
    :param schema_ids: dataset id to the schema it had.
    :param settled: what became of all outputs that are known by now; ``None``: nothing new.
    :param is_new_run: the caller has just made the run's row: there is nothing to look up.
    :return: the keys that this run touches for the first time.
    """
    found = [] if is_new_run else session.execute(_OF_RUN, {"run": run_id}).all()
    known = {(row.dataset_id, Direction(row.direction)): row for row in found}
    rows: list[dict[str, object]] = []
    new: set[tuple[int, Direction]] = set()
    for key in sorted(io, key=lambda key: (key[0], key[1].value)):
        (dataset_id, direction), touch = key, io[key]
        if direction is Direction.INPUT:
            state = IoState.READ if touch.is_certain else IoState.ATTEMPTED
        else:
            state = IoState.UPDATED if outputs_are_updated and touch.is_certain else IoState.ATTEMPTED
        row = known.get(key)
        partitions, partition_count = merged_partitions(
            row.partitions if row else None, row.partition_count if row else None, touch.partitions
        )
        if row is None:
            new.add(key)
            rows.append(
                {
                    "run_id": run_id,
                    "dataset_id": dataset_id,
                    "direction": direction.value,
                    "evidence": int(touch.evidence),
                    "state": state.value,
                    "schema_id": schema_ids.get(dataset_id),
                    "row_count": touch.rows,
                    "byte_count": touch.bytes,
                    "partitions": partitions,
                    "partition_count": partition_count,
                }
            )
            continue
        before = settled.value if settled is not None and direction is Direction.OUTPUT else row.state
        values = {
            "state": before,
            "evidence": row.evidence | int(touch.evidence),
            "schema_id": schema_ids.get(dataset_id, row.schema_id),
            "row_count": _larger(row.row_count, touch.rows),
            "byte_count": _larger(row.byte_count, touch.bytes),
            "partitions": partitions,
            "partition_count": partition_count,
        }
        if state in (IoState.READ, IoState.UPDATED):
            values["state"] = state.value
        if any(getattr(row, name) != value for name, value in values.items()):
            session.execute(_row(run_id, dataset_id, direction).values(**values))
    if settled is not None and any(
        key not in io and key[1] is Direction.OUTPUT and row.state != settled.value
        for key, row in known.items()
    ):
        settle_outputs(run_id, settled, session=session)
    insert_missing(RUN_IO, rows, session=session)
    # Columns of a dataset that the segment does not name otherwise were read from the database: they win.
    observed_only = [
        key
        for key in known
        if key not in io and schema_ids.get(key[0], known[key].schema_id) != known[key].schema_id
    ]
    for dataset_id, direction in observed_only:
        session.execute(_row(run_id, dataset_id, direction).values(schema_id=schema_ids[dataset_id]))
    return new


def settle_outputs(run_id: int, state: IoState, *, session: Session) -> None:
    """Set what became of all outputs of a run."""
    session.execute(
        RUN_IO.update()
        .where(
            RUN_IO.c.run_id == run_id,
            RUN_IO.c.direction == Direction.OUTPUT.value,
            RUN_IO.c.state != state.value,
        )
        .values(state=state.value)
    )


def _row(run_id: int, dataset_id: int, direction: Direction) -> Any:
    return RUN_IO.update().where(
        RUN_IO.c.run_id == run_id,
        RUN_IO.c.dataset_id == dataset_id,
        RUN_IO.c.direction == direction.value,
    )


def _larger(before: int | None, now: int | None) -> int | None:
    return max((count for count in (before, now) if count is not None), default=None)

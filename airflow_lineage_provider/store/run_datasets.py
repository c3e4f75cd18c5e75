"""What runs read and wrote, as readers may see it: one query for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.partitions import read_partitions
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import SCHEMA, read_columns
from airflow_lineage_provider.store.upsert import CHUNK


@dataclass(frozen=True, slots=True)
class RunDataset:
    """One input or output of a run."""

    dataset_id: int
    namespace: str
    name: str
    direction: Direction
    evidence: tuple[str, ...]
    state: str
    columns: tuple[Column, ...]
    """Not masked: whoever shows them does."""
    rows: int | None
    bytes: int | None
    partitions: tuple[str, ...]
    partition_count: int | None


def read_run_datasets(run_ids: Sequence[int], *, session: Session) -> dict[int, list[RunDataset]]:
    """Inputs and outputs by the row id of the run, in the order of their names."""
    found: dict[int, list[RunDataset]] = {run_id: [] for run_id in run_ids}
    columns = _Columns()
    for part in parts(run_ids, CHUNK):
        query = (
            select(RUN_IO, DATASET.c.namespace, DATASET.c.name, SCHEMA.c.columns)
            .join(DATASET, DATASET.c.id == RUN_IO.c.dataset_id)
            .outerjoin(SCHEMA, SCHEMA.c.id == RUN_IO.c.schema_id)
            .where(RUN_IO.c.run_id.in_(part))
            .order_by(RUN_IO.c.run_id, DATASET.c.namespace, DATASET.c.name, RUN_IO.c.direction)
        )
        for row in session.execute(query):
            found[row.run_id].append(
                RunDataset(
                    dataset_id=row.dataset_id,
                    namespace=row.namespace,
                    name=row.name,
                    direction=Direction(row.direction),
                    evidence=Evidence(row.evidence).names,
                    state=row.state,
                    columns=columns.of(row),
                    rows=row.row_count,
                    bytes=row.byte_count,
                    partitions=read_partitions(row.partitions),
                    partition_count=row.partition_count,
                )
            )
    return found


class _Columns:
    """Each schema is read once, however many runs have it."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Column, ...]] = {}

    def of(self, row: Any) -> tuple[Column, ...]:
        if row.schema_id is None or not row.columns:
            return ()
        if row.schema_id not in self._read:
            self._read[row.schema_id] = tuple(read_columns(row.columns))
        return self._read[row.schema_id]

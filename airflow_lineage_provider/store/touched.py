"""What one segment says an attempt read and wrote, merged by dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.naming import ASSET_NAMESPACE

Key = tuple[DatasetId, Direction]


@dataclass(slots=True)
class Touch:
    """A dataset on one side of a task: evidence merged, the largest counts kept."""

    evidence: Evidence = field(default_factory=lambda: Evidence(0))
    rows: int | None = None
    bytes: int | None = None
    is_certain: bool = False
    """Some source saw it happen or declares it; False: only a statement of a failed task names it."""

    def merge(
        self, evidence: Evidence, rows: int | None, size: int | None, *, is_certain: bool = True
    ) -> None:
        self.evidence |= evidence
        self.rows = rows if self.rows is None else max(self.rows, rows or 0)
        self.bytes = size if self.bytes is None else max(self.bytes, size or 0)
        self.is_certain = self.is_certain or is_certain


@dataclass(slots=True)
class Touched:
    """Everything a segment touched."""

    io: dict[Key, Touch] = field(default_factory=dict)
    columns: dict[DatasetId, tuple[Column, ...]] = field(default_factory=dict)
    """Columns that were seen, strongest source last."""
    stated_columns: set[DatasetId] = field(default_factory=set)
    """Those of ``columns`` that only the text of a statement tells."""
    facets: dict[DatasetId, dict[str, object]] = field(default_factory=dict)
    other_names: dict[DatasetId, DatasetId] = field(default_factory=dict)
    """Other name to the dataset it means: an asset's name to what its URI says."""

    def add(
        self,
        dataset: DatasetId,
        direction: Direction,
        evidence: Evidence,
        rows: int | None = None,
        size: int | None = None,
        *,
        is_certain: bool = True,
    ) -> None:
        touch = self.io.setdefault((dataset, direction), Touch())
        touch.merge(evidence, rows, size, is_certain=is_certain)

    def add_entries(self, entries: Iterable[IoEntry], direction: Direction) -> None:
        for entry in entries:
            dataset = entry.identity
            self.add(dataset, direction, entry.evidence, entry.rows, entry.bytes)
            if entry.columns:
                self.columns[dataset] = entry.columns
            if entry.facets:
                self.facets.setdefault(dataset, {}).update(entry.facets)
            if entry.uri and entry.asset_name and entry.asset_name != entry.uri:
                other = DatasetId(ASSET_NAMESPACE, entry.asset_name)
                if other != dataset:
                    self.other_names[other] = dataset

"""What one segment says an attempt read and wrote, merged by dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.identity import PARTITION_RULES, Identity, IdentityRules
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.naming import ASSET_NAMESPACE
from airflow_lineage_provider.store.identity import identity_rules
from airflow_lineage_provider.store.partitions import kept_partitions

Key = tuple[DatasetId, Direction]


class _Counts:
    """A count of a whole dataset and those of its parts: several sources see one part, and parts add up."""

    __slots__ = ("_parts", "_whole")

    def __init__(self) -> None:
        self._whole: int | None = None
        self._parts: dict[DatasetId, int] = {}

    def add(self, count: int | None, part: DatasetId | None) -> None:
        if count is None:
            return
        if part is None:
            self._whole = max(self._whole or 0, count)
        else:
            self._parts[part] = max(self._parts.get(part, 0), count)

    @property
    def total(self) -> int | None:
        if not self._parts:
            return self._whole
        # What a database takes for a whole number.
        return min(max(self._whole or 0, sum(self._parts.values())), 2**63 - 1)


@dataclass(slots=True)
class Touch:
    """A dataset on one side of a task: evidence merged, the largest counts of each file or table kept."""

    evidence: Evidence = field(default_factory=lambda: Evidence(0))
    is_certain: bool = False
    """Some source saw it happen or declares it; False: only a statement of a failed task names it."""
    partitions: set[str] = field(default_factory=set)
    _rows: _Counts = field(default_factory=_Counts)
    _bytes: _Counts = field(default_factory=_Counts)

    @property
    def rows(self) -> int | None:
        return self._rows.total

    @property
    def bytes(self) -> int | None:
        return self._bytes.total

    def merge(
        self,
        evidence: Evidence,
        rows: int | None,
        size: int | None,
        *,
        part: DatasetId | None = None,
        is_certain: bool = True,
    ) -> None:
        """Add what one source says.

        :param part: the name it had where it was a part of the dataset, a file of many.
        """
        self.evidence |= evidence
        self._rows.add(rows, part)
        self._bytes.add(size, part)
        self.is_certain = self.is_certain or is_certain


@dataclass(slots=True)
class Touched:
    """Everything a segment touched, under canonical names: :meth:`name` is the one place that gives them."""

    rules: IdentityRules = field(default_factory=identity_rules)
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
    ) -> DatasetId:
        """Note a dataset by whatever name; returns its canonical one."""
        identity = self.rules.identify(dataset)
        touch = self.io.setdefault((identity.dataset, direction), Touch())
        touch.merge(evidence, rows, size, part=_part(identity), is_certain=is_certain)
        if (partition := identity.partition) is not None:
            touch.partitions.add(partition)
        return identity.dataset

    def name(self, dataset: DatasetId) -> DatasetId:
        """The canonical name of a dataset."""
        return self.rules.canonical(dataset)

    @property
    def truncated(self) -> list[str]:
        """Partitions that are not kept, in words."""
        return [
            f"partitions: {left} of {len(touch.partitions)} of {dataset} ({direction.value})"
            for (dataset, direction), touch in self.io.items()
            if (left := len(touch.partitions) - len(kept_partitions(touch.partitions)))
        ]

    def add_entries(self, entries: Iterable[IoEntry], direction: Direction) -> None:
        for entry in entries:
            dataset = self.add(entry.identity, direction, entry.evidence, entry.rows, entry.bytes)
            if entry.columns:
                self.columns[dataset] = entry.columns
            if entry.facets:
                self.facets.setdefault(dataset, {}).update(entry.facets)
            if entry.uri and entry.asset_name and entry.asset_name != entry.uri:
                other = DatasetId(ASSET_NAMESPACE, entry.asset_name)
                if other != dataset:
                    self.other_names[other] = dataset


def _part(identity: Identity) -> DatasetId | None:
    """The file or directory that a name meant before partitions were taken out of it."""
    return next((step.before for step in identity.steps if step.rule in PARTITION_RULES), None)

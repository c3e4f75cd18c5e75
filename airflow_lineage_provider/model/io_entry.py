"""One input or output as a worker saw it: a reference that the server turns into a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.naming import ALIAS_NAMESPACE, asset_of


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset: what was observed, ``None`` where the source does not say."""

    name: str
    type: str | None = None
    nullable: bool | None = None
    description: str | None = None

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"name": self.name}
        for key in ("type", "nullable", "description"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        return wire


@dataclass(frozen=True, slots=True)
class IoEntry:
    """An input or output with how it is known.

    Either ``dataset`` is given (the source speaks OpenLineage), or an asset's ``uri``/``asset_name``, or,
    for an inlet that is an AssetAlias, only its ``alias``: the server knows which assets it stands for.
    """

    evidence: Evidence
    dataset: DatasetId | None = None
    uri: str | None = None
    asset_name: str | None = None
    alias: str | None = None
    """Name of the AssetAlias through which the asset was written."""
    columns: tuple[Column, ...] | None = None
    rows: int | None = None
    bytes: int | None = None
    facets: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> DatasetId:
        """The dataset this entry means."""
        if self.dataset is not None:
            return self.dataset
        if self.uri or self.asset_name:
            return asset_of(self.uri, self.asset_name)
        return DatasetId(ALIAS_NAMESPACE, self.alias or "")

    def to_wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"evidence": list(self.evidence.names)}
        if self.dataset is not None:
            wire["dataset"] = {"namespace": self.dataset.namespace, "name": self.dataset.name}
        for key in ("uri", "asset_name", "alias", "rows", "bytes"):
            if (value := getattr(self, key)) is not None:
                wire[key] = value
        if self.columns is not None:
            # An extractor of somebody else's may have given us names instead.
            wire["columns"] = [
                column.to_wire() if isinstance(column, Column) else {"name": column}
                for column in self.columns
            ]
        if self.facets:
            wire["facets"] = dict(self.facets) if isinstance(self.facets, Mapping) else self.facets
        return wire

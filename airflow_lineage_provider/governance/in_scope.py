"""A dataset that is judged, and how several reasons to judge it become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.names import canonical_names
from airflow_lineage_provider.model.dataset_id import DatasetId


@dataclass(slots=True)
class InScope:
    """A dataset to judge, and why."""

    dataset: DatasetId
    known_by: list[str] = field(default_factory=list)
    asset_ids: set[int] = field(default_factory=set)
    """Airflow's assets that mean it, as far as they led to it."""
    stored_as: set[DatasetId] = field(default_factory=set)
    """Names under which it was found, where that is another than the one of today."""
    degree: int = 1
    """1: read directly; 2 and more: read by what writes it, and so on."""


class ScopeBuilder:
    """Collects datasets and the reasons for them."""

    def __init__(self, found: Mapping[DatasetId, InScope] | None = None) -> None:
        self.found: dict[DatasetId, InScope] = dict(found or {})

    def add(self, dataset: DatasetId, reason: str, asset_id: int | None = None) -> None:
        entry = self.found.setdefault(dataset, InScope(dataset))
        if reason not in entry.known_by:
            entry.known_by.append(reason)
        if asset_id is not None:
            entry.asset_ids.add(asset_id)

    def canonical(self, *, session: Session) -> list[InScope]:
        """Join entries whose names mean one dataset; sorted by name."""
        return self.joined(canonical_names(self.found, session=session))

    def joined(self, names: Mapping[DatasetId, DatasetId]) -> list[InScope]:
        """As :meth:`canonical`, by what is known of their names."""
        joined: dict[DatasetId, InScope] = {}
        for dataset, entry in self.found.items():
            today = names[dataset]
            into = joined.setdefault(today, InScope(today, degree=entry.degree))
            into.known_by += [reason for reason in entry.known_by if reason not in into.known_by]
            into.asset_ids |= entry.asset_ids
            into.stored_as |= entry.stored_as | ({dataset} - {today})
            into.degree = min(into.degree, entry.degree)
        return sorted(joined.values(), key=lambda entry: entry.dataset)

"""What is known about a dataset: all that rules may look at. They read no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId

RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class OwnerFact:
    """Somebody who answers for a dataset."""

    name: str
    source: str
    """Where this is said: ``contract orders 1.2.0``, ``extra of asset orders``, ``owner of DAG shop_load``."""
    channel: str | None = None

    def to_wire(self) -> dict[str, Any]:
        return {"name": self.name, "source": self.source, "channel": self.channel}


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A current contract that is bound to a dataset."""

    contract_id: str
    version: str
    status: str | None
    owner: str | None
    channel: str | None

    @property
    def in_force(self) -> bool:
        """A retired contract promises nothing any more."""
        return (self.status or "").strip().casefold() != RETIRED

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.contract_id,
            "version": self.version,
            "status": self.status,
            "owner": self.owner,
            "channel": self.channel,
        }


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """One dataset in the scope of a question."""

    dataset: DatasetId
    known_by: tuple[str, ...] = ()
    """Why it is in scope: ``declared inlet of shop.report``, ``read by shop.report in run R``."""
    owners: tuple[OwnerFact, ...] = ()
    contracts: tuple[ContractFact, ...] = ()
    producers: tuple[str, ...] = ()
    """Jobs that write it: ``shop_load.orders`` for a task."""

    @property
    def channel(self) -> str | None:
        """First support channel that anything names."""
        channels = [owner.channel for owner in self.owners]
        channels += [contract.channel for contract in self.contracts]
        return next((channel for channel in channels if channel), None)

    def to_wire(self) -> dict[str, Any]:
        return {
            **dataset_wire(self.dataset),
            "known_by": list(self.known_by),
            "owners": [owner.to_wire() for owner in self.owners],
            "contracts": [contract.to_wire() for contract in self.contracts],
            "producers": list(self.producers),
        }


def dataset_wire(dataset: DatasetId) -> Mapping[str, str]:
    """``{"namespace", "name"}``."""
    return {"namespace": dataset.namespace, "name": dataset.name}

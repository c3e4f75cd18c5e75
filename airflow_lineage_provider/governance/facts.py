"""What is known about datasets: all that rules may look at. They read no database and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from airflow_lineage_provider.contracts.contract_diff import ContractDiff
from airflow_lineage_provider.contracts.promise import Promise
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.level import Level

RETIRED = "retired"

_PRECEDENCE = {"deprecated": 1, "draft": 2, "proposed": 2, RETIRED: 3}


@lru_cache(maxsize=256)
def _precedence(status: str | None) -> int:
    # Most rules ask for it of each dataset, and there are few statuses.
    return _PRECEDENCE.get((status or "").strip().casefold(), 0)


@dataclass(frozen=True, slots=True)
class OwnerFact:
    """Somebody who answers for a dataset."""

    name: str
    source: str
    """Where this is said: ``contract orders 1.2.0``, ``extra of asset orders``, ``owner of DAG shop_load``."""
    channel: str | None = None
    contact: str | None = None
    valid_to: date | None = None
    """Last day, where it is known."""

    def to_wire(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "source": self.source,
            "channel": self.channel,
            "contact": self.contact,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


@dataclass(frozen=True, slots=True)
class PreviousContract:
    """The version of a contract before the one in force, and what changed since."""

    version: str
    status: str | None
    owner: str | None
    diff: ContractDiff


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A current contract that is bound to a dataset."""

    contract_id: str
    version: str
    status: str | None
    owner: str | None
    channel: str | None
    promise: Promise | None = None
    """What it says about this dataset."""
    previous: PreviousContract | None = None
    end_of_support: date | None = None
    end_of_life: date | None = None
    origin: str = "odcs"
    bound_by: str | None = None

    @property
    def in_force(self) -> bool:
        """A retired contract promises nothing any more."""
        return _precedence(self.status) != _PRECEDENCE[RETIRED]

    @property
    def precedence(self) -> int:
        """Place among several of one dataset, by status: 0 active, 1 deprecated, 2 draft or proposed, 3 retired."""
        return _precedence(self.status)

    @property
    def is_draft(self) -> bool:
        """Draft or proposed: nobody has agreed to it yet."""
        return self.precedence == _PRECEDENCE["draft"]

    @property
    def label(self) -> str:
        return f"{self.contract_id} {self.version}"

    def to_wire(self) -> dict[str, Any]:
        return {
            "id": self.contract_id,
            "version": self.version,
            "status": self.status,
            "owner": self.owner,
            "channel": self.channel,
            "origin": self.origin,
        }


@dataclass(frozen=True, slots=True)
class VainContract:
    """A contract that is bound to a dataset which nobody has seen."""

    label: str
    dataset: DatasetId


@dataclass(frozen=True, slots=True)
class SchemaFact:
    """Columns as they were observed last."""

    columns: tuple[Column, ...]
    observed_at: datetime
    """When a run saw them last, not when they changed last."""
    source: str
    """Job whose run saw them."""


@dataclass(frozen=True, slots=True)
class WriteFact:
    """A successful write of a dataset."""

    at: datetime
    job: str
    rows: int | None = None
    nominal_at: datetime | None = None
    """End of the data interval, where the run has one: latency is counted from it."""


@dataclass(frozen=True, slots=True)
class QualityFact:
    """The last result of one check of a dataset."""

    name: str
    column: str | None
    is_success: bool
    severity: str | None
    at: datetime
    job: str
    kind: str | None = None
    """What it checks, where that is not its name."""


@dataclass(frozen=True, slots=True)
class ProducerFact:
    """The last run of a job that writes a dataset."""

    job: str
    dag_id: str | None
    state: str | None
    """success | failed | running | skipped | upstream_failed; ``None``: not known"""
    at: datetime | None
    run: str | None


@dataclass(frozen=True, slots=True)
class FlowFact:
    """A classified column that flows into a column of a dataset."""

    column: str
    classification: str | None
    """Of the dataset's own column, by contract or tags."""
    source: DatasetId
    source_column: str
    source_classification: str
    is_masked: bool
    """Whether every transformation on the way masks."""


@dataclass(frozen=True, slots=True)
class UseFact:
    """What the asking DAG says it does with a dataset, and what it was seen doing."""

    declared_inputs: tuple[str, ...] = ()
    """Tasks with it as inlet."""
    declared_outputs: tuple[str, ...] = ()
    observed_inputs: tuple[str, ...] = ()
    """Tasks seen reading it in their last run."""
    observed_outputs: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    """Tasks that declare it, whose last run was recorded whole and did not touch it."""
    is_declaring: bool = False
    """Whether any task of the DAG has inlets or outlets at all, of whatever dataset."""


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
    departed: tuple[OwnerFact, ...] = ()
    """Owners that have left."""
    dialect: str | None = None
    """sqlglot dialect of its types, from its namespace."""
    schema: SchemaFact | None = None
    writes: tuple[WriteFact, ...] = ()
    """Newest first, the last twenty."""
    quality: tuple[QualityFact, ...] = ()
    producer_runs: tuple[ProducerFact, ...] = ()
    flows: tuple[FlowFact, ...] = ()
    use: UseFact | None = None
    """``None`` where no DAG asks."""
    degree: int = 1
    """1: read directly; 2 and more: read by what writes it, and so on."""
    first_seen: datetime | None = None
    near: VainContract | None = None
    """Of a dataset without a contract: one that may mean it and names it wrongly."""

    @property
    def contract(self) -> ContractFact | None:
        """The contract in force. Of several an active one goes before a deprecated one and that before a draft."""
        if len(self.contracts) == 1:  # most have one, and most rules ask
            return self.contracts[0] if self.contracts[0].in_force else None
        in_force = (contract for contract in self.contracts if contract.in_force)
        return min(in_force, key=lambda contract: contract.precedence, default=None)

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
            "degree": self.degree,
        }


@dataclass(frozen=True, slots=True)
class LooseContract:
    """A contract, or a schema object of one, that speaks for no dataset; or a file that is no valid contract."""

    contract_id: str | None
    version: str | None
    schema_name: str | None
    source: str | None
    reason: str
    closest: tuple[DatasetId, ...] = ()
    """Known datasets that it may mean, best first."""
    problems: tuple[str, ...] = ()
    """Of a file that is not valid: ``line 7, schema[0].name: ...``"""
    owner: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class AskerFact:
    """The DAG on whose behalf is asked."""

    dag_id: str
    tags: frozenset[str] = frozenset()
    run_id: str | None = None
    task_id: str | None = None
    uncaptured: tuple[str, ...] = ()
    """Tasks whose capture the DAG switches off."""
    gate: Level = Level.OFF
    """What the DAG tightens its gates to, by tag or policy: ``block`` or ``warn``; ``off``: it does not."""
    gate_problems: tuple[str, ...] = ()
    """What it says about its gates that cannot be followed, in sentences."""
    owners: tuple[OwnerFact, ...] = ()
    """Of the DAG, and how Airflow says to reach them."""


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """All that one question is about."""

    datasets: tuple[DatasetFacts, ...] = ()
    asker: AskerFact | None = None
    loose_contracts: tuple[LooseContract, ...] = ()
    """Only where everything is judged, not where one DAG asks."""
    is_whole_upstream: bool = False
    """Whether the datasets are what the DAG reads, and not a list that somebody gave."""
    is_cut: bool = False
    """There is more upstream that was not followed."""


def dataset_wire(dataset: DatasetId) -> Mapping[str, str]:
    """``{"namespace", "name"}``."""
    return {"namespace": dataset.namespace, "name": dataset.name}

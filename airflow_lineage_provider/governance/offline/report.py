"""What a check found, ready to be written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.governance.facts import dataset_wire
from airflow_lineage_provider.governance.offline.places import Place
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level

WIRE_VERSION = 1
IMPORT_ERROR = "dag-import-error"
CONTRACT_REMOVED = "contract-removed"
OWN_RULES = {
    IMPORT_ERROR: "Airflow can load every DAG file",
    CONTRACT_REMOVED: "Contracts are retired before they are removed",
}
"""Rules that are asked of files only: (id, what is demanded). No waiver and no baseline knows them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A DAG, or a job outside of Airflow, that a change would reach."""

    name: str
    dag_id: str | None
    owners: tuple[str, ...]
    degree: str
    """``1``: it reads the dataset; ``2``: it reads what such a job writes; and so on."""
    source: str
    """Who says so: ``dag files``, ``lineage``"""

    def to_wire(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "dag_id": self.dag_id,
            "owners": list(self.owners),
            "degree": self.degree,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding, and where it is to be seen."""

    finding: Finding
    places: tuple[Place, ...]
    dags: tuple[str, ...] = ()
    """DAGs that meet it."""

    @property
    def counts(self) -> bool:
        """Whether it could fail a check at all: nobody let it pass, and it is more than unknown."""
        return self.finding.result is not Result.UNKNOWN and not self.is_let_pass

    @property
    def is_let_pass(self) -> bool:
        return self.finding.waiver is not None or self.finding.is_baselined

    @property
    def title(self) -> str:
        """Rule and dataset, or rule alone."""
        dataset = self.finding.dataset
        return f"{self.finding.rule}: {dataset}" if dataset is not None else self.finding.rule

    @property
    def waive(self) -> str | None:
        """The command that asks for a waiver; ``None`` where there can be none."""
        return None if self.finding.rule in OWN_RULES else self.finding.waive

    def to_wire(self) -> dict[str, Any]:
        return {
            **self.finding.to_wire(),
            "waive": self.waive,
            "dags": list(self.dags),
            "places": [{"path": place.path, "line": place.line} for place in self.places],
        }


@dataclass(frozen=True, slots=True)
class ChangedContract:
    """What became of a contract since the base."""

    contract_id: str
    what: str
    """``added``, ``changed`` or ``removed``"""
    old_version: str | None
    new_version: str | None
    impact: str | None
    """major | minor | patch; of a change only"""
    changes: tuple[str, ...]
    datasets: tuple[DatasetId, ...]
    hits: tuple[Hit, ...]

    def to_wire(self) -> dict[str, Any]:
        return {
            "contract_id": self.contract_id,
            "what": self.what,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "impact": self.impact,
            "changes": list(self.changes),
            "datasets": [dict(dataset_wire(dataset)) for dataset in self.datasets],
            "hits": [hit.to_wire() for hit in self.hits],
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was looked at."""

    files: int
    dags: int
    contracts: int
    datasets: int

    def to_wire(self) -> dict[str, int]:
        return {
            "files": self.files,
            "dags": self.dags,
            "contracts": self.contracts,
            "datasets": self.datasets,
        }


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that is told."""

    reported: tuple[Reported, ...]
    """The gravest first."""
    changes: tuple[ChangedContract, ...]
    notices: tuple[str, ...]
    counts: Counts
    fail_on: Level = Level.BLOCK
    rules: dict[str, str] = field(default_factory=dict)
    """Title by id of every rule that was asked."""

    def fails(self, reported: Reported) -> bool:
        """Whether one finding fails the check."""
        return reported.counts and reported.finding.level.rank >= self.fail_on.rank

    @property
    def failing(self) -> tuple[Reported, ...]:
        return tuple(one for one in self.reported if self.fails(one))

    @property
    def is_failed(self) -> bool:
        return bool(self.failing)

    def to_wire(self) -> dict[str, Any]:
        """JSON object; its keys are stable."""
        return {
            "v": WIRE_VERSION,
            "result": "fail" if self.is_failed else "pass",
            "fail_on": self.fail_on.value,
            "counts": self.counts.to_wire(),
            "findings": [{**one.to_wire(), "fails": self.fails(one)} for one in self.reported],
            "changes": [change.to_wire() for change in self.changes],
            "notices": list(self.notices),
        }

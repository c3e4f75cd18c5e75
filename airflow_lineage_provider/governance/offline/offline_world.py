"""Everything that files say, put together: who reads and writes what, and the facts that the judge is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from airflow_lineage_provider.governance.facts import DatasetFacts, FlowFact, SchemaFact, ScopeFacts, UseFact
from airflow_lineage_provider.governance.facts_of.contracts import contract_fact
from airflow_lineage_provider.governance.facts_of.dialect import dialect_of_namespace
from airflow_lineage_provider.governance.offline.connections import is_unresolved
from airflow_lineage_provider.governance.offline.contract_set import ContractSet
from airflow_lineage_provider.governance.offline.dag_lineage import DagLineage, Use
from airflow_lineage_provider.governance.offline.flows import flows_into, flows_told
from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage
from airflow_lineage_provider.governance.offline.owners import OfflineOwners
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.statements import ColumnUse

Touching = dict[DatasetId, dict[str, list[Use]]]
"""Uses by dataset and DAG."""


@dataclass(slots=True)
class OfflineWorld:
    """DAGs, contracts and owners at one moment."""

    dags: Mapping[str, DagLineage]
    contracts: ContractSet
    owners: OfflineOwners
    now: datetime
    readers: Touching
    writers: Touching
    flows: dict[DatasetId, list[ColumnUse]]
    """Columns that flow into those of a dataset."""
    live: LiveLineage | None = None
    """Knows what runs saw, where files tell nothing."""

    def facts_of_dag(self, dag_id: str) -> ScopeFacts:
        """What a DAG reads from outside: not what only its own tasks write."""
        dag = self.dags[dag_id]
        own = {use.dataset for use in dag.uses if use.direction is Direction.OUTPUT}
        known_by: dict[DatasetId, list[str]] = {}
        for use in sorted(dag.uses, key=_declared_first):
            is_own = use.dataset in own and self.writers[use.dataset].keys() == {dag_id}
            if use.direction is Direction.INPUT and not is_own:
                reasons = known_by.setdefault(use.dataset, [])
                if (reason := _reason(use, dag_id)) not in reasons:
                    reasons.append(reason)
        datasets = tuple(
            self.facts_of(dataset, known_by[dataset], self._use(dataset, dag)) for dataset in sorted(known_by)
        )
        return ScopeFacts(datasets, dag.asker, is_whole_upstream=True)

    def facts_of_contracts(self) -> ScopeFacts:
        """Every dataset that a contract speaks for, and contracts that speak for none."""
        datasets = tuple(
            self.facts_of(dataset, [f"contract {contracts[0].contract_id} speaks for it"])
            for dataset, contracts in sorted(self.contracts.by_dataset.items())
        )
        return ScopeFacts(datasets, loose_contracts=tuple(self.contracts.loose))

    def facts_of(
        self, dataset: DatasetId, known_by: Iterable[str] = (), use: UseFact | None = None
    ) -> DatasetFacts:
        """What files say about a dataset."""
        today = self.now.date()
        bound = self.contracts.speaking_for(dataset)
        writers = self.writers.get(dataset, {})
        owners, departed = self.owners.of(dataset, bound, {dag_id: self.dags[dag_id] for dag_id in writers})
        return DatasetFacts(
            dataset,
            tuple(known_by),
            owners,
            tuple(contract_fact(contract, dataset, today=today) for contract in bound),
            tuple(dict.fromkeys(f"{dag_id}.{one.task_id}" for dag_id in writers for one in writers[dag_id])),
            departed,
            dialect_of_namespace(dataset.namespace),
            self._schema(dataset),
            flows=tuple(self._flows(dataset)),
            use=use,
        )

    def _schema(self, dataset: DatasetId) -> SchemaFact | None:
        """Columns of the statement that makes it, else those that a run saw."""
        for dag_id in sorted(self.writers.get(dataset, ())):
            told = self.dags[dag_id].columns.get(dataset)
            if told is not None:
                return SchemaFact(told[1], self.now, f"{dag_id}.{told[0]}")
        if self.live is None or not self.contracts.speaking_for(dataset):
            return None
        return self.live.schema(dataset)

    def _flows(self, dataset: DatasetId) -> Iterator[FlowFact]:
        if dataset in self.flows or self.live is None:
            return flows_into(dataset, self.flows.get(dataset, ()), self.contracts)
        return flows_told(dataset, self.live.leaks(dataset), self.contracts)

    def _use(self, dataset: DatasetId, dag: DagLineage) -> UseFact:
        def tasks(direction: Direction, *, is_declared: bool) -> tuple[str, ...]:
            return tuple(
                sorted(
                    {
                        use.task_id
                        for use in dag.uses
                        if use.dataset == dataset
                        and use.direction is direction
                        and use.is_declared is is_declared
                        and use.task_id is not None
                    }
                )
            )

        return UseFact(
            tasks(Direction.INPUT, is_declared=True),
            tasks(Direction.OUTPUT, is_declared=True),
            tasks(Direction.INPUT, is_declared=False),
            tasks(Direction.OUTPUT, is_declared=False),
            is_declaring=any(use.is_declared and use.task_id is not None for use in dag.uses),
        )

    def doubts(self) -> dict[DatasetId, str]:
        """Why it is not known what a dataset's name means.

        Another one may mean the same, were it known where a connection leads.
        """
        named = {**self.readers, **self.writers, **self.contracts.by_dataset}
        by_table: dict[str, list[DatasetId]] = {}
        for dataset in sorted(named):
            by_table.setdefault(_table(dataset), []).append(dataset)
        found: dict[DatasetId, str] = {}
        for dataset in self.readers:
            if not self.contracts.speaking_for(dataset):
                others = [other for other in by_table[_table(dataset)] if _may_be_one(dataset, other)]
                # What a contract speaks for goes first; a name alone only stands for one that says less.
                others.sort(key=lambda other: not self.contracts.speaking_for(other))
                if others and (is_unresolved(dataset) or self.contracts.speaking_for(others[0])):
                    found[dataset] = self._doubt(dataset, others[0])
        return found

    def _doubt(self, dataset: DatasetId, other: DatasetId) -> str:
        unknown = dataset if is_unresolved(dataset) else other
        conn_id = unknown.namespace.rpartition("//")[2]
        contracts = self.contracts.speaking_for(other)
        meant = f"contract {contracts[0].contract_id} for {other}" if contracts else str(other)
        return (
            f"it may be {meant}, but nobody says here where connection {conn_id} leads: set "
            f"AIRFLOW_CONN_{conn_id.upper()}"
        )


def world_of(
    dags: Iterable[DagLineage],
    contracts: ContractSet,
    owners: OfflineOwners,
    now: datetime,
    live: LiveLineage | None = None,
) -> OfflineWorld:
    """Join what files say."""
    by_id = {dag.dag_id: dag for dag in dags}
    readers: Touching = {}
    writers: Touching = {}
    flows: dict[DatasetId, list[ColumnUse]] = {}
    bound = _names_by_namespace(contracts)
    for dag in by_id.values():
        dag.uses = [replace(use, dataset=_bound_name(use.dataset, bound)) for use in dag.uses]
        dag.columns = {_bound_name(dataset, bound): told for dataset, told in dag.columns.items()}
        dag.flows = [
            replace(flow, output=_bound_name(flow.output, bound), input=_bound_name(flow.input, bound))
            for flow in dag.flows
        ]
        for use in dag.uses:
            side = readers if use.direction is Direction.INPUT else writers
            side.setdefault(use.dataset, {}).setdefault(dag.dag_id, []).append(use)
        for flow in dag.flows:
            flows.setdefault(flow.output, []).append(flow)
    return OfflineWorld(by_id, contracts, owners, now, readers, writers, flows, live)


def _declared_first(use: Use) -> tuple[bool, bool, str]:
    return not use.is_declared, use.task_id is None, use.task_id or ""


def _reason(use: Use, dag_id: str) -> str:
    if use.task_id is None:
        return f"schedules {dag_id}"
    if use.is_declared:
        return f"declared inlet of {dag_id}.{use.task_id}"
    return f"read by {dag_id}.{use.task_id}, as its operator says"


def _table(dataset: DatasetId) -> str:
    return dataset.name.rpartition(".")[2].rpartition("/")[2].casefold()


def _may_be_one(dataset: DatasetId, other: DatasetId) -> bool:
    """Whether one of the two is named after a connection and the other after a place."""
    return is_unresolved(dataset) != is_unresolved(other)


def _names_by_namespace(contracts: ContractSet) -> dict[str, list[DatasetId]]:
    found: dict[str, list[DatasetId]] = {}
    for dataset in contracts.by_dataset:
        if is_unresolved(dataset):
            found.setdefault(dataset.namespace, []).append(dataset)
    return found


def _bound_name(dataset: DatasetId, bound: Mapping[str, list[DatasetId]]) -> DatasetId:
    """Of a connection nobody knows, the name in a contract that a shorter or longer one in SQL can only mean."""
    fitting = [*_fitting(dataset.name.casefold(), bound.get(dataset.namespace, ()))]
    return fitting[0] if len(fitting) == 1 else dataset


def _fitting(name: str, candidates: Iterable[DatasetId]) -> Iterator[DatasetId]:
    for candidate in candidates:
        other = candidate.name.casefold()
        if name == other or name.endswith(f".{other}") or other.endswith(f".{name}"):
            yield candidate

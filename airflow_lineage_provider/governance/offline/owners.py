"""Who answers for datasets: contracts, the owners file, assets, and the DAGs that write. The first that names anybody counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.facts_of.contracts import is_retired
from airflow_lineage_provider.governance.facts_of.owners import (
    OF_DAG,
    Entry,
    entries_of,
    last_match,
    members_of,
    registered_fact,
    team_of,
)
from airflow_lineage_provider.governance.offline.dag_lineage import DagLineage, NamedAsset
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.contracts import StoredContract
from airflow_lineage_provider.store.owners import owners_in_extra
from airflow_lineage_provider.store.ownership.registration import Registration
from airflow_lineage_provider.store.registered_owners import RegisteredOwner


class OfflineOwners:
    """Owners of any dataset, in the order that the judge of the server asks for them."""

    def __init__(
        self,
        registrations: Iterable[Registration],
        source: str,
        assets: Iterable[NamedAsset],
        *,
        today: date,
    ) -> None:
        self._today = today
        self._entries: Sequence[Entry] = entries_of([_row(each, source) for each in registrations], today)
        self._of_assets: dict[DatasetId, dict[OwnerFact, None]] = {}
        for asset in assets:
            for name in owners_in_extra(dict(asset.extra)):
                fact = OwnerFact(name, f"extra of asset {asset.name}")
                self._of_assets.setdefault(asset.dataset, {})[fact] = None

    def of(
        self, dataset: DatasetId, contracts: Iterable[StoredContract], writers: Mapping[str, DagLineage]
    ) -> tuple[tuple[OwnerFact, ...], tuple[OwnerFact, ...]]:
        """(owners, owners that have left).

        :param writers: DAGs that write it, by id.
        """
        in_force = [contract for contract in contracts if not is_retired(contract.status)]
        registered, left = self._registered(dataset)
        for contract in in_force:
            left += members_of(contract, self._today, have_left=True)
        sources = (
            lambda: [fact for each in in_force for fact in members_of(each, self._today)],
            lambda: [fact for each in in_force for fact in team_of(each)],
            lambda: registered,
            lambda: list(self._of_assets.get(dataset, ())),
            lambda: [OwnerFact(name, f"{OF_DAG}{dag_id}") for dag_id in writers for name in writers[dag_id].owners],
        )  # fmt: skip
        found = next((facts for source in sources if (facts := source())), [])
        return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(left))

    def _registered(self, dataset: DatasetId) -> tuple[list[OwnerFact], list[OwnerFact]]:
        found: list[OwnerFact] = []
        left: list[OwnerFact] = []
        for row in last_match(dataset, self._entries):
            has_left = row.valid_to is not None and row.valid_to < self._today
            if has_left or row.valid_from is None or row.valid_from <= self._today:
                (left if has_left else found).append(registered_fact(row))
        return found, left


def _row(registration: Registration, source: str) -> RegisteredOwner:
    target = registration.target.stored()
    return RegisteredOwner(
        target.digest,
        target.namespace,
        target.name,
        registration.owner,
        registration.contact,
        registration.channel,
        registration.valid_from,
        registration.valid_to,
        source,
    )

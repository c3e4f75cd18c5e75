"""Owners of a dbt manifest as the register takes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflow_lineage_provider.contracts.binding import Lookup
from airflow_lineage_provider.contracts.connection import UnknownConnection
from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.owners_file import MAX_RULES, InvalidOwnersFile
from airflow_lineage_provider.contracts.readers.dbt_owners import owners_of_manifest
from airflow_lineage_provider.contracts.readers.dbt_relation import DbtRelation
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.table_name import table_dataset
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.store.ownership.registration import (
    InvalidOwner,
    Registration,
    Target,
    literal_glob,
)


@dataclass(frozen=True, slots=True)
class ReadOwners:
    """Owners that a file names."""

    registrations: tuple[Registration, ...]
    warnings: tuple[Problem, ...] = ()


def read_dbt_owners(path: Path, source: str, place: Place, lookup: Lookup) -> ReadOwners:
    """Owners of the tables of a manifest. Raises :class:`ContractError`.

    :param place: the namespace or connection of the tables. Where neither is known, a table is owned by its name in
        whatever namespace.
    """
    identity = _identity(place, source, lookup)
    registrations: list[Registration] = []
    warnings: list[Problem] = []
    for owned in owners_of_manifest(path):
        target = _target(owned.relation, place, identity)
        if target is None:
            message = (
                f"the schema of {owned.relation.physical_name} is not known, so that its owner is left out"
            )
            warnings.append(Problem(source, message))
            continue
        each = Registration(
            target=target, owner=owned.owner, channel=owned.channel, position=len(registrations) + 1
        )
        try:
            each.checked()
        except InvalidOwner as error:
            warnings.append(
                Problem(source, f"the owner of {owned.relation.physical_name} is left out: {error}")
            )
            continue
        registrations.append(each)
    if sum(each.target.is_glob for each in registrations) > MAX_RULES:
        message = (
            f"names owners of more than {MAX_RULES} tables, and not where these are; give their namespace"
        )
        raise InvalidOwnersFile([Problem(source, message)])
    return ReadOwners(tuple(registrations), tuple(warnings))


def _target(relation: DbtRelation, place: Place, identity: ConnectionIdentity | None) -> Target | None:
    if identity is not None:
        dataset = table_dataset(identity, relation.physical_name)
        return Target(dataset.namespace, dataset.name)
    name = relation.dataset_name
    if name is None:
        return None
    namespace = place.namespace or relation.namespace
    return Target(namespace, name) if namespace else Target("*", literal_glob(name), is_glob=True)


def _identity(place: Place, source: str, lookup: Lookup) -> ConnectionIdentity | None:
    if place.namespace or not place.connection_id:
        return None
    try:
        return lookup(place.connection_id)
    except UnknownConnection as error:
        raise InvalidOwnersFile([Problem(source, str(error))]) from None

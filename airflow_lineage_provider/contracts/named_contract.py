"""A contract that somebody names: a file, or a version that was applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.binding import bind
from airflow_lineage_provider.contracts.connection import UnknownConnection
from airflow_lineage_provider.contracts.load import load_file
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.model.system import dialect_of_kind
from airflow_lineage_provider.store.contract_bodies import read_bodies
from airflow_lineage_provider.store.contracts import ContractVersion, versions


class UnknownContract(LookupError):
    """There is no such file, contract or version. The message says which there are."""


@dataclass(frozen=True, slots=True)
class NamedContract:
    """A valid contract."""

    label: str
    data: Mapping[str, Any]
    """In JSON values. Shared: nobody may change it."""
    dialect: str | None
    """SQL dialect of the types in it, as far as what it is bound to tells."""


def contract_named(text: str, *, session: Session) -> NamedContract:
    """Find a file path, ``ID@VERSION``, or ``ID`` for the version in force.

    :raises UnknownContract: nothing is called so.
    :raises ContractError: the file is not valid.
    """
    path = Path(text)
    if path.is_file():
        contract = load_file(path)
        bound = bind(contract.model, lookup=_no_connection)
        return NamedContract(text, contract.data, dialect_of_bound(item.dataset for item in bound))
    version = version_named(text, session=session)
    data = body_of(version, session=session)
    label = f"{version.contract_id}@{version.version}"
    return NamedContract(label, data, dialect_of_bound(item.dataset for item in version.schemas))


def version_named(text: str, *, session: Session) -> ContractVersion:
    """Find a stored version by ``ID@VERSION`` or ``ID``; an id may hold an ``@`` itself. Raises :class:`UnknownContract`."""
    if found := versions(text, session=session):
        return chosen_version(found, None)
    contract_id, at, version = text.rpartition("@")
    if at and (found := versions(contract_id, session=session)):
        return chosen_version(found, version)
    raise UnknownContract(f"there is no file and no contract {text!r}")


def chosen_version(found: list[ContractVersion], version: str | None) -> ContractVersion:
    """One of the versions of a contract, by its number; without one, the one in force, else the last."""
    if version is None:
        return found[0]
    for each in found:
        if each.version == version:
            return each
    known = ", ".join(dict.fromkeys(each.version for each in found))
    raise UnknownContract(f"contract {found[0].contract_id} has no version {version!r}; it has {known}")


def body_of(version: ContractVersion, *, session: Session) -> Mapping[str, Any]:
    """The contract in JSON values. Shared: nobody may change it."""
    return read_bodies({version.row_id: version.content_hash}, session=session)[version.row_id]


def dialect_of_bound(datasets: Iterable[DatasetId | None]) -> str | None:
    """SQL dialect of what a contract is bound to: all its objects are in one system, as a rule."""
    found = next((dataset for dataset in datasets if dataset is not None), None)
    return dialect_of_kind(scheme_of(found.namespace)) if found is not None else None


def _no_connection(conn_id: str) -> ConnectionIdentity:
    """Two files are compared without Airflow's connections."""
    raise UnknownConnection(f"connection {conn_id!r} is not asked")

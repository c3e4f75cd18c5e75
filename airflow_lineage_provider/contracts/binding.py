"""Which dataset each schema object of a contract speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.contracts.connection import UnknownConnection, connection_identity
from airflow_lineage_provider.contracts.server_place import Unbound, server_dataset
from airflow_lineage_provider.contracts.table_name import table_dataset
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.connection_fields import has_databases
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, DatasetId
from airflow_lineage_provider.store.identity import canonical_dataset

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, Server

NAMESPACE_PROPERTY = "openlineageNamespace"
NAME_PROPERTY = "openlineageName"
CONNECTION_PROPERTY = "airflowConnId"

Lookup = Callable[[str], ConnectionIdentity]


class BoundBy(StrEnum):
    """How a dataset was found."""

    CUSTOM_PROPERTY = "custom-property"
    CONNECTION = "connection"
    SERVER = "server"
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True)
class Binding:
    """A schema object and its dataset, or the reason why it has none."""

    schema_name: str
    dataset: DatasetId | None
    bound_by: BoundBy
    detail: str | None = None


def bind(contract: OpenDataContractStandard, *, lookup: Lookup = connection_identity) -> list[Binding]:
    """Bind every schema object of a valid contract, in the order of the contract.

    :param lookup: from a connection id to its identity; raises ``UnknownConnection``.

    What is most explicit comes first: the names in custom properties, then a connection of Airflow, then
    ``servers``. Where a contract has several servers, the first one that names a dataset does.
    """
    return [_bind(contract, item, lookup) for item in contract.schema_ or []]


def _bind(contract: OpenDataContractStandard, item: SchemaObject, lookup: Lookup) -> Binding:
    schema_name = str(item.name)
    reasons: list[str] = []
    for attempt in (_by_property, _by_connection, _by_server):
        try:
            found = attempt(contract, item, lookup)
            if found is None:
                continue
            named, bound_by, detail = found
            dataset = canonical_dataset(named)
            if len(dataset.namespace) > MAX_NAMESPACE or len(dataset.name) > MAX_NAME:
                raise Unbound("the name of the dataset is too long")
            if not dataset.namespace or not dataset.name:
                raise Unbound("the name of the dataset is empty")
            return Binding(schema_name, dataset, bound_by, detail)
        except (Unbound, UnknownConnection) as error:
            reasons.append(str(error))
    if not reasons:
        reasons.append(
            f"the contract has no servers; add one, or the custom properties {NAMESPACE_PROPERTY} and "
            f"{NAME_PROPERTY} on the schema object"
        )
    return Binding(schema_name, None, BoundBy.UNBOUND, "; ".join(dict.fromkeys(reasons)))


_Found = tuple[DatasetId, BoundBy, str | None]


def _by_property(contract: OpenDataContractStandard, item: SchemaObject, lookup: Lookup) -> _Found | None:
    name = _property(item, NAME_PROPERTY)
    namespace = _property(item, NAMESPACE_PROPERTY)
    if namespace is None:
        holders: list[Any] = [*(contract.servers or []), contract]
        namespace = next(
            (value for holder in holders if (value := _property(holder, NAMESPACE_PROPERTY))), None
        )
        if name is None:
            # A namespace alone, away from the object, may be meant for other objects of the contract.
            return None
    if name is None or namespace is None:
        missing = NAME_PROPERTY if name is None else NAMESPACE_PROPERTY
        raise Unbound(
            f"custom property {missing} is missing; a dataset needs {NAMESPACE_PROPERTY} and {NAME_PROPERTY}"
        )
    return DatasetId(namespace, name), BoundBy.CUSTOM_PROPERTY, None


def _by_connection(contract: OpenDataContractStandard, item: SchemaObject, lookup: Lookup) -> _Found | None:
    reasons = []
    holders: list[Any] = [item, *(contract.servers or []), contract]
    for holder in holders:
        conn_id = _property(holder, CONNECTION_PROPERTY)
        if conn_id is None:
            continue
        try:
            identity = lookup(conn_id)
        except UnknownConnection as error:
            reasons.append(str(error))
            continue
        dataset = table_dataset(_within(identity, holder), _physical_name(item))
        return dataset, BoundBy.CONNECTION, f"connection {conn_id}"
    if reasons:
        raise Unbound("; ".join(reasons))
    return None


def _by_server(contract: OpenDataContractStandard, item: SchemaObject, lookup: Lookup) -> _Found | None:
    servers = contract.servers or []
    alone = len(contract.schema_ or []) == 1
    reasons = []
    for server in servers:
        try:
            dataset = server_dataset(server, _physical_name(item), alone=alone)
        except Unbound as error:
            reasons.append(str(error))
        else:
            return dataset, BoundBy.SERVER, f"server {server.server}"
    if reasons:
        raise Unbound("; ".join(reasons))
    return None


def _within(identity: ConnectionIdentity, holder: Server | Any) -> ConnectionIdentity:
    """What a server says about database and schema is closer to the table than its connection's defaults."""
    catalog = getattr(holder, "catalog", None) or getattr(holder, "project", None)
    database = catalog or getattr(holder, "database", None)
    schema = getattr(holder, "schema_", None) or getattr(holder, "dataset", None)
    if not (isinstance(database, str) or isinstance(schema, str)) or identity.conn_type in (
        "sqlite",
        "duckdb",
    ):
        return identity
    if not has_databases(identity.conn_type):
        # What MySQL calls a database is what the others call a schema.
        database, schema = None, schema or database
    return ConnectionIdentity(
        identity.conn_id,
        identity.conn_type,
        identity.host,
        identity.port,
        database or identity.database,
        schema or identity.schema,
        identity.namespace,
        identity.extra,
    )


def _physical_name(item: SchemaObject) -> str:
    return (item.physicalName or "").strip() or str(item.name)


def _property(holder: Any, key: str) -> str | None:
    for entry in holder.customProperties or ():
        if entry.property == key and entry.value is not None and str(entry.value).strip():
            return str(entry.value).strip()
    return None

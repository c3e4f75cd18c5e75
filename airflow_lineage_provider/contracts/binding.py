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
    ASSET = "asset"
    """An asset's extra holds the contract, or names it."""
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True)
class Binding:
    """A schema object and its dataset, or the reason why it has none."""

    schema_name: str
    dataset: DatasetId | None
    bound_by: BoundBy
    detail: str | None = None


def bind(
    contract: OpenDataContractStandard,
    *,
    lookup: Lookup = connection_identity,
    environment: str | None = None,
    asset: DatasetId | None = None,
) -> list[Binding]:
    """Bind every schema object of a valid contract, in the order of the contract.

    :param lookup: from a connection id to its identity; raises ``UnknownConnection``.
    :param environment: which of the servers are meant here; ``None``: all of them.
    :param asset: dataset of the asset whose extra holds the contract; its only object speaks for it, where the
        contract itself names nothing.

    What is most explicit comes first: the names in custom properties, then a connection of Airflow, then
    ``servers``. Where a contract has several servers, the first one that names a dataset does.
    """
    items = contract.schema_ or []
    bound = [_bind(_Asked(contract, item, lookup, environment)) for item in items]
    if asset is not None and len(bound) == 1 and bound[0].dataset is None:
        return [
            Binding(bound[0].schema_name, asset, BoundBy.ASSET, "the asset whose extra holds the contract")
        ]
    return bound


@dataclass(frozen=True, slots=True)
class _Asked:
    """A schema object, and what its names are read with."""

    contract: OpenDataContractStandard
    item: SchemaObject
    lookup: Lookup
    environment: str | None


def _bind(asked: _Asked) -> Binding:
    schema_name = str(asked.item.name)
    reasons: list[str] = []
    for attempt in (_by_property, _by_connection, _by_server):
        try:
            found = attempt(asked)
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


def _by_property(asked: _Asked) -> _Found | None:
    name = _property(asked.item, NAME_PROPERTY)
    namespace = _property(asked.item, NAMESPACE_PROPERTY)
    if namespace is None:
        servers, _ = meant_servers(asked.contract, asked.environment)
        holders: list[Any] = [*servers, asked.contract]
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


def _by_connection(asked: _Asked) -> _Found | None:
    reasons = []
    servers, _ = meant_servers(asked.contract, asked.environment)
    holders: list[Any] = [asked.item, *servers, asked.contract]
    for holder in holders:
        conn_id = _property(holder, CONNECTION_PROPERTY)
        if conn_id is None:
            continue
        try:
            identity = asked.lookup(conn_id)
        except UnknownConnection as error:
            reasons.append(str(error))
            continue
        dataset = table_dataset(_within(identity, holder), _physical_name(asked.item))
        return dataset, BoundBy.CONNECTION, f"connection {conn_id}"
    if reasons:
        raise Unbound("; ".join(reasons))
    return None


def _by_server(asked: _Asked) -> _Found | None:
    servers, reason = meant_servers(asked.contract, asked.environment)
    alone = len(asked.contract.schema_ or []) == 1
    reasons = [reason] if reason else []
    for server in servers:
        try:
            dataset = server_dataset(server, _physical_name(asked.item), alone=alone)
        except Unbound as error:
            reasons.append(str(error))
        else:
            return dataset, BoundBy.SERVER, f"server {server.server}"
    if reasons:
        raise Unbound("; ".join(reasons))
    return None


def meant_servers(
    contract: OpenDataContractStandard, environment: str | None
) -> tuple[list[Server], str | None]:
    """Servers that may name a dataset in an environment, best first, and why there are none.

    Those of the environment come first, then those that name none. A server without ``environment`` may have the
    environment as its own name.
    """
    servers = list(contract.servers or [])
    if environment is None:
        return servers, None
    here = environment.strip().casefold()
    fitting = [server for server in servers if _environment(server) == here]
    others = sorted({str(server.environment).strip() for server in servers if server.environment})
    if not fitting and others:
        return [], (
            f"no server of the contract is for environment {environment!r}, which [lineage_provider] environment "
            f"names; it has servers for {', '.join(others)}"
        )
    neutral = [server for server in servers if not server.environment and server not in fitting]
    return fitting + neutral, None


def _environment(server: Server) -> str:
    return str(server.environment or server.server or "").strip().casefold()


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

"""Connections where Airflow's own are not at hand: from the environment, from what contracts say, else by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_lineage_provider.contracts.binding import CONNECTION_PROPERTY, meant_servers
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.server_place import Unbound, server_connection
from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection
from airflow_lineage_provider.model.dataset_id import DatasetId

UNKNOWN_NAMESPACE = "airflow-connection://"
"""How the namespace of a connection begins of which nothing but its id is known."""


class OfflineConnections:
    """Looks connections up by id; it never fails and asks nobody."""

    def __init__(self, contracts: Iterable[LoadedContract] = (), environment: str | None = None) -> None:
        self._told: dict[str, ConnectionIdentity] = {}
        for contract in contracts:
            self._learn(contract, environment)
        self._known: dict[str, ConnectionIdentity] = {}

    def __call__(self, conn_id: str) -> ConnectionIdentity:
        """Identity of a connection.

        ``AIRFLOW_CONN_...`` says it; else a server of a contract that names the connection and says where it is; else
        the id stands for the system, in a namespace of its own.
        """
        if conn_id not in self._known:
            self._known[conn_id] = (
                _of_environment(conn_id)
                or self._told.get(conn_id)
                or ConnectionIdentity(conn_id, "unknown", namespace=f"{UNKNOWN_NAMESPACE}{conn_id}")
            )
        return self._known[conn_id]

    @property
    def unknown(self) -> list[str]:
        """Ids that were asked for and of which nothing is known."""
        return sorted(conn_id for conn_id, identity in self._known.items() if _is_unknown(identity))

    def _learn(self, contract: LoadedContract, environment: str | None) -> None:
        servers, _ = meant_servers(contract.model, environment)
        for server in servers:
            for entry in server.customProperties or ():
                if entry.property == CONNECTION_PROPERTY and entry.value:
                    try:
                        identity = server_connection(server, str(entry.value).strip())
                    except Unbound:
                        continue
                    if identity is not None:
                        self._told.setdefault(identity.conn_id, identity)


def is_unresolved(dataset: DatasetId) -> bool:
    """Whether a dataset is named after a connection, because nobody said where that leads."""
    return dataset.namespace.startswith(UNKNOWN_NAMESPACE)


def _is_unknown(identity: ConnectionIdentity) -> bool:
    return (identity.namespace or "").startswith(UNKNOWN_NAMESPACE)


def _of_environment(conn_id: str) -> ConnectionIdentity | None:
    from airflow.secrets.environment_variables import EnvironmentVariablesBackend

    try:
        connection = EnvironmentVariablesBackend().get_connection(conn_id)
    except Exception:  # a text that is no connection: as if it were not set
        return None
    return identity_of_connection(connection, conn_id=conn_id) if connection is not None else None

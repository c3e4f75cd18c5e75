"""The identity of an Airflow connection, on the server: contracts may name a connection instead of a host."""

from __future__ import annotations

from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection


class UnknownConnection(LookupError):
    """Airflow has no such connection. The message says so."""


def connection_identity(conn_id: str) -> ConnectionIdentity:
    """Look a connection up where Airflow keeps connections: secrets backends, environment, metadata database.

    Not inside a transaction of the thread's scoped session: Airflow's own backend commits that session.
    """
    from airflow.exceptions import AirflowNotFoundException
    from airflow.models.connection import Connection

    try:
        connection = Connection.get_connection_from_secrets(conn_id)
    except AirflowNotFoundException:
        raise UnknownConnection(f"Airflow has no connection {conn_id!r}") from None
    return identity_of_connection(connection)

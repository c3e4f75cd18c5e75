"""Alembic environment of the ``lineage_*`` tables: it sees ours alone and keeps its own version table."""

from __future__ import annotations

from typing import Any

from airflow import settings
from alembic import context
from sqlalchemy import Connection, text

from airflow_lineage_provider.store.db_manager import LineageDBManager
from airflow_lineage_provider.store.tables import metadata

OPTIONS: dict[str, Any] = {
    "target_metadata": metadata,
    "version_table": LineageDBManager.version_table_name,
    "version_table_schema": metadata.schema,
    "compare_type": True,
    "compare_server_default": True,
    "render_as_batch": True,
    "transaction_per_migration": True,
}


def include_object(object_: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """Leave Airflow's own tables alone, also where a schema stands before the name."""
    if type_ != "table":
        return True
    return object_.name in {table.name for table in metadata.tables.values()}


def run_offline() -> None:
    context.configure(
        url=settings.SQL_ALCHEMY_CONN, literal_binds=True, include_object=include_object, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run_on(given)
        return
    with settings.get_engine().connect() as connection:
        run_on(connection)


def run_on(connection: Connection) -> None:
    # SQLite changes a table by making it anew, and dropping the old one would take along all rows that refer to it.
    # It listens to this only where nothing was written yet, so that it is done once for all migrations.
    is_owned = not connection.in_transaction()
    is_checking = connection.dialect.name == "sqlite" and connection.scalar(text("PRAGMA foreign_keys"))
    if is_checking:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
    if is_owned:
        connection.rollback()  # alembic commits only what it has begun itself
    context.configure(connection=connection, include_object=include_object, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
    if is_checking:
        connection.execute(text("PRAGMA foreign_keys=ON"))


if context.is_offline_mode():
    run_offline()
else:
    run_online()

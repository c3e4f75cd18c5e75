"""Alembic environment of the ``lineage_*`` tables: it sees ours alone and keeps its own version table."""

from __future__ import annotations

from typing import Any

from airflow import settings
from alembic import context

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
        context.configure(connection=given, include_object=include_object, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
        return
    with settings.get_engine().connect() as connection:
        context.configure(connection=connection, include_object=include_object, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
